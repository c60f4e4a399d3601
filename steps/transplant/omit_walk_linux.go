//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"slices"

	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// concerns says whether calls of a program are to be left out.
func (o *omitter) concerns(argv []string) bool {
	return slices.ContainsFunc(o.rules, func(r Omission) bool { return r.After != nil && sameArgv(argv, reveal(r.After)) })
}

// ends are the calls with which a program hands on or waits for others: from
// there the tracer goes on by itself.
var ends = []string{"execve", "execveat", "fork", "vfork", "clone", "clone3", "exit", "exit_group", "wait4", "waitid"}

// walk goes through the calls of a program that only carries the target.
func (o *omitter) walk(pid int) error {
	err := ptrace.Walk(pid, func(call ptrace.CallInfo) bool {
		if slices.Contains(ends, snapshot.CallName(call.Nr)) {
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
