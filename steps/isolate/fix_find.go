package isolate

import "casebook/steps/fact"

// fix looks which part of each cause has to be undone. Of a joint cause any
// member may be enough; of independent causes each needs one. A fix is
// only told when exactly that was seen to mend bad.
func (d *derivation) fix() bool {
	d.phase = "fixes"
	d.fixes = make([][]set, len(d.causes))
	if !d.mended() {
		return true
	}
	chosen := make([]set, len(d.causes))
	for i := range d.causes {
		chosen[i] = d.causes[i].set
	}
	for i, c := range d.causes {
		small, ok := d.smallFix(chosen, i, d.members(c.set))
		if !ok {
			return false
		}
		chosen[i] = small
	}
	for i, c := range d.causes {
		for _, m := range append(d.members(c.set), chosen[i]) {
			whole := d.with(chosen, i, m)
			if hasSet(d.fixes[i], whole) {
				continue
			}
			switch d.mends(whole) {
			case open:
				return false
			case passes:
				d.fixes[i] = append(d.fixes[i], whole)
			}
		}
		d.fixes[i] = minimalOnly(d.fixes[i])
	}
	return true
}

// mended says that undoing all causes was shown to mend bad.
func (d *derivation) mended() bool {
	return d.mendable() && d.doubt.fails(d.tally.of(fact.Bad, d.u.all.minus(d.united())).all, 0.5) < 0.05
}

// smallFix is one member of cause i that is enough, or else what is left of it when
// all that can be spared is left out.
func (d *derivation) smallFix(chosen []set, i int, members []set) (set, bool) {
	for _, m := range members {
		if c := d.mends(d.with(chosen, i, m)); c != neither && c != fails {
			return m, c != open
		}
	}
	small := chosen[i]
	if len(members) < 3 {
		return small, true
	}
	for _, m := range members {
		switch d.mends(d.with(chosen, i, small.minus(m))) {
		case open:
			return nil, false
		case passes:
			small = small.minus(m)
		}
	}
	return small, true
}

// with is the union of the chosen sets, with s for the one of cause i.
func (d *derivation) with(chosen []set, i int, s set) set {
	for j, c := range chosen {
		if j != i {
			s = s.or(c)
		}
	}
	return s
}

func (d *derivation) mends(undo set) class {
	return d.settle(fact.Bad, d.u.all.minus(undo), Proof, 0.3, (1-d.cfg.Confidence)/2, true)
}

func hasSet(ss []set, s set) bool {
	for _, x := range ss {
		if x.equal(s) {
			return true
		}
	}
	return false
}

// minimalOnly drops sets that hold another one.
func minimalOnly(ss []set) []set {
	var out []set
	for _, s := range ss {
		smallest := true
		for _, t := range ss {
			if !t.equal(s) && t.in(s) {
				smallest = false
			}
		}
		if smallest {
			out = append(out, s)
		}
	}
	return out
}
