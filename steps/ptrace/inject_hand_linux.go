//go:build linux && (amd64 || arm64)

package ptrace

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// HandOver brings the process to the entry of an execve of its own and gives it
// back there: the caller's tracer resumes it and sees the exec's event like any
// other. It ends the Injector. Should that execve fail, the process dies of
// SIGTRAP: its code was written over; so the file is looked at first.
func (in *Injector) HandOver(path string, argv, env []string) error {
	if _, err := in.fileAt(path); err != nil {
		return fmt.Errorf("ptrace: %s in process %d: %w", path, in.Pid, err)
	}
	a, err := in.layOut(path, argv, env)
	if err != nil {
		return err
	}
	if err := in.enter(unix.SYS_EXECVE, a); err != nil {
		return err
	}
	in.done = true
	in.guard.Stop()
	err = setMask(in.Pid, in.mask)
	for _, sig := range in.held {
		err = errors.Join(err, unix.Tgkill(in.Pid, in.Pid, unix.Signal(sig)))
	}
	if err != nil {
		in.Kill()
		return fmt.Errorf("ptrace: give process %d back: %w (it was killed)", in.Pid, err)
	}
	return nil
}
