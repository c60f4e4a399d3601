package launch

import (
	"slices"
	"time"

	"casebook/steps/snapshot"
)

// wait watches a run until it has to end, and says why.
func (h *helper) wait(control <-chan command) Ending {
	deadline := after(h.spec.Deadline - h.since())
	if h.spec.Deadline > 0 && deadline == nil {
		return AtDeadline
	}
	steady := newSteadyPlan(h.spec)
	launchEnded, targetSeen := h.launchEnded, h.targetSeen
	var linger <-chan time.Time
	for {
		select {
		case <-h.gone:
			return ByItself
		case <-launchEnded:
			launchEnded = nil
			if h.spec.Linger < 0 {
				return ByItself
			}
			linger = time.After(h.spec.Linger)
		case <-linger:
			return ByItself
		case <-deadline:
			return AtDeadline
		case <-targetSeen:
			targetSeen = nil
			steady.begin()
		case <-steady.next:
			h.steady()
			steady.advance()
		case c := <-control:
			switch c {
			case cmdStop:
				return Stopped
			case cmdDecided:
				return Certain
			default:
				return Orphaned
			}
		}
	}
}

// steadyPlan is the moments of the steady captures.
type steadyPlan struct {
	left []time.Duration
	from time.Time
	next <-chan time.Time
}

func newSteadyPlan(s *wireSpec) *steadyPlan {
	p := &steadyPlan{}
	if !s.SkipSteady {
		p.left = slices.Clone(s.SteadyAt)
		slices.Sort(p.left)
	}
	return p
}

func (p *steadyPlan) begin() { p.from = time.Now(); p.arm() }

func (p *steadyPlan) arm() {
	p.next = nil
	if len(p.left) > 0 {
		p.next = time.After(max(0, time.Until(p.from.Add(p.left[0]))))
	}
}

func (p *steadyPlan) advance() { p.left = p.left[1:]; p.arm() }

// mostSteady bounds how many targets are looked at in one moment.
const mostSteady = 16

// steady captures what the living targets look like now.
func (h *helper) steady() {
	h.t.mu.Lock()
	var now []*target
	for _, t := range h.t.rec.targets {
		if t.alive && len(now) < mostSteady {
			now = append(now, t)
		}
	}
	tree := make([]int, 0, len(h.t.rec.live))
	for pid := range h.t.rec.live {
		tree = append(tree, pid)
	}
	h.t.mu.Unlock()
	slices.Sort(tree)
	for _, t := range now {
		s, err := snapshot.CaptureSteady(t.image.pid, tree)
		if err != nil || s == nil {
			continue
		}
		s.At = h.since()
		h.t.mu.Lock()
		t.steady = append(t.steady, s)
		h.t.mu.Unlock()
		h.out.event(Event{At: s.At, Steady: &SteadySeen{PID: t.image.pid}})
	}
}
