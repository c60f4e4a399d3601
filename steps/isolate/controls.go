package isolate

import (
	"fmt"
	"math"

	"casebook/steps/fact"
)

// reproduced is the evidence that bad fails more often than good, as a
// logarithm, from which on the search starts.
var reproduced = math.Log(9)

// controls runs both launches as they are until it is certain enough that one works and the other
// fails, or that it is not so. A side that can't be run is stood in for by the
// other one with all differences moved.
func (d *derivation) controls() bool {
	d.phase = "controls"
	good, bad := d.standIn(fact.Good), d.standIn(fact.Bad)
	least := d.leastControls()
	for _, c := range []*cell{bad, good} {
		if d.judged(c).Runs < least {
			return d.control(c)
		}
	}
	g, b := d.judged(good), d.judged(bad)
	if b.Failed > 0 && g.Passed > 0 && b.Passed == 0 && g.Failed == 0 {
		return true
	}
	if rate(b) > rate(g)+apartAtLeast && apart(b, g) > reproduced {
		return true
	}
	if d.hopeless(g, b) {
		d.giveUp(g, b)
		return false
	}
	if g.Passed > 0 && (b.Failed == 0 || b.Runs <= g.Runs) {
		return d.control(bad)
	}
	return d.control(good)
}

// judged is the runs of a control. What was run for the proof or the search counts too.
func (d *derivation) judged(c *cell) Count { return d.tally.of(c.side, c.state).all }

// standIn is the configuration that is the control of a side.
func (d *derivation) standIn(side fact.Side) *cell {
	state := d.none
	if side == fact.Bad {
		state = d.u.all
	}
	if !d.runnable(side) {
		side = other(side)
	}
	return &cell{side: side, state: state}
}

func other(s fact.Side) fact.Side {
	if s == fact.Good {
		return fact.Bad
	}
	return fact.Good
}

func (d *derivation) control(c *cell) bool {
	role, likely := Control, 0.1
	if c.state.equal(d.u.all) {
		likely = 0.9
	}
	if d.priorOf(c) != 0 && d.priorOf(c) != 1 {
		role = Candidate
	}
	return d.ask(c.side, c.state, role, likely)
}

// hopeless says that more controls will not help.
func (d *derivation) hopeless(g, b Count) bool {
	most := d.cfg.MaxControls
	if rate(b) > rate(g)+apartAtLeast && apart(b, g) > -1 {
		most *= 3 // it looks as if they differ
	}
	return g.Runs >= most && b.Runs >= most || // both looked at long enough
		b.Failed == 0 && b.Runs >= most || // bad never fails
		b.resolved() == 0 && b.Runs >= 3 ||
		g.Passed == 0 && g.Runs >= max(3, most/2) // good never passes
}

func (d *derivation) giveUp(g, b Count) {
	a := d.newAnswer(NotReproduced)
	if !d.runnable(fact.Bad) || !d.runnable(fact.Good) {
		a.Verdict = NoCause
		a.Leads = append(a.Leads, d.suspects("moving all differences does not carry the outcome over; the most suspicious ones")...)
	}
	says := func(c Count) string {
		return fmt.Sprintf("passed %d and failed %d of %d runs (%d unresolved)", c.Passed, c.Failed, c.Runs, c.Unresolved)
	}
	a.Notes = append(a.Notes, d.nameOf(fact.Good)+" "+says(g), d.nameOf(fact.Bad)+" "+says(b))
	d.answer = &a
}

func (d *derivation) nameOf(side fact.Side) string {
	switch {
	case d.runnable(side):
		return string(side)
	case side == fact.Bad:
		return "good with all differences brought in"
	}
	return "bad with all differences undone"
}

// leastControls are more where runs are quick: flakiness that is seen early is
// cheaper than a search that has to be made again.
func (d *derivation) leastControls() int {
	if d.cfg.Controls > 0 {
		return d.cfg.Controls
	}
	switch c := d.tally.cost(d.cfg.Cost); {
	case c.Pass+c.Fail == 0:
		return 3
	case c.Pass+c.Fail < 2:
		return 4
	case c.Pass+c.Fail > 60:
		return 2
	}
	return 3
}

// controlsBetween keeps the controls at a share of all runs where launches are
// flaky. They are the only runs of states that are known, and a search whose idea
// of the rates is wrong can go on for long believing in chance.
func (d *derivation) controlsBetween() bool {
	flaky, total := false, 0
	for _, c := range d.tally.cells {
		flaky = flaky || c.all.Failed > 0 && c.all.Passed > 0
		total += c.all.Runs
	}
	if !flaky {
		return true
	}
	for _, side := range sides {
		if c := d.standIn(side); d.runnable(side) && d.judged(c).Runs < total/controlShare {
			return d.control(c)
		}
	}
	return true
}

// controlShare is one control of each side in so many runs.
const controlShare = 8

// controlsAgain repeats the controls before the proof, until they agree with
// the first ones or it is clear that they do not.
func (d *derivation) controlsAgain() bool {
	d.phase = "controls again"
	for i, side := range sides {
		if !d.runnable(side) {
			continue
		}
		ph := &d.tally.phase
		doubtful := apart(ph.earlier[i], ph.now[i]) > suspicious && ph.now[i].Runs < 12
		if d.tally.late[i] == 0 || doubtful {
			return d.control(d.standIn(side))
		}
	}
	return true
}
