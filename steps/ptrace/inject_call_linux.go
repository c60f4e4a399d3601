//go:build linux && (amd64 || arm64)

package ptrace

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

func addressOf[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// Call makes one system call in the process and returns its result. A failed
// call is a unix.Errno (errors.As); other errors mean that the process is gone
// or can't be reached, and that what was asked may be half done.
func (in *Injector) Call(nr uintptr, args ...uint64) (uint64, error) {
	var a [6]uint64
	if copy(a[:], args) < len(args) {
		return 0, fmt.Errorf("ptrace: a system call has six arguments at most, not %d", len(args))
	}
	for range 100 { // a call that was interrupted before it did anything is made again
		res, err := in.call(nr, a)
		if err != nil {
			return 0, err
		}
		switch e := failure(res); {
		case e == 0:
			return res, nil
		case isRestart(e):
			continue
		default:
			return 0, e
		}
	}
	return 0, unix.EINTR
}

// call goes to the entry and to the exit of one call.
func (in *Injector) call(nr uintptr, a [6]uint64) (uint64, error) {
	if err := in.enter(nr, a); err != nil {
		return 0, err
	}
	if err := in.resume(unix.PTRACE_SYSCALL); err != nil {
		return 0, err
	}
	if err := in.untilCall(fmt.Sprintf("the exit of system call %d", nr)); err != nil {
		return 0, err
	}
	r, err := getRegs(in.Pid)
	return r.result(), err
}

// enter brings the process to the entry of a call.
func (in *Injector) enter(nr uintptr, a [6]uint64) error {
	if in.done {
		return fmt.Errorf("ptrace: process %d was given back already", in.Pid)
	}
	if err := in.writeText(); err != nil {
		return err
	}
	r := in.regs
	r.setCall(in.regs.ip(), uint64(nr), a)
	if err := setRegs(in.Pid, &r); err != nil {
		return err
	}
	if err := in.resume(unix.PTRACE_SYSCALL); err != nil {
		return err
	}
	return in.untilCall(fmt.Sprintf("system call %d", nr))
}

// writeText puts a syscall instruction where the process would go on. It has to
// be a poke: process_vm_writev respects the page's read-only protection.
func (in *Injector) writeText() error {
	if in.text != nil {
		return nil
	}
	old := make([]byte, len(breakIn))
	ip := uintptr(in.regs.ip())
	if _, err := unix.PtracePeekText(in.Pid, ip, old); err != nil {
		return fmt.Errorf("ptrace: read code of process %d: %w", in.Pid, err)
	}
	if _, err := unix.PtracePokeText(in.Pid, ip, breakIn); err != nil {
		return fmt.Errorf("ptrace: write code of process %d: %w", in.Pid, err)
	}
	in.text = old
	return nil
}

// failure is the error that a raw result stands for, or 0.
func failure(res uint64) unix.Errno {
	if n := -int64(res); n > 0 && n < 4096 {
		return unix.Errno(n)
	}
	return 0
}

// isRestart recognises the kernel's internal "make this call again" results,
// which only a tracer ever sees (ERESTARTSYS to ERESTART_RESTARTBLOCK).
func isRestart(e unix.Errno) bool { return e >= 512 && e <= 516 && e != 515 }
