package snapshot

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// CallName is the name of a system call on this architecture; empty where it
// is none of those that launchers make or programs wait in.
func CallName(nr uint64) string {
	if name, ok := callNames[nr]; ok {
		return name
	}
	return archCallNames[nr]
}

// callNames are the calls that every architecture has.
var callNames = map[uint64]string{
	unix.SYS_READ: "read", unix.SYS_WRITE: "write", unix.SYS_READV: "readv", unix.SYS_WRITEV: "writev",
	unix.SYS_PREAD64: "pread64", unix.SYS_PWRITE64: "pwrite64", unix.SYS_SPLICE: "splice", unix.SYS_TEE: "tee",
	unix.SYS_CLOSE: "close", unix.SYS_CLOSE_RANGE: "close_range", unix.SYS_OPENAT: "openat", unix.SYS_OPENAT2: "openat2",
	unix.SYS_DUP: "dup", unix.SYS_DUP3: "dup3", unix.SYS_FCNTL: "fcntl", unix.SYS_IOCTL: "ioctl", unix.SYS_PIPE2: "pipe2",
	unix.SYS_CHDIR: "chdir", unix.SYS_FCHDIR: "fchdir", unix.SYS_CHROOT: "chroot", unix.SYS_PIVOT_ROOT: "pivot_root",
	unix.SYS_UMASK: "umask", unix.SYS_SETSID: "setsid", unix.SYS_SETPGID: "setpgid", unix.SYS_GETPGID: "getpgid",
	unix.SYS_SETUID: "setuid", unix.SYS_SETGID: "setgid", unix.SYS_SETREUID: "setreuid", unix.SYS_SETREGID: "setregid",
	unix.SYS_SETRESUID: "setresuid", unix.SYS_SETRESGID: "setresgid", unix.SYS_SETGROUPS: "setgroups",
	unix.SYS_SETFSUID: "setfsuid", unix.SYS_SETFSGID: "setfsgid", unix.SYS_CAPSET: "capset",
	unix.SYS_PRCTL: "prctl", unix.SYS_PERSONALITY: "personality", unix.SYS_SECCOMP: "seccomp",
	unix.SYS_SETPRIORITY: "setpriority", unix.SYS_IOPRIO_SET: "ioprio_set",
	unix.SYS_SCHED_SETAFFINITY: "sched_setaffinity", unix.SYS_SCHED_SETSCHEDULER: "sched_setscheduler",
	unix.SYS_SCHED_SETPARAM: "sched_setparam", unix.SYS_SCHED_SETATTR: "sched_setattr",
	unix.SYS_PRLIMIT64: "prlimit64", unix.SYS_SETRLIMIT: "setrlimit", unix.SYS_GETRLIMIT: "getrlimit",
	unix.SYS_RT_SIGACTION: "rt_sigaction", unix.SYS_RT_SIGPROCMASK: "rt_sigprocmask",
	unix.SYS_UNSHARE: "unshare", unix.SYS_SETNS: "setns", unix.SYS_MOUNT: "mount", unix.SYS_UMOUNT2: "umount2",
	unix.SYS_SETHOSTNAME: "sethostname", unix.SYS_EXECVE: "execve", unix.SYS_EXECVEAT: "execveat",
	unix.SYS_FUTEX: "futex", unix.SYS_PPOLL: "ppoll", unix.SYS_PSELECT6: "pselect6", unix.SYS_EPOLL_PWAIT: "epoll_pwait",
	unix.SYS_NANOSLEEP: "nanosleep", unix.SYS_CLOCK_NANOSLEEP: "clock_nanosleep", unix.SYS_WAIT4: "wait4",
	unix.SYS_WAITID: "waitid", unix.SYS_ACCEPT: "accept", unix.SYS_ACCEPT4: "accept4", unix.SYS_CONNECT: "connect",
	unix.SYS_RECVFROM: "recvfrom", unix.SYS_RECVMSG: "recvmsg", unix.SYS_SENDTO: "sendto", unix.SYS_SENDMSG: "sendmsg",
	unix.SYS_FLOCK: "flock", unix.SYS_FSYNC: "fsync", unix.SYS_RT_SIGSUSPEND: "rt_sigsuspend",
	unix.SYS_RT_SIGTIMEDWAIT: "rt_sigtimedwait", unix.SYS_RESTART_SYSCALL: "restart_syscall",
	unix.SYS_SIGALTSTACK: "sigaltstack", unix.SYS_KILL: "kill", unix.SYS_GETPID: "getpid",
}

// firstIsFD are the calls whose first argument is a descriptor worth showing.
var firstIsFD = map[string]bool{
	"read": true, "write": true, "readv": true, "writev": true, "pread64": true, "pwrite64": true, "splice": true,
	"accept": true, "accept4": true, "connect": true, "recvfrom": true, "recvmsg": true, "sendto": true,
	"sendmsg": true, "flock": true, "ioctl": true, "epoll_wait": true, "epoll_pwait": true, "fsync": true,
}

// syscallWords is "read(0)", "futex", "syscall 448".
func syscallWords(nr uint64, args [6]uint64) string {
	name := CallName(nr)
	switch {
	case name == "":
		return "syscall " + strconv.FormatUint(nr, 10)
	case firstIsFD[name]:
		return name + "(" + strconv.Itoa(int(int32(args[0]))) + ")"
	}
	return name
}
