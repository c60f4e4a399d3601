package isolate

import "casebook/steps/fact"

// failingTop is a failing state to start from: everything, or where that
// gives no verdict, as much of it as does.
func (d *derivation) failingTop(side fact.Side) (set, bool) {
	if d.mirror || d.bigSays(side) != neither {
		return d.u.all, true
	}
	if side == fact.Bad { // as it is, bad fails; what is sought is among what makes it pass
		return d.u.all, true
	}
	g := &growth{state: d.none, last: passes}
	if len(d.u.units) > 1 {
		half := len(d.u.units) / 2
		if !d.grow(g, d.u.units[:half]) || !d.grow(g, d.u.units[half:]) {
			return nil, false
		}
	}
	if len(g.left) > 0 {
		d.note("%v gave no verdict with the others and were left out of the search", d.u.ids(maskOf(g.left, d.none)))
	}
	if g.last == fails {
		return g.state, true
	}
	a := d.newAnswer(NoCause)
	a.Notes = append(a.Notes, "good with all differences brought in gives no verdict, and what of them does lets it pass")
	for _, u := range g.left {
		a.Leads = append(a.Leads, Lead{d.u.ids(u.mask), "it could not be tried"})
	}
	a.Leads = append(a.Leads, d.suspects("most suspicious")...)
	d.answer = &a
	return nil, false
}

// growth is a state that gives verdicts and takes in whatever leaves it so.
type growth struct {
	state set
	last  class
	left  []unit // what it could not take in
}

// grow adds units, all at once where that gives a verdict, else half by half.
// It stops as soon as the state fails.
func (d *derivation) grow(g *growth, units []unit) bool {
	if g.last == fails {
		return true
	}
	try := g.state.or(maskOf(units, d.none))
	switch is := d.settle(fact.Good, try, Candidate, 0.5, 0.03, false); {
	case is == open:
		return false
	case is != neither:
		g.state, g.last = try, is
		return true
	case len(units) == 1:
		g.left = append(g.left, units[0])
		return true
	}
	half := len(units) / 2
	return d.grow(g, units[:half]) && d.grow(g, units[half:])
}
