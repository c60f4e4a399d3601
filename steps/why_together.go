package steps

import (
	"slices"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/snapshot"
)

// together are the differences that move as one: what only follows from
// another session could not be told from it, and which of both is named would
// hang on the order of the trials.
func (w *searcher) together() [][]isolate.ID {
	var group []isolate.ID
	led := false
	for id, i := range w.movable {
		d := w.cmp.Differences[i]
		led = led || d.Kind == fact.Session
		if d.Kind == fact.Session || snapshot.Follows(d, w.cmp.Differences) {
			group = append(group, isolate.ID(id))
		}
	}
	if !led || len(group) < 2 {
		return nil
	}
	return [][]isolate.ID{group}
}

// named are the differences of a set as they are told: without what only follows from another of the set.
func (w *searcher) named(set []isolate.ID) []fact.Difference {
	all := w.joined(set)
	return slices.DeleteFunc(slices.Clone(all), func(d fact.Difference) bool { return snapshot.Follows(d, all) })
}
