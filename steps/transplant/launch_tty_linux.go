//go:build linux && (amd64 || arm64)

package transplant

import (
	"casebook/steps/fact"
	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// launchCTTY gives the launched command a terminal for its whole session, where
// its target is to have one: the target then is in the launcher's session, as
// with the donor. Only a session's leader without a terminal can take one; in
// other launches the target takes it itself, with a session of its own.
func (h *Helper) launchCTTY(pid int, p *snapshot.Process) error {
	for _, c := range h.plan.Changes {
		if c.Kind != fact.CTTY || c.Absent || c.Omitted || p.SID != p.PID || p.TTYNr != 0 || h.plan.moves(fact.Session) {
			continue
		}
		in, err := ptrace.Begin(pid)
		if err != nil {
			return err
		}
		w := &work{in: in, p: p, helper: h, plan: &h.plan}
		err = w.newCTTY(c)
		h.pty = w.pty
		if e := in.End(); err == nil {
			err = e
		}
		return err
	}
	return nil
}

func (p Plan) moves(kind fact.Kind) bool {
	for _, c := range p.Changes {
		if c.Kind == kind {
			return true
		}
	}
	return false
}
