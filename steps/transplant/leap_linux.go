//go:build linux && (amd64 || arm64)

package transplant

import (
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// leapt is what became of hops that were left out at one exec.
type leapt struct {
	outcomes []Outcome
	argv     []string // what the process runs now
	report   *Report  // on the target, where that is what it runs now
}

// leap starts the next program in the place of a hop that is to be left out, and
// again where that one is to be left out too. nil: the process runs no such hop.
// The tracer sees no exec event for these, so a target is changed here.
func (h *Helper) leap(pid int, p *snapshot.Process) *leapt {
	out := &leapt{argv: reveal(p.Argv)}
	l := h.leapOf(out.argv)
	if l == nil {
		return nil
	}
	in, err := ptrace.Begin(pid)
	for ; err == nil && l != nil; l = h.leapOf(out.argv) {
		out.argv = h.next(out.argv, *l)
		if err = in.Exec(l.NextExe, out.argv, environ(p.Env)); err != nil {
			break
		}
		out.outcomes = append(out.outcomes, Outcome{Factor: l.Factor, Applied: true, Note: "its next program was started in its place"})
		if l.Target {
			r := h.leapTarget(in, pid)
			out.report = &r
			return out
		}
	}
	if err == nil {
		err = in.End()
	}
	if err != nil {
		if in != nil {
			in.Kill()
		}
		out.outcomes = append(out.outcomes, Outcome{Factor: h.plan.Leaps[0].Factor, Reason: plain(err)})
	}
	return out
}

func (h *Helper) leapTarget(in *ptrace.Injector, pid int) Report {
	p, err := snapshot.CaptureProcess(pid)
	if err != nil {
		in.Kill()
		return Report{PID: pid, Trouble: err.Error(), Killed: true}
	}
	return h.applyIn(in, p)
}

func (h *Helper) leapOf(argv []string) *Leap {
	for i := range h.plan.Leaps {
		if sameArgv(argv, reveal(h.plan.Leaps[i].Argv)) {
			return &h.plan.Leaps[i]
		}
	}
	return nil
}

// next is the next program's argv with this run's own words, where the hop
// carries them: they are the end of its own.
func (h *Helper) next(argv []string, l Leap) []string {
	next := reveal(l.Next)
	if carries(argv, next) || !carries(reveal(l.Argv), next) {
		return next
	}
	tail := argv[len(argv)-len(next):]
	return append([]string{secret.Reveal(l.Next[0])}, tail[1:]...)
}
