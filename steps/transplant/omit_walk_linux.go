//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"

	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// concerns says whether calls of a program are to be left out.
func (o *omitter) concerns(argv []string) bool {
	return slices.ContainsFunc(o.rules, func(r Omission) bool { return r.After != nil && sameArgv(argv, reveal(r.After)) })
}

// ends says whether a program hands on or waits for others by a call: from there
// the tracer goes on by itself.
func ends(nr uint64) bool {
	switch nr {
	case unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_CLONE, unix.SYS_CLONE3, unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_WAIT4, unix.SYS_WAITID:
		return true
	}
	name := snapshot.CallName(nr)
	return name == "fork" || name == "vfork"
}

// walk goes through the calls of a program that only carries the target.
func (o *omitter) walk(pid int) error {
	err := ptrace.Walk(pid, func(call ptrace.CallInfo) bool {
		if ends(call.Nr) {
			return false
		}
		o.enter(pid, call)
		return true
	}, func() { o.exit(pid) })
	if errors.Is(err, ptrace.ErrGone) {
		return nil
	}
	return err
}
