//go:build linux && (amd64 || arm64)

package transplant

import (
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// leap makes a hop that is to be left out start the next program at once, in its
// own place. The tracer sees that exec as the process's own, so whatever comes
// next (another hop to leave out, the target) is dealt with there.
func (h *Helper) leap(pid int, p *snapshot.Process) (o Outcome, left bool) {
	argv := reveal(p.Argv)
	l := h.plan.leapOf(argv)
	if l == nil {
		return o, false
	}
	o = Outcome{Factor: l.Factor, Applied: true, Note: "its next program was started in its place"}
	in, err := ptrace.Begin(pid)
	if err == nil {
		err = in.HandOver(l.Path, l.next(argv), environ(p.Env))
	}
	if err != nil {
		if in != nil {
			in.Kill()
		}
		o.Applied, o.Reason = false, plain(err)
	}
	return o, true
}

// leapOf finds the hop that a program is, if it is to be left out.
func (p *Plan) leapOf(argv []string) *Leap {
	for i := range p.Leaps {
		if sameArgv(argv, reveal(p.Leaps[i].Argv)) {
			return &p.Leaps[i]
		}
	}
	return nil
}

// next is the next program's argv with this run's own words, where the hop
// carries them: they are the end of its own.
func (l *Leap) next(argv []string) []string {
	next := reveal(l.Next)
	if carries(argv, next) || !carries(reveal(l.Argv), next) {
		return next
	}
	tail := argv[len(argv)-len(next):]
	return append([]string{secret.Reveal(l.Next[0])}, tail[1:]...)
}
