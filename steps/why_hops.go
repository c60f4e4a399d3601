package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/snapshot"
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

// confining are the kinds by which a program keeps what it starts away from the rest of the machine.
var confining = []fact.Kind{fact.Namespace, fact.Root, fact.Credentials, fact.Groups, fact.Capabilities, fact.NoNewPrivs, fact.Seccomp, fact.Securebits, fact.Cgroup}

// confines says whether a hop shuts in other programs than the target: without
// it they would do to the whole machine, or with all rights, what was meant to stay inside.
func (w *searcher) confines(side fact.Side, hop fact.Difference) bool {
	t := w.cmp.target(side)
	for i := 0; i+2 < len(t.Chain); i++ {
		h, next := t.Chain[i], t.Chain[i+1]
		if transplant.HopName(h) != hop.Name {
			continue
		}
		if h.Process == nil || next.Process == nil || confinement(h.Process) != confinement(next.Process) {
			w.refused = append(w.refused, transplant.Refusal{Factor: hop.Factor, Reason: "it keeps what it starts away from the rest of the machine, and starts more than the target"})
			return true
		}
	}
	return false
}

// confinement is how a process is shut in, in words.
func confinement(p *snapshot.Process) string {
	var b strings.Builder
	for _, r := range snapshot.Factors(&snapshot.Target{Process: p}, nil) {
		if slices.Contains(confining, r.Factor.Kind) {
			fmt.Fprintln(&b, r.Factor, r.Value.Shown)
		}
	}
	return b.String()
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
