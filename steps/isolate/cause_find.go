package isolate

import "casebook/steps/fact"

// search finds the first cause and then, as long as undoing all that were
// found does not mend bad, the next among the rest.
func (d *derivation) search() bool {
	d.phase = "search"
	side := d.primary
	top, ok := d.failingTop(side)
	if !ok {
		return false
	}
	for len(d.causes) < d.cfg.MaxCauses {
		c, ok := d.minimal(side, within(d.u.units, top))
		if !ok {
			return false
		}
		d.causes = append(d.causes, found{c, side})
		left := d.u.all.minus(d.united())
		again, next, ok := d.more(left)
		if !ok {
			return false
		}
		if !again {
			return true
		}
		side, top = next, left
	}
	d.note("stopped after %d independent causes; undoing all of them does not mend bad, so there are more", len(d.causes))
	return true
}

// united is all causes together.
func (d *derivation) united() set {
	s := d.none
	for _, c := range d.causes {
		s = s.or(c.set)
	}
	return s
}

// more asks whether the state that is left with all found causes undone still
// fails, and in which launch to search on. It is made from bad where that can be,
// since bad mended is a part of the proof anyway.
func (d *derivation) more(left set) (again bool, side fact.Side, ok bool) {
	if left.equal(d.none) {
		return false, "", true
	}
	side = other(d.primary)
	if !d.runnable(side) || d.primary == fact.Good && !d.mirror && d.bigSays(fact.Bad) == fails {
		side = d.primary
	}
	switch d.settle(side, left, Candidate, 0.25, 0.04, false) {
	case open:
		return false, "", false
	case fails:
	default:
		return false, "", true
	}
	if side == d.primary {
		return true, side, true
	}
	switch d.settle(d.primary, left, Candidate, 0.8, 0.04, false) {
	case open:
		return false, "", false
	case fails:
		return true, d.primary, true
	}
	if d.bigSays(side) == passes {
		return true, side, true
	}
	d.note("undoing the cause does not mend bad, and what else breaks it could not be searched for: the rest does not break good")
	return false, "", true
}

// bigSays is how a launch behaves with everything moved, as far as it is known.
func (d *derivation) bigSays(side fact.Side) class {
	state := d.none
	if side == fact.Good {
		state = d.u.all
	}
	c := d.tally.of(side, state).all
	switch p := d.look.fails(c, 0.5); {
	case c.resolved() == 0:
		return neither
	case p > 0.9:
		return fails
	case p < 0.1:
		return passes
	}
	return neither
}

// minimal finds one minimal failing state among units which together fail.
func (d *derivation) minimal(side fact.Side, units []unit) (set, bool) {
	if !d.contradictions() {
		return nil, false
	}
	if d.notMonotone {
		return d.reduce(side, d.smallestFailing(side, units))
	}
	known, order := d.none, units
	for first := true; ; first = false {
		k, by, is := d.locate(side, known, order, first)
		switch {
		case is == asking:
			return nil, false
		case is == stuck:
			return d.fallBack(side, units)
		case k == 0:
			switch d.seenToFail(side, known) {
			case open:
				return nil, false
			case neither:
				return d.fallBack(side, units)
			}
			return d.tighten(side, known)
		}
		order = by
		known = known.or(order[k-1].mask)
		order = order[:k-1]
	}
}

// tighten leaves out pairs that can only be moved together. That they can't go alone shows in
// the removals of the proof, which is why this is known only in a later derivation.
func (d *derivation) tighten(side fact.Side, state set) (set, bool) {
	units := within(d.u.units, state)
	if !maskOf(units, state).equal(state) {
		return state, true
	}
	smaller, ok := d.withoutPair(side, units)
	if smaller == nil || !ok {
		return state, ok
	}
	return d.reduce(side, smaller)
}

// fallBack is ddmin where a binary search gets no verdicts.
func (d *derivation) fallBack(side fact.Side, units []unit) (set, bool) {
	d.ddmin = true
	return d.reduce(side, d.smallestFailing(side, units))
}

// seenToFail says that a state was seen to fail itself, in the launch where it is or the other. One that
// was only concluded to fail is run; one that gives no verdict is no cause, however much speaks for it.
func (d *derivation) seenToFail(side fact.Side, state set) class {
	on, _, ok := d.realise(side, state, d.tally.tries)
	switch {
	case !ok:
		return neither
	case d.tally.of(on, state).all.Failed > 0:
		return fails
	}
	d.ask(on, state, Candidate, 0.9)
	return open
}

// within are the units that lie in s.
func within(us []unit, s set) []unit {
	var in []unit
	for _, u := range us {
		if u.mask.in(s) {
			in = append(in, u)
		}
	}
	return in
}

func maskOf(us []unit, like set) set {
	s := make(set, len(like))
	for _, u := range us {
		s = s.or(u.mask)
	}
	return s
}
