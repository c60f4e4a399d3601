package ptrace

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Options of a run: what is told (exec, fork, vfork, clone), how a system
// call's stop is told from a signal, and that no tracee outlives the tracer.
const Options = unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
	unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_EXITKILL

// Seize attaches without stopping the process; job-control stops stay as they
// are for everybody else, which PTRACE_TRACEME can't do.
func Seize(pid, options int) error { return raw(unix.PTRACE_SEIZE, pid, 0, uintptr(options)) }

// Cont lets a stopped process go on, with a signal or 0.
func Cont(pid int, sig unix.Signal) error { return raw(unix.PTRACE_CONT, pid, 0, uintptr(sig)) }

// Syscall lets a stopped process go on to the entry or exit of its next system call.
func Syscall(pid int, sig unix.Signal) error { return raw(unix.PTRACE_SYSCALL, pid, 0, uintptr(sig)) }

// Listen leaves a process in its group stop, so that SIGCONT wakes it as ever.
func Listen(pid int) error { return raw(unix.PTRACE_LISTEN, pid, 0, 0) }

// Interrupt stops a running process with a PTRACE_EVENT_STOP.
func Interrupt(pid int) error { return raw(unix.PTRACE_INTERRUPT, pid, 0, 0) }

// Detach lets a stopped process go for good.
func Detach(pid int, sig unix.Signal) error { return raw(unix.PTRACE_DETACH, pid, 0, uintptr(sig)) }

// SetOptions changes the options of a stopped process.
func SetOptions(pid, options int) error { return raw(unix.PTRACE_SETOPTIONS, pid, 0, uintptr(options)) }

// EventMsg is the message of a ptrace event: the new pid of a fork, the former
// thread id of an exec.
func EventMsg(pid int) (uint64, error) {
	var msg uint64
	err := raw(unix.PTRACE_GETEVENTMSG, pid, 0, uintptr(unsafe.Pointer(&msg)))
	return msg, err
}

// SigInfo is the siginfo of the signal that stopped the process. EINVAL means a group stop.
func SigInfo(pid int) (unix.Siginfo, error) {
	var info unix.Siginfo
	err := raw(unix.PTRACE_GETSIGINFO, pid, 0, uintptr(unsafe.Pointer(&info)))
	return info, err
}

// IsGone says that an operation failed because the process is no longer there.
func IsGone(err error) bool { return errors.Is(err, unix.ESRCH) }

func raw(request, pid int, addr, data uintptr) error {
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), addr, data, 0, 0)
	if e != 0 {
		return e
	}
	return nil
}
