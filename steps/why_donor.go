package steps

import (
	"context"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/snapshot"
	"casebook/steps/transplant"
)

// lives says whether a difference's value in the donor is alive only while the
// donor's launch runs: a folder that it makes and takes away again.
type lives struct {
	side fact.Side
	fact.Factor
}

// planAlive is plan, with the donor's launch held at its target's exec where a
// value needs it. release is called when the trial is over.
func (w *searcher) planAlive(ctx context.Context, side fact.Side, diffs []fact.Difference) (p transplant.Plan, refused []transplant.Refusal, release func(), err error) {
	release = func() {}
	p, refused = w.plan(side, diffs)
	if !w.runnable(other(side)) || !w.wantsDonor(side, diffs) {
		return p, refused, release, nil
	}
	donor := other(side)
	held, err := transplant.Hold(ctx, w.t.pool, launch.Spec{Command: w.t.commands[donor], Dir: w.t.in.Case.Dir,
		Profile: w.t.profile(donor), Target: w.t.in.Case.Target, Deadline: w.t.deadline(donor) + w.t.deadline(side)}, w.cmp.target(donor))
	if err != nil {
		if ctx.Err() != nil {
			return p, nil, release, ctx.Err()
		}
		return p, append(refused, transplant.Refusal{Reason: err.Error()}), release, nil
	}
	w.learnLives(side, diffs, held.Target)
	p, refused = w.planFrom(side, diffs, held.Target)
	return p, refused, held.Release, nil
}

// wantsDonor says whether one of the values may be alive only while the donor is held.
func (w *searcher) wantsDonor(side fact.Side, diffs []fact.Difference) bool {
	w.donors.Lock()
	defer w.donors.Unlock()
	for _, d := range diffs {
		alive, known := w.alive[lives{side, d.Factor}]
		switch {
		case alive:
			return true
		case known:
			continue
		}
		p, refused := w.plan(side, []fact.Difference{d})
		if p.NeedsDonor() || staleOnly(refused) {
			return true
		}
	}
	return false
}

// learnLives remembers for which values holding the donor is of any use.
func (w *searcher) learnLives(side fact.Side, diffs []fact.Difference, from *snapshot.Target) {
	w.donors.Lock()
	defer w.donors.Unlock()
	for _, d := range diffs {
		one := []fact.Difference{d}
		before, refused := w.plan(side, one)
		after, still := w.planFrom(side, one, from)
		dead := before.NeedsDonor() || staleOnly(refused)
		w.alive[lives{side, d.Factor}] = dead && !after.NeedsDonor() && len(still) == 0
	}
}

// planFrom is plan with the values of a donor that is held.
func (w *searcher) planFrom(side fact.Side, diffs []fact.Difference, from *snapshot.Target) (transplant.Plan, []transplant.Refusal) {
	p, refused := transplant.Make(transplant.Request{Move: diffs, Donor: other(side), From: from, To: w.cmp.target(side), Reach: w.reach, Beside: w.beside(side)})
	return p, append(refused, w.guard(side, p)...)
}

func staleOnly(refused []transplant.Refusal) bool {
	for _, r := range refused {
		if !r.Stale() {
			return false
		}
	}
	return len(refused) > 0
}

// learnStale notes what a run found stale at its exec: next time the donor is held for it.
func (w *searcher) learnStale(side fact.Side, extra []byte) {
	reports, err := transplant.Reports(extra)
	if err != nil {
		return
	}
	w.donors.Lock()
	defer w.donors.Unlock()
	for _, r := range reports {
		for _, o := range r.Outcomes {
			if _, known := w.alive[lives{side, o.Factor}]; !known && !o.Applied && (transplant.Refusal{Reason: o.Reason}).Stale() {
				w.alive[lives{side, o.Factor}] = true
			}
		}
	}
}
