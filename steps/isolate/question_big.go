package isolate

import "casebook/steps/fact"

// bigQuestions asks first what settles most: does everything brought into good
// break it, does everything undone in bad mend it? Where neither holds, nothing that
// can be moved explains the failure.
func (d *derivation) bigQuestions() bool {
	d.phase = "all differences at once"
	broken, mended := neither, neither
	if len(d.u.units) == 0 {
		d.nothingMovable(broken, mended)
		return false
	}
	if d.runnable(fact.Good) {
		if broken = d.big(fact.Good, d.u.all, fails); broken == open {
			return false
		}
	}
	if d.runnable(fact.Bad) {
		if mended = d.big(fact.Bad, d.none, passes); mended == open {
			return false
		}
	}
	d.mirror = broken == fails && mended == passes && !d.sidesDisagree()
	switch {
	case broken == fails:
		d.primary = fact.Good
	case mended == passes:
		d.primary = fact.Bad
	case broken == neither && d.runnable(fact.Good):
		d.primary = fact.Good // some subset may still apply
	case mended == neither && d.runnable(fact.Bad):
		d.primary = fact.Bad
	default:
		d.nothingMovable(broken, mended)
		return false
	}
	if d.mirror && d.cheaperFrom(fact.Bad) {
		d.primary = fact.Bad
	}
	d.sayOneDirection(broken, mended)
	return true
}

// big settles a big question: one run where it comes out as hoped, several
// where it does not, since much depends on it.
func (d *derivation) big(side fact.Side, state set, hoped class) class {
	prior := 0.9
	if hoped == passes {
		prior = 0.1
	}
	as := d.settle(side, state, Candidate, prior, 0.03, false)
	if as == hoped || as == open || as == neither {
		return as
	}
	return d.settle(side, state, Candidate, prior, 0.01, true)
}

// cheaperFrom compares runs of the same states, all differences good, in both
// launches; only a clear gain makes up for the changes being read the other way round.
func (d *derivation) cheaperFrom(side fact.Side) bool {
	this, that := d.tally.took[sideIndex(side)][0].mean(), d.tally.took[sideIndex(other(side))][0].mean()
	return this > 0 && that > 0 && this < 0.6*that
}

// sidesDisagree says that one state fails in one launch and passes in the other: something that
// can't be moved is a part of what happens, and the launches must be kept apart.
func (d *derivation) sidesDisagree() bool {
	for _, x := range d.tally.cells {
		if x.side != fact.Good || x.all.resolved() == 0 || d.priorOf(x) != 0.5 {
			continue
		}
		y := d.tally.of(fact.Bad, x.state)
		if y.all.resolved() == 0 {
			continue
		}
		px, py := d.look.fails(x.all, 0.5), d.look.fails(y.all, 0.5)
		if px < 0.03 && py > 0.97 || px > 0.97 && py < 0.03 {
			d.note("good with %v and bad with all but that undone come out differently: something that can't be moved has a part in it", d.u.ids(x.state))
			return true
		}
	}
	return false
}

func (d *derivation) sayOneDirection(broken, mended class) {
	switch {
	case d.mirror || broken == fails && mended == passes || !d.runnable(fact.Good) || !d.runnable(fact.Bad):
	case mended == passes && broken == passes:
		d.note("good still passes with all differences brought in: something that can't be moved is needed too; only the direction from bad can be shown")
	case mended == passes:
		d.note("good with all differences brought in gives no verdict; the search works from bad")
	case broken == fails && mended == fails:
		d.note("bad still fails with all differences undone: something that can't be moved is a cause by itself; only the direction from good can be shown")
	case broken == fails:
		d.note("bad with all differences undone gives no verdict; the search works from good")
	}
}

func (d *derivation) nothingMovable(broken, mended class) {
	a := d.newAnswer(NoCause)
	if broken == passes {
		a.Notes = append(a.Notes, "good with all differences brought in still passes")
	}
	if mended == fails {
		a.Notes = append(a.Notes, "bad with all differences undone still fails")
	}
	a.Notes = append(a.Notes, "nothing that can be moved explains the failure")
	a.Leads = d.suspects("suspicious, but moving all differences together does not carry the outcome over")
	d.answer = &a
}
