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
	deadlineTimes = 10                      // of the passing side's time
	settle        = 2500 * time.Millisecond // without a check: how long a target is looked at
	probeEvery    = 40 * time.Millisecond
)

// deadline is how long a run of a side may take: what was learned from the
// passing side, and never more than the user said.
func (t *trialist) deadline(side fact.Side) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	most := t.in.Case.Deadline
	if most == 0 {
		most = firstDeadline
	}
	d := t.limits[fact.Good]
	if d == 0 {
		return most
	}
	return min(most, max(d, t.limits[side]))
}

// learnTime learns from a control. A bad launch that ends by itself needs that
// long to fail, and may need as long when its cause is undone.
func (t *trialist) learnTime(out outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
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
	at := []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 900 * time.Millisecond}
	if t.half > 0 {
		at = append(at, t.half)
	}
	slices.Sort(at)
	return at
}
