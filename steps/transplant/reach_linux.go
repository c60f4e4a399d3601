//go:build linux && (amd64 || arm64)

package transplant

import (
	"casebook/steps/fact"
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// onTheWay changes a process that is no target, where it hands down the value
// that is to be changed. ok: there was something to change.
func (h *Helper) onTheWay(pid int, p *snapshot.Process) (r Report, ok bool) {
	var way Plan
	for _, x := range h.plan.Reach {
		here := hasValue(x.Was, p)
		if x.At != nil {
			here = sameArgv(reveal(p.Argv), reveal(x.At))
		}
		if here && !hasValue(x.Want, p) {
			way.Changes = append(way.Changes, x.Want)
		}
	}
	if len(way.Changes) == 0 {
		return Report{}, false
	}
	in, err := ptrace.Begin(pid)
	if err != nil {
		return Report{PID: pid, Way: true, Trouble: err.Error()}, true
	}
	r = h.applyPlan(in, p, &way)
	r.Way = true
	return r, true
}

// hasValue says whether a process has the value that a change would give it.
func hasValue(c Change, p *snapshot.Process) bool {
	if c.Kind != fact.Env {
		return (&work{}).differs(c, p) == ""
	}
	v, has := getVar(environ(p.Env), c.Name)
	return has != c.Absent && (c.Absent || v == secret.Reveal(c.Text))
}
