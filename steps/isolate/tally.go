package isolate

import "casebook/steps/fact"

// entry is one result with its state worked out.
type entry struct {
	side    fact.Side
	state   set
	key     string // side and state
	role    Role
	verdict fact.Verdict
	seconds float64
}

func entryOf(u *universe, r Result) (entry, error) {
	st, err := u.state(r.Request)
	if err != nil {
		return entry{}, err
	}
	return entry{side: r.Side, state: st, key: keyOf(r.Side, st), role: r.Role, verdict: r.Verdict, seconds: r.Seconds}, nil
}

func keyOf(side fact.Side, state set) string { return string(side) + state.key() }

// cell is all runs of one configuration.
type cell struct {
	side       fact.Side
	state      set
	size       int
	all, proof Count
	tried      bool // by the search, not only as control or proof
}

func (c *Count) add(v fact.Verdict) {
	c.Runs++
	switch v {
	case fact.Pass:
		c.Passed++
	case fact.Fail:
		c.Failed++
	default:
		c.Unresolved++
	}
}

func (c Count) resolved() int { return c.Passed + c.Failed }

// tally is the runs that count: all of them since the last drift.
type tally struct {
	cells  []*cell // in the order of their first run
	at     map[string]*cell
	drifts int
	tries  int    // runs without a verdict after which a configuration is given up
	late   [2]int // controls of good and of bad since the last run of the search
	phase  phases
	took   [2][2]spent // by side, and pass or fail
}

// spent is time that runs took.
type spent struct {
	seconds float64
	runs    int
}

func (s spent) mean() float64 {
	if s.runs == 0 {
		return 0
	}
	return s.seconds / float64(s.runs)
}

// count tallies the log.
func count(u *universe, log []entry) *tally {
	var ph phases
	from := ph.scan(u, log)
	t := &tally{at: make(map[string]*cell, len(log)), drifts: ph.drifts, phase: ph}
	for _, e := range log[from:] {
		c := t.at[e.key]
		if c == nil {
			c = &cell{side: e.side, state: e.state, size: e.state.len()}
			t.at[e.key] = c
			t.cells = append(t.cells, c)
		}
		c.all.add(e.verdict)
		t.time(e)
		switch e.role {
		case Proof:
			c.proof.add(e.verdict)
		case Candidate:
			c.tried, t.late = true, [2]int{}
		case Control:
			t.late[sideIndex(e.side)]++
		}
	}
	t.learnTries()
	return t
}

func (t *tally) time(e entry) {
	if e.seconds <= 0 || e.verdict == fact.Unresolved {
		return
	}
	s := &t.took[sideIndex(e.side)][verdictIndex(e.verdict)]
	s.seconds += e.seconds
	s.runs++
}

// cost of a passing and of a failing run: measured, else as expected.
func (t *tally) cost(expected Cost) Cost {
	both := func(v int) float64 {
		return spent{t.took[0][v].seconds + t.took[1][v].seconds, t.took[0][v].runs + t.took[1][v].runs}.mean()
	}
	if m := both(0); m > 0 {
		expected.Pass = m
	}
	if m := both(1); m > 0 {
		expected.Fail = m
	}
	return expected
}

func verdictIndex(v fact.Verdict) int {
	if v == fact.Pass {
		return 0
	}
	return 1
}

// learnTries: a second try is worth it until two configurations have shown that it brings
// nothing, and from the first on where it did.
func (t *tally) learnTries() {
	t.tries = 2
	inVain := 0
	for _, c := range t.cells {
		if c.all.Unresolved > 0 && c.all.resolved() > 0 {
			return
		}
		if c.all.Unresolved > 1 {
			inVain++
		}
	}
	if inVain >= 2 {
		t.tries = 1
	}
}

func sideIndex(s fact.Side) int {
	if s == fact.Good {
		return 0
	}
	return 1
}

var noRuns cell

// of is the runs of one configuration; never nil.
func (t *tally) of(side fact.Side, state set) *cell {
	if c := t.at[keyOf(side, state)]; c != nil {
		return c
	}
	return &noRuns
}

// blocked says that a configuration gives no verdict: tries is how many
// unresolved runs in a row are taken as an answer.
func (c *cell) blocked(tries int) bool {
	n := c.all.Unresolved
	if c.all.resolved() == 0 {
		return n >= tries
	}
	return n >= tries+2+3*c.all.resolved()
}
