package launch

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// A window is stepped from system call to system call, so it has to end: after
// a fork sooner than after an exec, where a loader comes first.
const (
	mostForkSteps = 400
	mostExecSteps = 800
	mostCalls     = 200 // that are kept
)

// window is one thread between a fork, or an exec, and its next exec.
type window struct {
	left    int // calls that are still stepped
	entered ptrace.CallInfo
	inside  bool
	call    snapshot.Call // the call under way, where it is worth keeping
	keep    bool
	argv    []secret.Text         // of an execve under way
	opened  map[int]snapshot.Call // descriptors opened in this window, and how
}

func newWindow(steps int) *window { return &window{left: steps, opened: map[int]snapshot.Call{}} }

// enter looks at a call at its entry. It reads the process's memory and never writes.
func (w *window) enter(tid int, info ptrace.CallInfo) {
	w.left--
	w.entered, w.inside = info, true
	w.argv = nil
	w.call = snapshot.Call{Nr: info.Nr, Name: snapshot.CallName(info.Nr), Args: info.Args}
	look := callLooks[w.call.Name]
	w.keep = look != nil && look(tid, w)
}

// exit takes the call's result. failed is a failed exec.
func (w *window) exit(p *process, info ptrace.CallInfo) (failed *snapshot.Hop) {
	if !w.inside {
		return nil
	}
	w.inside = false
	w.call.Ret = info.Ret
	if w.isExec() && info.Ret < 0 {
		return &snapshot.Hop{PID: p.pid, PPID: p.ppid, Path: secret.Reveal(w.call.Path), Argv: w.argv, Errno: int(-info.Ret)}
	}
	if w.keep {
		w.note(p)
	}
	return nil
}

func (w *window) isExec() bool { return w.call.Name == "execve" || w.call.Name == "execveat" }

// note keeps a call, or leaves out what only prepares: a file that is opened
// counts when it becomes a standard end, a close when it closes what was there before.
func (w *window) note(p *process) {
	c := w.call
	switch c.Name {
	case "open", "openat", "creat":
		if c.Ret >= 0 {
			w.opened[int(c.Ret)] = c
			if c.Ret > 2 {
				return
			}
		}
	case "close":
		if _, own := w.opened[int(c.Args[0])]; own {
			delete(w.opened, int(c.Args[0]))
			return
		}
	case "dup2", "dup3", "dup", "fcntl":
		if how, own := w.opened[int(c.Args[0])]; own && c.Ret >= 0 && how.Name != "" {
			p.keep(how)
			w.opened[int(c.Args[0])] = snapshot.Call{}
		}
	}
	p.keep(c)
}

func (p *process) keep(c snapshot.Call) {
	if len(p.calls) < mostCalls {
		p.calls = append(p.calls, c)
	}
}

// look decides at a call's entry whether it is kept, and reads what its
// arguments point to. Pointers to small structures are replaced by what they
// hold: rt_sigaction's second argument is the handler, rt_sigprocmask's the
// set, those of setrlimit and prlimit64 soft and hard limit,
// sched_setaffinity's third the mask of the first 64 cpus.
type look func(tid int, w *window) bool

func always(int, *window) bool { return true }

func pathIn(arg int) look {
	return func(tid int, w *window) bool {
		s, _ := ptrace.ReadString(tid, w.call.Args[arg], unix.PathMax)
		w.call.Path = secret.New(s)
		return true
	}
}

func words(tid int, addr uint64, n int) []uint64 {
	b := make([]byte, 8*n)
	if addr == 0 {
		return nil
	}
	if got, err := ptrace.ReadMemory(tid, addr, b); err != nil || got < len(b) {
		return nil
	}
	out := make([]uint64, n)
	for i := range out {
		out[i] = binary.NativeEndian.Uint64(b[8*i:])
	}
	return out
}

func limitIn(arg int) look {
	return func(tid int, w *window) bool {
		v := words(tid, w.call.Args[arg], 2)
		if v == nil {
			return false // only asks
		}
		w.call.Args[arg], w.call.Args[arg+1] = v[0], v[1]
		return true
	}
}

func wordIn(arg int) look {
	return func(tid int, w *window) bool {
		v := words(tid, w.call.Args[arg], 1)
		if v == nil {
			return false
		}
		w.call.Args[arg] = v[0]
		return true
	}
}

func lookSigaction(tid int, w *window) bool {
	const ignore = 1
	return wordIn(1)(tid, w) && w.call.Args[1] == ignore
}

func lookExec(path int) look {
	return func(tid int, w *window) bool {
		s, _ := ptrace.ReadString(tid, w.call.Args[path], unix.PathMax)
		w.call.Path = secret.New(s)
		argv, _ := ptrace.ReadStrings(tid, w.call.Args[path+1], 64, mostArgv)
		for _, a := range argv {
			w.argv = append(w.argv, secret.New(a))
		}
		return false
	}
}

func lookFcntl(_ int, w *window) bool {
	switch w.call.Args[1] {
	case unix.F_DUPFD, unix.F_SETFD, unix.F_SETFL:
		return true
	}
	return false
}

func lookIoctl(_ int, w *window) bool {
	switch w.call.Args[1] {
	case unix.TIOCSCTTY, unix.TIOCNOTTY, unix.TIOCSPGRP, unix.TIOCSWINSZ:
		return true
	}
	return false
}

func lookPrctl(_ int, w *window) bool {
	switch w.call.Args[0] {
	case unix.PR_SET_PDEATHSIG, unix.PR_SET_KEEPCAPS, unix.PR_SET_SECUREBITS, unix.PR_SET_NO_NEW_PRIVS, unix.PR_SET_DUMPABLE,
		unix.PR_CAPBSET_DROP, unix.PR_CAP_AMBIENT, unix.PR_SET_CHILD_SUBREAPER, unix.PR_SET_SECCOMP, unix.PR_SET_TIMERSLACK, unix.PR_SET_THP_DISABLE:
		return true
	}
	return false
}

// lookPersonality leaves out the question (0xffffffff).
func lookPersonality(_ int, w *window) bool { return uint32(w.call.Args[0]) != ^uint32(0) }

// callLooks are the calls that change what a program is given.
var callLooks = map[string]look{
	"dup": always, "dup2": always, "dup3": always, "close": always, "close_range": always,
	"fcntl": lookFcntl, "ioctl": lookIoctl, "open": pathIn(0), "creat": pathIn(0), "openat": pathIn(1),
	"chdir": pathIn(0), "fchdir": always, "chroot": pathIn(0), "pivot_root": pathIn(0), "umask": always,
	"setsid": always, "setpgid": always,
	"setrlimit": limitIn(1), "prlimit64": limitIn(2),
	"setuid": always, "setgid": always, "setreuid": always, "setregid": always, "setresuid": always, "setresgid": always,
	"setfsuid": always, "setfsgid": always, "setgroups": always, "capset": always,
	"prctl": lookPrctl, "personality": lookPersonality, "seccomp": always,
	"setpriority": always, "ioprio_set": always, "sched_setaffinity": wordIn(2), "sched_setscheduler": always, "sched_setattr": always,
	"rt_sigprocmask": wordIn(1), "rt_sigaction": lookSigaction,
	"unshare": always, "setns": always, "mount": pathIn(1), "sethostname": always, "alarm": always,
	"execve": lookExec(0), "execveat": lookExec(1),
}
