package isolate

// refine narrows compound differences (a list variable, an argv) down to the parts
// that matter. The whole is kept where the parts do not carry the outcome.
func (d *derivation) refine() bool {
	d.phase = "parts of compound differences"
	for i := range d.causes {
		c := &d.causes[i]
		for _, u := range d.u.units {
			if len(u.parts) == 0 || !u.mask.in(c.set) {
				continue
			}
			narrow, ok := d.refineUnit(*c, u)
			if !ok {
				return false
			}
			c.set = narrow
		}
	}
	return true
}

func (d *derivation) refineUnit(c found, u unit) (set, bool) {
	known, order := c.set.minus(u.mask), u.parts
	for first := true; ; first = false {
		k, by, is := d.locate(c.side, known, order, first)
		if is == asking {
			return nil, false
		}
		if is == stuck {
			return c.set, true
		}
		if k == 0 {
			break
		}
		known, order = known.or(by[k-1].mask), by[:k-1]
	}
	if known.equal(c.set) || !d.runnable(other(c.side)) {
		return known, true
	}
	// undone alone, do the parts mend bad as the whole did?
	left := d.u.all.minus(d.united().minus(c.set).or(known))
	switch d.settle("bad", left, Candidate, 0.2, 0.04, false) {
	case open:
		return nil, false
	case passes:
		return known, true
	}
	return c.set, true
}
