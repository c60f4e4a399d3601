package isolate

import (
	"fmt"
	"slices"

	"casebook/steps/fact"
)

func (d *derivation) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(d.notes, s) {
		d.notes = append(d.notes, s)
	}
}

// newAnswer is an answer with what every answer has.
func (d *derivation) newAnswer(v Verdict) Answer {
	a := Answer{Verdict: v, Runs: d.runs, Method: "quickxplain", Notes: slices.Clone(d.notes)}
	unresolved, total := 0, 0
	for _, c := range d.tally.cells {
		unresolved += c.all.Unresolved
		total += c.all.Runs
		if c.tried && c.size > 0 && !c.state.equal(d.u.all) {
			a.Candidates++
		}
	}
	if total > 0 {
		a.Rates.UnresolvedOfTotal = float64(unresolved) / float64(total)
	}
	if unresolved > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("%d of %d runs were unresolved and count for neither side", unresolved, total))
	}
	d.fillRates(&a.Rates)
	if g := a.Rates.Good; g.Failed > 0 && g.Passed > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("good is flaky: it failed %d of %d times as it is", a.Rates.Good.Failed, a.Rates.Good.resolved()))
	}
	if b := a.Rates.Bad; b.Failed > 0 && b.Passed > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("bad is flaky: it failed %d of %d times as it is", a.Rates.Bad.Failed, a.Rates.Bad.resolved()))
	}
	if d.notMonotone || d.ddmin {
		a.Method = "ddmin"
	}
	if d.ddmin && !d.notMonotone {
		a.Notes = append(a.Notes, "too many configurations gave no verdict for a binary search; went on with ddmin")
	}
	return a
}

func (d *derivation) fillRates(r *Rates) {
	r.Good = d.tally.of(fact.Good, d.none).all
	r.Bad = d.tally.of(fact.Bad, d.u.all).all
	r.BadFails, r.GoodFails = d.doubt.mean()
	r.GoodSteady, r.BadSteady = r.Good.Failed == 0, r.Bad.Passed == 0
	r.Reproducible = (d.cfg.NoGood || r.Good.Passed > 0) && (d.cfg.NoBad || r.Bad.Failed > 0)
	r.DriftedTimes = d.tally.drifts
}

// finish makes the answer of a search that found something.
func (d *derivation) finish() {
	a := d.newAnswer(Caused)
	cs := d.checks()
	a.Confidence = d.confidence(cs, -1)
	for i := range d.causes {
		c := d.causeAnswer(cs, i)
		if !c.shown() || d.refuted(cs, i) {
			a.Leads = append(a.Leads, Lead{c.Set, "found by the search, but the proof did not bear it out"})
			continue
		}
		a.Causes = append(a.Causes, c)
	}
	switch {
	case len(a.Causes) == 0:
		a.Verdict, a.Confidence = NoCause, 0
	case len(a.Causes) < len(d.causes):
		a.onlyOneWay()
	}
	if len(a.Causes) > 0 {
		a.RuledOut = d.ruledOut()
	}
	if a.Confidence < d.cfg.Confidence && len(a.Causes) > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("the confidence asked for, %.3g, was not reached", d.cfg.Confidence))
	}
	d.answer = &a
}

// onlyOneWay takes back what was shown of all causes together, where one
// of them was not borne out.
func (a *Answer) onlyOneWay() {
	a.Confidence = min(a.Confidence, 0.5)
	for i := range a.Causes {
		c := &a.Causes[i]
		c.Proof.BadUndone, c.Fixes = Count{}, nil
		if c.Direction == Both {
			c.Direction = GoodOnly
		}
	}
}

// refuted says that runs speak against a claim. That none speak for it only costs confidence.
func (d *derivation) refuted(cs []check, cause int) bool {
	for _, c := range cs {
		n := d.tally.of(c.side, c.state).proof
		if c.cause == cause && n.resolved() > 0 && d.doubt.together(claim{n, c.fails, c.doubt}) < 0.5 {
			return true
		}
	}
	return false
}

// shown says that the failure was seen where the cause is claimed to bring it.
func (c Cause) shown() bool {
	return c.Proof.GoodBroken.Failed+c.Proof.BadKept.Failed > 0
}

func (d *derivation) causeAnswer(cs []check, i int) Cause {
	c := Cause{Set: d.u.ids(d.causes[i].set), Direction: GoodOnly, Confidence: d.confidence(cs, i)}
	if d.causes[i].side == fact.Bad {
		c.Direction = BadOnly
	}
	for _, k := range cs {
		if k.cause != -1 && k.cause != i {
			continue
		}
		n := d.tally.of(k.side, k.state).proof
		switch k.kind {
		case undone:
			c.Proof.BadUndone = n
		case broken:
			c.Proof.GoodBroken = n
		case kept:
			c.Proof.BadKept = n
		case removal:
			if n.resolved() == 0 {
				d.note("whether %v is needed could not be told: without it there is no verdict", d.u.ids(k.unit))
			}
			c.Proof.Removals = append(c.Proof.Removals, Removal{d.u.ids(k.unit), n, d.doubt.fails(n, 0.5) < 0.1})
		}
	}
	if c.Proof.BadUndone.Passed > 0 && c.Proof.GoodBroken.Failed > 0 {
		c.Direction = Both
	}
	for _, f := range d.fixes[i] {
		c.Fixes = append(c.Fixes, d.u.ids(f))
	}
	return c
}

// ruledOut are the differences that are in no cause and were at their bad
// value in a state that passes.
func (d *derivation) ruledOut() []ID {
	seen := d.none
	for _, c := range d.tally.cells {
		if c.all.Passed > 0 && d.doubt.fails(c.all, 0.5) < 0.05 {
			seen = seen.or(c.state)
		}
	}
	return d.u.ids(seen.minus(d.united()))
}

// suspects are the most suspicious differences.
func (d *derivation) suspects(why string) []Lead {
	var ls []Lead
	for _, u := range d.u.units[:min(5, len(d.u.units))] {
		ls = append(ls, Lead{d.u.ids(u.mask), why})
	}
	return ls
}

// exhausted answers with what is known when no run is left.
func (d *derivation) exhausted(steps []func() bool) {
	for _, step := range steps {
		if !step() {
			break
		}
	}
	if d.answer != nil {
		return
	}
	proven := d.want == nil || d.phase == "proof" || d.phase == "fixes"
	d.want = nil
	if d.fixes == nil {
		d.fixes = make([][]set, len(d.causes))
	}
	d.note("stopped at the limit of %d runs during: %s", d.cfg.MaxRuns, d.phase)
	if proven && len(d.causes) > 0 {
		d.finish()
		return
	}
	a := d.newAnswer(NoCause)
	for _, c := range d.causes {
		a.Leads = append(a.Leads, Lead{d.u.ids(c.set), "found by the search, not proven"})
	}
	a.Leads = append(a.Leads, d.suspects("most suspicious")...)
	d.answer = &a
}
