package steps

import (
	"slices"
	"time"

	"casebook/steps/fact"
	"casebook/steps/launch"
)

// How long runs may take.
const (
	firstDeadline = 60 * time.Second // the first runs, where the user set no bound: nothing is known yet
	leastDeadline = 2 * time.Second
	firstLead     = 20 * time.Second // to the target's exec, until that is known
	leadPause     = 500 * time.Millisecond
	deadlineTimes = 10                      // of the passing side's time
	settle        = 2500 * time.Millisecond // without a check: how long a target is looked at
	probeEvery    = 40 * time.Millisecond
)

// deadline is how long a run of a side may take: the time that its target may
// take, and before that the time that the launch needs to get to it.
func (t *trialist) deadline(side fact.Side) time.Duration {
	within := t.within(side)
	t.mu.Lock()
	defer t.mu.Unlock()
	most := t.in.Case.Deadline
	if most == 0 {
		most = firstDeadline
	}
	if within == 0 {
		return most
	}
	return min(most, within+t.lead(side))
}

// within is how long a target may take, counted from its exec: what was learned
// from the passing side, and never more than the user said. 0: nothing is known yet.
func (t *trialist) within(side fact.Side) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.limits[fact.Good]
	if d == 0 {
		return 0
	}
	d = max(d, t.limits[side])
	if most := t.in.Case.Deadline; most > 0 {
		d = min(d, most)
	}
	return d
}

// lead is how long a launch may take to get to its target: the passing side may
// be a bare command, and the other a test runner that makes an environment first.
func (t *trialist) lead(side fact.Side) time.Duration {
	switch start, known := t.starts[side]; {
	case t.in.Case.Target == "":
		return 0
	case known:
		return 3*start + leadPause
	}
	return firstLead
}

// learnTime learns from a control. A bad launch that ends by itself needs that
// long to fail, and may need as long when its cause is undone.
func (t *trialist) learnTime(out outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if out.start > 0 {
		t.starts[out.Side] = max(t.starts[out.Side], out.start)
	}
	switch {
	case t.check == nil:
	case out.Side == fact.Good && out.Verdict == fact.Pass:
		t.half = max(out.Took/2, time.Millisecond)
		t.limits[fact.Good] = max(t.limits[fact.Good], leastDeadline, deadlineTimes*out.Took)
	case out.Side == fact.Bad && out.run.Ending == launch.ByItself:
		t.limits[fact.Bad] = max(t.limits[fact.Bad], leastDeadline, 3*out.Took)
	}
}

// looks are the moments at which a target's steady state is looked at: half of
// the passing side's time, and some more, since whether anybody reads a pipe
// shows over time only.
func (t *trialist) looks() []time.Duration {
	at := []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 900 * time.Millisecond, 1700 * time.Millisecond}
	if t.half > 0 {
		at = append(at, t.half)
	}
	slices.Sort(at)
	return at
}
