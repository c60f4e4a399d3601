//go:build linux && (amd64 || arm64)

package ptrace

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// mostWalked bounds a walk: what makes more calls is no mere carrier of the next program.
const mostWalked = 2000

// Walk steps a process that stands at its exec from system call to system call.
// enter and exit are told of each; when enter returns false the process is left
// standing at that call's entry, and the caller's tracer takes it on from there.
// Nobody else of the launch gets on meanwhile, so a call that waits for others
// must not be walked into: the process is killed when one takes too long.
func Walk(pid int, enter func(CallInfo) bool, exit func()) error {
	in := &Injector{Pid: pid}
	guard := time.AfterFunc(Patience, func() { _ = unix.Kill(pid, unix.SIGKILL) })
	defer guard.Stop()
	err := in.walk(enter, exit)
	for _, sig := range in.held {
		err = errors.Join(err, unix.Tgkill(pid, pid, unix.Signal(sig)))
	}
	return err
}

func (in *Injector) walk(enter func(CallInfo) bool, exit func()) error {
	for range mostWalked {
		if err := in.resume(unix.PTRACE_SYSCALL); err != nil {
			return err
		}
		if err := in.untilCall("its next system call"); err != nil {
			return err
		}
		info, err := GetCallInfo(in.Pid)
		if err != nil {
			return fmt.Errorf("ptrace: system call of process %d: %w", in.Pid, err)
		}
		switch {
		case info.Op == CallExit:
			exit()
		case info.Op == CallEntry && !enter(info):
			return nil
		}
	}
	return nil
}
