package isolate

import (
	"cmp"
	"math"
	"slices"

	"casebook/steps/fact"
)

// A chain is the states known, known+1st, known+1st+2nd, ... unit of an order
// that starts with the most suspicious. Its last state fails. Which is
// the first that fails? The unit that was added there is a culprit.
type chain struct {
	known  set
	order  []unit
	states []set     // states[j] is known with the first j units
	post   []float64 // that states[k] is the first that fails
}

// accepted is the error that is taken for one culprit during the search.
const accepted = 0.1

// state of the search for one culprit.
type state int

const (
	asking  state = iota // a run is wanted
	located              // it is known
	stuck                // no question is left that would give a verdict
)

// mostOrders is how many orders of the units are tried before ddmin.
const mostOrders = 3

// locate finds the first failing state of the chain: 0 if known fails by
// itself, else a unit without which it does not, and what can precede it. Where the states of an order give no
// verdict, it goes on with another order: the likeliest culprits first.
func (d *derivation) locate(side fact.Side, known set, order []unit, knownPasses bool) (k int, by []unit, is state) {
	for tries := 1; tries <= d.tally.tries; tries++ {
		by := order
		for range mostOrders {
			c := &chain{known: known, order: by}
			c.prepare(knownPasses)
			d.weigh(c, side)
			if k, p := c.best(); p >= 1-accepted {
				return k, by, located
			}
			if d.askBest(c, side, knownPasses, tries) {
				return 0, nil, asking
			}
			by = c.likeliestFirst()
		}
	}
	return 0, order, stuck
}

// best is the likeliest first failing state.
func (c *chain) best() (k int, p float64) {
	for i, q := range c.post {
		if q > p {
			k, p = i, q
		}
	}
	return k, p
}

// likeliestFirst is the order by what is known now.
func (c *chain) likeliestFirst() []unit {
	at := make([]int, len(c.order))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(c.post[b+1], c.post[a+1]) })
	out := make([]unit, len(at))
	for i, k := range at {
		out[i] = c.order[k]
	}
	return out
}

// prepare lays out the states and the prior: the last culprit is at k, when k
// is one and none follows.
func (c *chain) prepare(knownPasses bool) {
	m := len(c.order)
	c.states = make([]set, m+1)
	c.states[0] = c.known
	for j, u := range c.order {
		c.states[j+1] = c.states[j].or(u.mask)
	}
	c.post = make([]float64, m+1)
	free := 0.0 // log probability that no culprit follows
	for k := m; k > 0; k-- {
		c.post[k] = math.Log(c.order[k-1].prior) + free
		free += math.Log1p(-c.order[k-1].prior)
	}
	c.post[0] = free
	if knownPasses {
		c.post[0] = math.Inf(-1)
	}
}

// weigh multiplies the prior with the likelihood of all runs. A configuration
// that holds states[k] fails if k is right; one that is held by states[k-1]
// passes; of the others k says nothing.
func (d *derivation) weigh(c *chain, side fact.Side) {
	m := len(c.order)
	step := make([]float64, m+2) // differences of the log likelihood along k
	for _, x := range d.tally.cells {
		if x.all.resolved() == 0 || x.side != side && !d.mirror {
			continue
		}
		lf, lp := d.look.logLikelihoods(x.all.Failed, x.all.Passed)
		lm := logMix(0.5, lf, lp)
		from := 0
		if c.known.in(x.state) {
			for from = 1; from <= m && c.order[from-1].mask.in(x.state); from++ {
			}
		}
		// states[0..from-1] are in x
		upto := m + 1
		if x.state.in(c.states[m]) {
			for upto = m; upto > 0 && x.state.in(c.states[upto-1]); upto-- {
			}
			upto++ // x is in states[k-1] for k >= upto
		}
		step[0] += lf
		step[from] += lm - lf
		step[upto] += lp - lm
	}
	sum := 0.0
	for k := range c.post {
		sum += step[k]
		c.post[k] += sum
	}
	normalise(c.post)
}

// askBest wants the run that teaches most for its price.
func (d *derivation) askBest(c *chain, side fact.Side, knownPasses bool, tries int) bool {
	bad, good := d.look.mean()
	worth, at, likely := leastWorth, -1, 0.0
	where := side
	cum := 0.0
	for j := 0; j < len(c.order); j++ {
		cum += c.post[j]
		if j == 0 && knownPasses {
			continue
		}
		on, runs, ok := d.realise(side, c.states[j], tries)
		if !ok {
			continue
		}
		p := cum*bad + (1-cum)*good
		w := (entropy(p) - cum*entropy(bad) - (1-cum)*entropy(good)) / d.price(p)
		if runs > 0 {
			w *= 1.3 // a second run of the same is easier to read than a neighbour
		}
		if w > worth {
			worth, at, likely, where = w, j, p, on
		}
	}
	if at < 0 {
		return false
	}
	d.ask(where, c.states[at], Candidate, likely)
	d.next = c
	return true
}

// supposed is a guess of the cause: what is known and the culprits at these
// quantiles, the first of which comes last.
func (c *chain) supposed(quantiles ...float64) set {
	s := c.known
	for _, q := range quantiles {
		for k, p := range c.post {
			if q -= p; q <= 0 {
				if k > 0 {
					s = s.or(c.order[k-1].mask)
				}
				break
			}
		}
	}
	return s
}

// realise picks the launch that a state is made from: the one that is searched
// from, or the other where that gave no verdict.
func (d *derivation) realise(side fact.Side, state set, tries int) (on fact.Side, runs int, ok bool) {
	for _, s := range []fact.Side{side, other(side)} {
		if s != side && !d.mirror || !d.runnable(s) {
			continue
		}
		if c := d.tally.of(s, state); !c.blocked(tries) && c.all.Runs < mostRunsOfOne {
			return s, c.all.resolved(), true
		}
	}
	return side, 0, false
}

// leastWorth is the information, in bits, for which a run is made.
const leastWorth = 0.02

// entropy of a coin, in bits.
func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}

// price is what a run is expected to cost. The ratio is bounded: a deadline that
// is a hundred times as long must not make the search walk in single steps.
func (d *derivation) price(failing float64) float64 {
	c := d.tally.cost(d.cfg.Cost)
	if c.Pass <= 0 || c.Fail <= 0 {
		return 1
	}
	ratio := min(8, max(1.0/8, c.Fail/c.Pass))
	return 1 - failing + failing*ratio
}
