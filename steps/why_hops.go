package steps

import (
	"context"
	"slices"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/transplant"
)

// withoutHops looks whether leaving out a whole program in front of the target
// makes the difference, where nothing single that it changes does. A program
// can be left out and not put in: only the launch that has it is run, and only
// that direction is claimed. nil: that is not it either.
func (w *searcher) withoutHops(ctx context.Context, o WhyOptions) (*WhyAnswer, error) {
	all := transplant.Hops(w.cmp.target(fact.Good), w.cmp.target(fact.Bad))
	for _, side := range []fact.Side{fact.Bad, fact.Good} {
		hops := slices.DeleteFunc(slices.Clone(all), func(d fact.Difference) bool {
			return (d.Bad.State == fact.Present) != (side == fact.Bad)
		})
		hops = slices.DeleteFunc(hops, func(d fact.Difference) bool { return w.confines(side, d) })
		if len(hops) == 0 || !w.runnable(side) {
			continue
		}
		a, err := w.on(side, hops).searchOnce(ctx, o)
		if err != nil {
			return nil, err
		}
		if a.Verdict == isolate.Caused {
			a.Notes = append([]string{"a program in front of the target makes the difference as a whole: it was left out, and can't be put in"}, a.Notes...)
			return a, nil
		}
	}
	return nil, nil
}

// on is the same search with more differences, run on one side only.
func (w *searcher) on(side fact.Side, more []fact.Difference) *searcher {
	cmp := *w.cmp
	cmp.Differences = append(slices.Clone(cmp.Differences), more...)
	for i := range cmp.Differences {
		cmp.Differences[i].Rank = i + 1
	}
	if side == fact.Bad {
		cmp.Good = nil
	} else {
		cmp.Bad = nil
	}
	v := newSearcher(w.t, &cmp)
	w.prints.mu.Lock()
	defer w.prints.mu.Unlock()
	v.prints.seen, v.prints.alone = w.prints.seen, w.prints.alone
	return v
}

// knowsHops says whether a recorded verdict is about the programs that this search leaves out, if about any.
func (w *searcher) knowsHops(r Recorded) bool {
	return !slices.ContainsFunc(r.Factors, func(f fact.Factor) bool {
		return f.Kind == fact.Hop && !slices.ContainsFunc(w.cmp.Differences, func(d fact.Difference) bool { return d.Factor == f })
	})
}
