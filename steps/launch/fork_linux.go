package launch

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"casebook/steps/launch/atstart"
)

// Rules of this file:
//
//   - the launched command must inherit nothing of ours: every signal at its
//     default, no signal blocked, the limit of open files as we were given it,
//     no descriptor but its three. os/exec can't do that, and its child can't
//     be seized before its exec;
//   - between fork and exec the child is a copy of one thread of a Go program:
//     it makes raw system calls and nothing else. No allocation, no growing
//     stack, no write barrier, no race detector;
//   - all of it runs on the tracer's locked thread.

//go:linkname runtimeBeforeFork syscall.runtime_BeforeFork
func runtimeBeforeFork()

//go:linkname runtimeAfterFork syscall.runtime_AfterFork
func runtimeAfterFork()

// forkSpec is what the child needs, prepared so that it has to think of nothing.
type forkSpec struct {
	path   *byte
	argv   **byte
	envp   **byte
	dir    *byte
	stdio  [3]uintptr // descriptors above 2
	gate   uintptr    // read end: the child goes on after one byte
	report uintptr    // write end: stage and errno, closed by a successful exec
	tty    bool       // stdio[0] becomes the controlling terminal
	ignore uint64     // signals to be ignored, bit n-1 for signal n
	mask   uint64     // signals to be blocked
	keep   bool       // descriptors, session, group and terminal stay as they are
	nofile atstart.Rlimit
}

// Stages of the child, told in its report.
const (
	stageSession = iota + 1
	stageTTY
	stageStdio
	stageDir
	stageExec
)

// child is a forked process that waits at its gate.
type child struct {
	pid    int
	gate   *os.File // one byte lets it go on
	report *os.File // end of file: the exec worked
}

// forkRequest is a launch as the caller knows it.
type forkRequest struct {
	path      string
	argv, env []string
	dir       string
	stdio     [3]*os.File
	tty       bool
	ignore    uint64
	given     *given // not nil: as the helper has it
}

// fork starts a process that waits at its gate, on the calling thread.
func fork(rq forkRequest) (*child, error) {
	s := &forkSpec{tty: rq.tty, ignore: rq.ignore, nofile: atstart.OpenFiles}
	var err error
	if s.path, err = syscall.BytePtrFromString(rq.path); err != nil {
		return nil, err
	}
	if s.dir, err = syscall.BytePtrFromString(rq.dir); err != nil {
		return nil, err
	}
	argv, err := syscall.SlicePtrFromStrings(rq.argv)
	if err != nil {
		return nil, err
	}
	envp, err := syscall.SlicePtrFromStrings(rq.env)
	if err != nil {
		return nil, err
	}
	s.argv, s.envp = &argv[0], &envp[0]
	gateR, gateW, err := highPipe()
	if err != nil {
		return nil, err
	}
	defer gateR.Close()
	repR, repW, err := highPipe()
	if err != nil {
		gateW.Close()
		return nil, err
	}
	defer repW.Close()
	s.gate, s.report = gateR.Fd(), repW.Fd()
	if rq.given != nil {
		s.keep, s.ignore, s.mask = true, rq.given.ignore, rq.given.mask
	} else {
		for i, f := range rq.stdio {
			s.stdio[i] = f.Fd()
		}
	}
	pid, e := rawFork(s)
	runtime.KeepAlive(rq)
	runtime.KeepAlive(argv)
	runtime.KeepAlive(envp)
	if e != 0 {
		gateW.Close()
		repR.Close()
		return nil, fmt.Errorf("fork: %w", e)
	}
	return &child{pid: int(pid), gate: gateW, report: repR}, nil
}

// highPipe makes a pipe whose ends are well above the standard descriptors, so
// that the child can put its own there without covering them.
func highPipe() (r, w *os.File, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, err
	}
	defer unix.Close(p[0])
	defer unix.Close(p[1])
	hi, err := unix.FcntlInt(uintptr(p[0]), unix.F_DUPFD_CLOEXEC, 20)
	if err != nil {
		return nil, nil, err
	}
	hj, err := unix.FcntlInt(uintptr(p[1]), unix.F_DUPFD_CLOEXEC, 20)
	if err != nil {
		unix.Close(hi)
		return nil, nil, err
	}
	return os.NewFile(uintptr(hi), "|0"), os.NewFile(uintptr(hj), "|1"), nil
}

