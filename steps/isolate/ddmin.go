package isolate

import "casebook/steps/fact"

// sure is the error of one verdict in ddmin, which has no second look at it.
const sure = 0.01

// reduce is ddmin over units that fail together: complements first, since
// with few culprits a complement is likelier to fail than a piece; states
// known not to fail are not asked twice, the tally remembers them. The
// result fails and no unit of it can be left out.
func (d *derivation) reduce(side fact.Side, units []unit) (set, bool) {
	for pieces := 2; len(units) > 1; {
		smaller, ok := d.reduceOnce(side, units, min(pieces, len(units)))
		switch {
		case !ok:
			return nil, false
		case smaller != nil:
			units, pieces = smaller, max(2, pieces-1)
		case pieces >= len(units):
			pair, ok := d.withoutPair(side, units)
			if pair == nil || !ok {
				return maskOf(units, d.none), ok
			}
			units, pieces = pair, 2
		default:
			pieces *= 2
		}
	}
	return maskOf(units, d.none), true
}

// reduceOnce leaves out one piece of so many, the least suspicious first; then,
// while pieces are coarse, tries each alone.
func (d *derivation) reduceOnce(side fact.Side, units []unit, pieces int) ([]unit, bool) {
	cut := func(i int) int { return i * len(units) / pieces }
	for i := pieces - 1; i >= 0; i-- {
		rest := append(append([]unit{}, units[:cut(i)]...), units[cut(i+1):]...)
		if yes, ok := d.stillFails(side, rest); yes || !ok {
			return rest, ok
		}
	}
	if pieces == 2 {
		return nil, true // the complements were the pieces
	}
	for i := 0; i < pieces; i++ {
		piece := units[cut(i):cut(i+1)]
		if yes, ok := d.stillFails(side, piece); yes || !ok {
			return piece, ok
		}
	}
	return nil, true
}

// withoutPair leaves out two units of which neither can go alone without losing the verdict:
// differences that can only be applied together.
func (d *derivation) withoutPair(side fact.Side, units []unit) ([]unit, bool) {
	var stiff []int
	for i := range units {
		if d.tally.of(side, maskOf(leave(units, i, i), d.none)).blocked(d.tally.tries) {
			stiff = append(stiff, i)
		}
	}
	if len(units) < 3 || len(stiff) > 8 {
		return nil, true
	}
	for x, i := range stiff {
		for _, j := range stiff[x+1:] {
			rest := leave(units, i, j)
			if yes, ok := d.stillFails(side, rest); yes || !ok {
				return rest, ok
			}
		}
	}
	return nil, true
}

// leave is the units without the i-th and the j-th.
func leave(us []unit, i, j int) []unit {
	var out []unit
	for k, u := range us {
		if k != i && k != j {
			out = append(out, u)
		}
	}
	return out
}

// stillFails never takes unresolved for the failure that is looked for.
func (d *derivation) stillFails(side fact.Side, units []unit) (yes, ok bool) {
	if len(units) == 0 {
		return false, true
	}
	c := d.settle(side, maskOf(units, d.none), Candidate, 0.3, sure, true)
	return c == fails, c != open
}

// smallestFailing is where to start: the smallest state that is known to fail.
func (d *derivation) smallestFailing(side fact.Side, units []unit) []unit {
	all := maskOf(units, d.none)
	best := units
	for _, c := range d.tally.cells {
		if c.side != side || c.all.Failed == 0 || !c.state.in(all) {
			continue
		}
		in := within(units, c.state)
		if len(in) < len(best) && d.doubt.fails(c.all, 0.5) > 1-sure {
			best = in
		}
	}
	return best
}
