package steps

import (
	"casebook/steps/fact"
	"casebook/steps/isolate"
)

// likely is from how sure on a cause is called one; below, it is a lead.
const likely = 0.5

// countSingle keeps what became of bad with a single difference undone: it says
// of a joint cause what undoing one member does.
func (w *searcher) countSingle(r isolate.Request, v fact.Verdict) {
	if r.Side != fact.Bad || len(r.Set) != 1 {
		return
	}
	w.recording.Lock()
	defer w.recording.Unlock()
	if w.undone == nil {
		w.undone = map[isolate.ID]isolate.Count{}
	}
	c := w.undone[r.Set[0]]
	c.Runs++
	switch v {
	case fact.Pass:
		c.Passed++
	case fact.Fail:
		c.Failed++
	default:
		c.Unresolved++
	}
	w.undone[r.Set[0]] = c
}

// oneUndone sums up the members of a joint cause.
func (w *searcher) oneUndone(set []isolate.ID) isolate.Count {
	w.recording.Lock()
	defer w.recording.Unlock()
	var sum isolate.Count
	if len(set) < 2 {
		return sum
	}
	for _, id := range set {
		c := w.undone[id]
		sum.Runs, sum.Passed, sum.Failed, sum.Unresolved = sum.Runs+c.Runs, sum.Passed+c.Passed, sum.Failed+c.Failed, sum.Unresolved+c.Unresolved
	}
	return sum
}
