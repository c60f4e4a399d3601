package steps

import (
	"slices"
	"sync"

	"casebook/steps/check"
	"casebook/steps/fact"
)

// prints are the failures that are looked for. The bad launch as it is shows
// them; how the same failure looks in the good launch is learned from the run
// with everything brought in, since another driver may word it differently.
type prints struct {
	mu    sync.Mutex
	seen  map[fact.Side][]check.Print
	alone bool // bad can't be run here: how it fails is learned from good with its values
}

func (p *prints) learn(side fact.Side, t fact.Trial) {
	if t.Verdict != fact.Fail {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[fact.Side][]check.Print{}
	}
	got := check.ParsePrint(t.Print)
	if side == fact.Good && !p.alone && !p.ends(fact.Bad, got) {
		return // everything brought in ends otherwise than bad does: not the same failure
	}
	if !slices.Contains(p.seen[side], got) {
		p.seen[side] = append(p.seen[side], got)
	}
}

// nothing says that no failure is known yet that could be looked for.
func (p *prints) nothing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.seen) == 0
}

// ends says whether a failure of that side ended like this one.
func (p *prints) ends(side fact.Side, got check.Print) bool {
	return slices.ContainsFunc(p.seen[side], func(s check.Print) bool { return s.End == got.End })
}

// known says whether a failed trial failed in the way that is looked for.
func (p *prints) known(side fact.Side, t fact.Trial) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := check.ParsePrint(t.Print)
	for _, s := range []fact.Side{side, fact.Bad} {
		if slices.ContainsFunc(p.seen[s], func(s check.Print) bool { return check.SamePrint(s, got) }) {
			return true
		}
	}
	return false
}
