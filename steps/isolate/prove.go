package isolate

import (
	"math"

	"casebook/steps/fact"
)

// check is one configuration that a claim rests on.
type check struct {
	cause int // -1: all of them
	kind  checkKind
	side  fact.Side
	state set
	fails bool // what is claimed of it
	least int
	unit  set     // removal: what is left out
	doubt float64 // logarithm of the odds against it
}

// unlikely is the odds against a member of a joint cause being needed when bad still fails with it
// undone: rarely there is a second cause that shares the others, mostly it is not needed.
var unlikely = math.Log(50)

type checkKind int

const (
	undone  checkKind = iota // bad with all causes undone passes
	broken                   // good with the cause brought in fails
	kept                     // bad with all but the cause undone fails
	removal                  // the cause without one member passes
)

// checks lists what has to be shown.
func (d *derivation) checks() []check {
	var cs []check
	if d.mendable() {
		cs = append(cs, check{-1, undone, fact.Bad, d.u.all.minus(d.united()), false, d.cfg.MinProof, nil, 0})
	}
	for i, c := range d.causes {
		from := c.side
		if d.mirror {
			from = fact.Good // it may have been searched in bad because runs are shorter there
		}
		how, side := broken, d.provable(from, c.set)
		if side == fact.Bad {
			how = kept
		}
		cs = append(cs, check{i, how, side, c.set, true, d.cfg.MinProof, nil, 0})
		members := d.members(c.set)
		for _, m := range members {
			if len(members) > 1 {
				cs = append(cs, check{i, removal, d.provable(from, c.set.minus(m)), c.set.minus(m), false, 1, m, d.needless(m)})
			}
		}
	}
	return cs
}

// needless is the doubt in a member without which bad still fails.
func (d *derivation) needless(member set) float64 {
	c := d.tally.of(fact.Bad, d.u.all.minus(d.united().minus(d.causeOf(member)).or(member))).all
	if c.Failed > 0 && d.look.fails(c, 0.5) > 0.5 {
		return unlikely
	}
	return 0
}

// causeOf is the cause that a member belongs to.
func (d *derivation) causeOf(member set) set {
	for _, c := range d.causes {
		if member.in(c.set) {
			return c.set
		}
	}
	return d.none
}

// provable is the launch in which a state is shown: the other one where it gives no verdict.
func (d *derivation) provable(side fact.Side, state set) fact.Side {
	if d.mirror && d.tally.of(side, state).blocked(d.tally.tries) && !d.tally.of(other(side), state).blocked(d.tally.tries) {
		return other(side)
	}
	return side
}

// mendable says whether the direction from bad is worth proving.
func (d *derivation) mendable() bool {
	if !d.runnable(fact.Bad) {
		return false
	}
	state := d.u.all.minus(d.united())
	c := d.tally.of(fact.Bad, state)
	return !c.blocked(d.tally.tries) && d.bigSays(fact.Bad) != fails && (c.all.resolved() == 0 || d.look.fails(c.all, 0.5) < 0.97)
}

// members are the smallest things of a cause that can be left out.
func (d *derivation) members(s set) []set {
	var ms []set
	for _, u := range d.u.units {
		if u.mask.in(s) {
			ms = append(ms, u.mask)
			continue
		}
		for _, p := range u.parts {
			if p.mask.in(s) {
				ms = append(ms, p.mask)
			}
		}
	}
	return ms
}

// prove runs what the answer rests on, until all claims together reach the confidence.
func (d *derivation) prove() bool {
	d.phase = "proof"
	var claims []claim
	worst, at := 2.0, -1
	cs := d.checks()
	for i, c := range cs {
		cell := d.tally.of(c.side, c.state)
		if cell.blocked(d.tally.tries) || cell.proof.Runs >= mostRunsOfOne {
			continue
		}
		if n := cell.proof.Runs; n < c.least {
			return d.ask(c.side, c.state, Proof, d.doubt.fails(cell.proof, chance(c.fails)))
		}
		cl := claim{cell.proof, c.fails, c.doubt}
		claims = append(claims, cl)
		if p := d.doubt.together(cl); p < worst {
			worst, at = p, i
		}
	}
	if at < 0 || d.doubt.together(claims...) >= d.wanted() {
		return true
	}
	c := cs[at]
	return d.ask(c.side, c.state, Proof, d.doubt.fails(d.tally.of(c.side, c.state).proof, chance(c.fails)))
}

// wanted is a little more than the confidence asked for: the prior of the
// rates is a guess.
func (d *derivation) wanted() float64 { return 1 - (1-d.cfg.Confidence)*0.5 }

func chance(fails bool) float64 {
	if fails {
		return 0.9
	}
	return 0.1
}

// confidence that the claims about a cause hold, or about all for -1. A claim
// without a verdict is as likely as not.
func (d *derivation) confidence(cs []check, cause int) float64 {
	var claims []claim
	for _, c := range cs {
		if cause == -1 || c.cause == -1 || c.cause == cause {
			claims = append(claims, claim{d.tally.of(c.side, c.state).proof, c.fails, c.doubt})
		}
	}
	return d.doubt.together(claims...)
}
