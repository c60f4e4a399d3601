package isolate

// contradictions looks for a failing state with a passing superset. Such a
// pair is repeated until one of the two verdicts gives way, or both are so
// well founded that the outcome is not monotone.
func (d *derivation) contradictions() bool {
	for _, x := range d.tally.cells {
		px := d.look.fails(x.all, 0.5)
		if x.all.Failed == 0 || px < 0.9 {
			continue
		}
		for _, y := range d.tally.cells {
			if y.side != x.side || y.all.Passed == 0 || y.size <= x.size || !x.state.in(y.state) {
				continue
			}
			py := 1 - d.look.fails(y.all, 0.5)
			if py < 0.9 {
				continue
			}
			if d.founded(x, px) && d.founded(y, py) {
				if !d.notMonotone {
					d.note("outcomes are not monotone: %v fails and %v, which holds it, passes; went on with ddmin", d.u.ids(x.state), d.u.ids(y.state))
				}
				d.notMonotone = true
				return true
			}
			weaker, likely := x, px
			if d.founded(x, px) || !d.founded(y, py) && py < px {
				weaker, likely = y, 1-py
			}
			return d.ask(weaker.side, weaker.state, Candidate, likely)
		}
	}
	return true
}

// founded says that a verdict will hardly change any more.
func (d *derivation) founded(c *cell, p float64) bool {
	return c.all.Runs >= mostRunsOfOne || c.all.resolved() >= 3 && p >= 0.999
}
