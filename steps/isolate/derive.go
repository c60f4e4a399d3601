package isolate

import (
	"casebook/steps/fact"
)

// derivation works the investigation out from the runs that are known. It ends
// with an answer or with the one run that it wants next. Every step returns
// false when it can't go on; then want or answer is set.
type derivation struct {
	*model
	runs  int // told, drifted ones included
	tally *tally
	look  *rates // as the search believes
	doubt *rates // as the proof believes

	want   *Request
	likely float64 // that the wanted run fails
	next   *chain  // where the wanted run belongs to; nil: to none
	answer *Answer
	phase  string
	notes  []string

	mirror      bool // both big questions were answered as hoped: a state can be made from either launch
	primary     fact.Side
	notMonotone bool
	ddmin       bool
	causes      []found
	fixes       [][]set // of each cause
}

// found is a cause on its way to being proven.
type found struct {
	set  set
	side fact.Side // the launch in which it was searched
}

// model is what does not change during a search.
type model struct {
	cfg  Config
	u    *universe
	none set
	grid *grid
}

// derive is the whole search as a function of the log.
func (m *model) derive(log []entry) *derivation {
	d := &derivation{model: m, runs: len(log), tally: count(m.u, log)}
	d.estimate()
	if d.tally.drifts > 0 {
		d.note("the controls changed %d time(s) during the search; the runs before that are void and were made again", d.tally.drifts)
	}
	steps := []func() bool{d.controls, d.bigQuestions, d.controlsBetween, d.search, d.refine, d.controlsAgain, d.prove, d.fix}
	if d.runs >= d.cfg.MaxRuns {
		d.exhausted(steps)
		return d
	}
	for _, step := range steps {
		if !step() {
			return d
		}
	}
	d.finish()
	return d
}

// ask wants one run of a state.
func (d *derivation) ask(side fact.Side, state set, role Role, likely float64) bool {
	r := d.u.request(side, state, role)
	d.want, d.likely = &r, likely
	return false
}

func (d *derivation) runnable(side fact.Side) bool {
	return side == fact.Good && !d.cfg.NoGood || side == fact.Bad && !d.cfg.NoBad
}

// estimate learns both rates from all runs that count.
func (d *derivation) estimate() {
	var ws []weighted
	at := map[evidence]int{}
	for _, c := range d.tally.cells {
		if c.all.resolved() == 0 {
			continue
		}
		e := evidence{c.all.Failed, c.all.Passed, d.priorOf(c)}
		i, ok := at[e]
		if !ok {
			i = len(ws)
			at[e] = i
			ws = append(ws, weighted{evidence: e})
		}
		ws[i].times++
	}
	d.look, d.doubt = d.grid.estimate(d.grid.trusting, ws), d.grid.estimate(d.grid.doubts, ws)
}

// priorOf is what is believed of a state before its runs. The launches as they are
// are what they are by definition; mirrored they usually behave alike.
func (d *derivation) priorOf(c *cell) float64 {
	switch empty, full := c.size == 0, c.state.equal(d.u.all); {
	case empty && c.side == fact.Good:
		return 0
	case full && c.side == fact.Bad:
		return 1
	case empty:
		return 0.15
	case full:
		return 0.85
	}
	return 0.5
}

// class is what is known of a state.
type class int

const (
	open    class = iota // a run is wanted
	fails                // it fails
	passes               // it passes
	neither              // its runs are unresolved, or never settle
)

// mostRunsOfOne bounds the runs of one configuration on which a question is spent.
const mostRunsOfOne = 45

// settle answers whether a state fails, to the given error, starting from a
// prior. The answer rests on the doubting rates where strict.
func (d *derivation) settle(side fact.Side, state set, role Role, prior, err float64, strict bool) class {
	c := d.tally.of(side, state)
	r := d.look
	if strict {
		r = d.doubt
	}
	p := r.fails(c.all, prior)
	switch {
	case c.all.resolved() > 0 && p >= 1-err:
		return fails
	case c.all.resolved() > 0 && p <= err:
		return passes
	case c.blocked(d.tally.tries) || c.all.Runs >= mostRunsOfOne:
		return neither
	}
	d.ask(side, state, role, p)
	return open
}
