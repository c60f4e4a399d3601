//go:build linux && (amd64 || arm64)

package ptrace

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// resume lets the process run to its next stop.
func (in *Injector) resume(how int) error {
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, uintptr(how), uintptr(in.Pid), 0, 0, 0, 0)
	switch e {
	case 0:
		return nil
	case unix.ESRCH:
		return fmt.Errorf("ptrace: process %d: %w", in.Pid, ErrGone)
	}
	return fmt.Errorf("ptrace: resume process %d: %w", in.Pid, e)
}

// wait returns the next stop of this process. The end of the process is left
// for whoever runs the tracer's loop to collect.
func (in *Injector) wait() (unix.WaitStatus, error) {
	if _, err := in.waitEvent(unix.WNOWAIT); err != nil {
		return 0, err
	}
	var ws unix.WaitStatus
	for {
		pid, err := unix.Wait4(in.Pid, &ws, unix.WALL|unix.WNOHANG, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, fmt.Errorf("ptrace: wait for process %d: %w", in.Pid, err)
		case pid == 0, !ws.Stopped():
			return 0, fmt.Errorf("ptrace: process %d: %w", in.Pid, ErrGone)
		}
		return ws, nil
	}
}

// CLD_* codes of a child that ended, from waitid(2).
const (
	cldExited = 1
	cldDumped = 3
)

// waitEvent blocks until the process stops or ends, and consumes nothing.
func (in *Injector) waitEvent(flags int) (code int32, err error) {
	var info unix.Siginfo
	for {
		err = unix.Waitid(unix.P_PID, in.Pid, &info, unix.WEXITED|unix.WSTOPPED|unix.WALL|flags, nil)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("ptrace: wait for process %d: %w", in.Pid, err)
	}
	if info.Code >= cldExited && info.Code <= cldDumped {
		return info.Code, fmt.Errorf("ptrace: process %d: %w", in.Pid, ErrGone)
	}
	return info.Code, nil
}

// untilCall waits for the next entry or exit stop of a system call. Stops of
// other kinds are passed over; a stop signal that can't be blocked is kept for later.
func (in *Injector) untilCall(what string) error {
	for {
		ws, err := in.wait()
		if err != nil {
			return err
		}
		sig, event := ws.StopSignal(), int(ws)>>16
		switch {
		case event == unix.PTRACE_EVENT_EXEC:
			// the exit of this execve is still to come
		case event == unix.PTRACE_EVENT_EXIT:
			_ = in.resume(unix.PTRACE_CONT)
			return fmt.Errorf("ptrace: process %d, before %s: %w", in.Pid, what, ErrGone)
		case event == unix.PTRACE_EVENT_STOP:
			// an interrupt or a group stop: nothing of ours
		case sig == unix.SIGTRAP|0x80:
			return nil
		case sig == unix.SIGTRAP && in.atCall():
			return nil
		default:
			in.held = append(in.held, int(sig))
		}
		if err := in.resume(unix.PTRACE_SYSCALL); err != nil {
			return err
		}
	}
}

// atCall tells a system call's stop from a real SIGTRAP where the tracer did
// not ask for PTRACE_O_TRACESYSGOOD: a signal has a siginfo with another code.
func (in *Injector) atCall() bool {
	var info unix.Siginfo
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_GETSIGINFO, uintptr(in.Pid), 0, addressOf(&info), 0, 0)
	return e == 0 && (info.Code == int32(unix.SIGTRAP) || info.Code == int32(unix.SIGTRAP)|0x80)
}
