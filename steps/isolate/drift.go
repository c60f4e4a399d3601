package isolate

import (
	"math"

	"casebook/steps/fact"
)

// Factors of evidence, as logarithms: how much likelier the runs are if the
// rates differ than if they are one.
var (
	drifted    = math.Log(12) // the controls changed: what came between is void
	suspicious = math.Log(1.5)
)

// phases follows the controls through the log. Controls that follow each other
// are a phase; what other runs stand between two phases are judged by both.
type phases struct {
	earlier, now [2]Count // of good and of bad: the phases before this one since the last drift, and this one
	drifts       int
}

// scan returns where the results start that still count.
func (p *phases) scan(u *universe, log []entry) (from int) {
	none := make(set, len(u.all))
	start, open := 0, false
	closed := func() {
		for i := range p.now {
			p.earlier[i] = plus(p.earlier[i], p.now[i])
		}
		p.now = [2]Count{}
	}
	for i, e := range log {
		if e.role == Candidate {
			open = false
		}
		if e.role != Control || !e.state.equal(none) && !e.state.equal(u.all) {
			continue
		}
		if !open {
			closed()
			start, open = i, true
		}
		p.now[sideIndex(e.side)].add(e.verdict)
		if p.changed() > drifted {
			from, p.earlier = start, [2]Count{}
			p.drifts++
		}
	}
	return from
}

// changed is the evidence that the controls of this phase differ from those before.
func (p *phases) changed() float64 {
	return max(apart(p.earlier[0], p.now[0]), apart(p.earlier[1], p.now[1]))
}

func plus(a, b Count) Count {
	return Count{a.Runs + b.Runs, a.Passed + b.Passed, a.Failed + b.Failed, a.Unresolved + b.Unresolved}
}

// apart is the logarithm of the Bayes factor that two counts have two rates
// rather than one, with nothing known about the rates.
func apart(a, b Count) float64 {
	return logBeta(a.Failed, a.Passed) + logBeta(b.Failed, b.Passed) - logBeta(a.Failed+b.Failed, a.Passed+b.Passed)
}

// logBeta is the logarithm of the integral of x^f (1-x)^p over 0 to 1.
func logBeta(f, p int) float64 {
	a, _ := math.Lgamma(float64(f + 1))
	b, _ := math.Lgamma(float64(p + 1))
	c, _ := math.Lgamma(float64(f + p + 2))
	return a + b - c
}

// rate is the share of failures among the runs that say anything.
func rate(c Count) float64 {
	if c.resolved() == 0 {
		return math.NaN()
	}
	return float64(c.Failed) / float64(c.resolved())
}

var sides = [2]fact.Side{fact.Good, fact.Bad}
