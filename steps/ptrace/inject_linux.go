//go:build linux && (amd64 || arm64)

package ptrace

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Rules of this file and its neighbours inject_*.go:
//
//   - everything runs on the one locked OS thread that traces the process;
//   - nothing is written into a process that has not passed its exec stop: a
//     vfork child still lives in its parent's memory;
//   - calls go from entry stop to exit stop (PTRACE_SYSCALL), not by single
//     steps: a step's SIGTRAP is forced, and a forced signal resets an ignored
//     disposition, which is one of the things people come to look at;
//   - signals are held back by the mask while we work and come through afterwards.

// ErrGone says that the process ended while it was being changed.
var ErrGone = errors.New("the process ended while its launch was being changed")

// An Injector makes system calls in the name of a process that stands at its
// exec. Between Begin and End the process runs nothing of its own.
type Injector struct {
	Pid int

	regs    regs   // as they were, and as End puts them back
	text    []byte // what stood where the syscall instruction was written; nil: nothing written
	mask    uint64 // the process's own blocked signals, restored by End
	scratch []area // memory for arguments
	held    []int  // stop signals that could not be blocked, sent again by End
	guard   *time.Timer
	done    bool
}

// Patience is how long one process may take to be changed before it is killed:
// an injected call that blocks would hold up every other process of the run.
const Patience = 10 * time.Second

// Begin takes over a process that stands at its PTRACE_EVENT_EXEC stop. It is
// led to the exit of that execve, before its first instruction. After an error
// the process is as it was, or gone.
func Begin(pid int) (*Injector, error) {
	in := &Injector{Pid: pid}
	if _, err := getRegs(pid); err != nil { // refuse before anything moves
		return nil, err
	}
	if err := in.resume(unix.PTRACE_SYSCALL); err != nil {
		return nil, err
	}
	if err := in.untilCall("the exit of execve"); err != nil {
		return nil, err
	}
	return in, in.takeOver()
}

// takeOver notes what End puts back, and holds signals off.
func (in *Injector) takeOver() error {
	var err error
	if in.regs, err = getRegs(in.Pid); err != nil {
		return err
	}
	if in.mask, err = getMask(in.Pid); err != nil {
		return err
	}
	if err = setMask(in.Pid, ^uint64(0)); err != nil {
		return err
	}
	pid := in.Pid
	in.guard = time.AfterFunc(Patience, func() { _ = unix.Kill(pid, unix.SIGKILL) })
	return nil
}

// Mask is the signals that the process will have blocked, bit n-1 for signal n.
func (in *Injector) Mask() uint64 { return in.mask }

// SetMask decides which signals the process has blocked when it goes on.
func (in *Injector) SetMask(m uint64) { in.mask = m }

// End gives the process back: registers, code and blocked signals as they were
// or as they were asked for. It stands at the exit of its execve and has to be
// resumed by the caller. End may be called again; only the first counts.
func (in *Injector) End() error {
	if in.done {
		return nil
	}
	err := in.freeScratch()
	in.done = true
	in.guard.Stop()
	err = errors.Join(err, in.restoreText(), setRegs(in.Pid, &in.regs), setMask(in.Pid, in.mask))
	for _, sig := range in.held {
		err = errors.Join(err, unix.Tgkill(in.Pid, in.Pid, unix.Signal(sig)))
	}
	if err != nil {
		in.Kill()
		return fmt.Errorf("ptrace: give process %d back: %w (it was killed)", in.Pid, err)
	}
	return nil
}

// Kill ends a process that could not be changed as asked: a half-changed one
// must not run on and be taken for an answer.
func (in *Injector) Kill() {
	in.done = true
	if in.guard != nil {
		in.guard.Stop()
	}
	_ = unix.Kill(in.Pid, unix.SIGKILL)
}

func (in *Injector) restoreText() error {
	if in.text == nil {
		return nil
	}
	_, err := unix.PtracePokeText(in.Pid, uintptr(in.regs.ip()), in.text)
	in.text = nil
	return err
}
