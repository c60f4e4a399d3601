package launch

import (
	"slices"
	"time"

	"casebook/steps/secret"
)

// result puts together what is told at the end.
func (h *helper) result(why Ending, running bool) *Result {
	h.t.mu.Lock()
	defer h.t.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &Result{PID: h.pid, Exit: h.exit, Ending: why, Started: h.began, Traced: h.t.traced,
		Times: Times{TargetExec: Never, FirstOutput: Never, Exited: h.exitAt, Ended: h.since()}}
	if running && why != ByItself {
		r.Exit, r.Times.Exited = Exit{Code: -1, Running: true}, Never
	}
	for _, d := range h.drains {
		r.Streams = append(r.Streams, d.stream())
		if at := time.Duration(d.first.Load()); at > 0 && (r.Times.FirstOutput == Never || at < r.Times.FirstOutput) {
			r.Times.FirstOutput = at
		}
	}
	slices.SortStableFunc(h.matches, func(a, b Match) int { return int(a.At - b.At) })
	r.Matches = h.matches
	r.Snapshot = h.t.rec.snapshot()
	r.Snapshot.Command, r.Snapshot.Profile = secret.New(h.spec.Command), h.spec.Profile
	r.Snapshot.When, r.Snapshot.Took = h.began, r.Times.Ended
	r.Snapshot.Host = host()
	for _, t := range h.t.rec.kept() {
		if r.Times.TargetExec == Never || t.exec < r.Times.TargetExec {
			r.Times.TargetExec = t.exec
		}
		r.Targets = append(r.Targets, TargetExit{PID: t.image.pid, Exec: t.exec, End: t.end, Exit: t.exit})
	}
	for _, pid := range h.leftPIDs {
		r.Left = append(r.Left, *h.left[pid])
	}
	r.Blind = h.blind()
	r.Trouble = h.troubles
	return r
}