// rawFork returns in the parent only.
//
//go:norace
//go:noinline
//go:nocheckptr
func rawFork(s *forkSpec) (pid uintptr, err syscall.Errno) {
	runtimeBeforeFork()
	pid, _, err = syscall.RawSyscall6(unix.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if err != 0 || pid != 0 {
		runtimeAfterFork()
		return pid, err
	}
	childMain(s)
	return 0, 0
}

// kernelSigaction is struct sigaction as the kernel wants it.
type kernelSigaction struct {
	handler, flags, restorer uintptr
	mask                     uint64
}

// childMain turns the copy into the launched command. It does not return.
//
//go:norace
//go:nosplit
//go:noinline
//go:nocheckptr
func childMain(s *forkSpec) {
	var act kernelSigaction
	for sig := uintptr(1); sig <= 64; sig++ {
		act.handler = 0
		if s.ignore>>(sig-1)&1 != 0 {
			act.handler = 1 // SIG_IGN
		}
		syscall.RawSyscall6(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&act)), 0, 8, 0, 0)
	}
	if !s.keep {
		childOwn(s)
	}
	if s.nofile.Hard != 0 {
		syscall.RawSyscall6(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&s.nofile)), 0, 0, 0)
	}
	if _, _, e := syscall.RawSyscall(unix.SYS_CHDIR, uintptr(unsafe.Pointer(s.dir)), 0, 0); e != 0 {
		childFail(s, stageDir, e)
	}
	childExec(s)
}

// childOwn gives the child a session, standard descriptors and nothing else.
//
//go:norace
//go:nosplit
func childOwn(s *forkSpec) {
	if _, _, e := syscall.RawSyscall(unix.SYS_SETSID, 0, 0, 0); e != 0 {
		childFail(s, stageSession, e)
	}
	if s.tty {
		if _, _, e := syscall.RawSyscall(unix.SYS_IOCTL, s.stdio[0], unix.TIOCSCTTY, 0); e != 0 {
			childFail(s, stageTTY, e)
		}
	}
	for i := uintptr(0); i < 3; i++ {
		if _, _, e := syscall.RawSyscall(unix.SYS_DUP3, s.stdio[i], i, 0); e != 0 {
			childFail(s, stageStdio, e)
		}
	}
	childClose(s)
}

// childClose closes everything but 0 to 2 and our two pipes. All of it is
// close-on-exec anyway; this is for what somebody forgot.
//
//go:norace
//go:nosplit
func childClose(s *forkSpec) {
	lo, hi := s.gate, s.report
	if lo > hi {
		lo, hi = hi, lo
	}
	closeRange(3, lo-1)
	if hi > lo+1 {
		closeRange(lo+1, hi-1)
	}
	closeRange(hi+1, ^uintptr(0)>>32)
}

//go:norace
//go:nosplit
func closeRange(first, last uintptr) {
	syscall.RawSyscall(unix.SYS_CLOSE_RANGE, first, last, 0)
}

// childExec waits at the gate, so that nothing runs before it is traced.
//
//go:norace
//go:nosplit
//go:nocheckptr
func childExec(s *forkSpec) {
	var b [1]byte
	if n, _, _ := syscall.RawSyscall(unix.SYS_READ, s.gate, uintptr(unsafe.Pointer(&b)), 1); n != 1 {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, 127, 0, 0) // the helper died
	}
	syscall.RawSyscall(unix.SYS_CLOSE, s.gate, 0, 0)
	syscall.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&s.mask)), 0, 8, 0, 0)
	_, _, e := syscall.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(s.path)), uintptr(unsafe.Pointer(s.argv)), uintptr(unsafe.Pointer(s.envp)))
	childFail(s, stageExec, e)
}

//go:norace
//go:nosplit
//go:nocheckptr
func childFail(s *forkSpec, stage uintptr, e syscall.Errno) {
	var msg [2]byte
	msg[0], msg[1] = byte(stage), byte(e) // every errno of the calls above is below 256
	syscall.RawSyscall(unix.SYS_WRITE, s.report, uintptr(unsafe.Pointer(&msg)), 2)
	for {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, 127, 0, 0)
	}
}
