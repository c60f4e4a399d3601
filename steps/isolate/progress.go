package isolate

import (
	"slices"

	"casebook/steps/fact"
)

// Progress says how far the search is. It supposes a cause, walks the rest of
// the way with launches that are no flakier than they were so far, and counts the steps.
func (s *Search) Progress() Progress {
	if s.now.answer != nil {
		return Progress{Done: len(s.log), Phase: "done"}
	}
	p := Progress{Done: len(s.log), Left: max(0, s.m.cfg.MaxRuns-len(s.log)), Phase: s.now.phase}
	ahead := s.walk(s.now.supposed(0.5), p.Left)
	p.Expected, p.Seconds = len(ahead), s.seconds(ahead)
	p.Upper = max(p.Expected, len(s.walk(s.now.supposed(0.95, 0.6, 0.3), p.Left)))
	return p
}

// walk is the runs to the end if these are the causes.
func (s *Search) walk(causes []set, most int) []entry {
	log := slices.Clone(s.log)
	for d := s.now; d.want != nil && len(log)-len(s.log) < most; d = s.m.derive(log) {
		e, err := entryOf(s.m.u, Result{Request: *d.want, Verdict: fact.Pass})
		if err != nil {
			break
		}
		for _, c := range causes {
			if c.in(e.state) {
				e.verdict = fact.Fail
			}
		}
		log = append(log, e)
	}
	return log[len(s.log):]
}

// supposed are the causes that were found, and a guess of the one that is being searched.
func (d *derivation) supposed(quantiles ...float64) []set {
	var cs []set
	for _, c := range d.causes {
		cs = append(cs, c.set)
	}
	if d.next != nil {
		cs = append(cs, d.next.supposed(quantiles...))
	}
	if len(cs) > 0 || len(d.u.units) == 0 {
		return cs
	}
	c := &chain{known: d.none, order: d.u.units}
	c.prepare(true)
	normalise(c.post)
	return []set{c.supposed(quantiles...)}
}

// seconds is what the runs take, by the means of those that were measured.
func (s *Search) seconds(runs []entry) float64 {
	c := s.now.tally.cost(s.m.cfg.Cost)
	total := 0.0
	for _, e := range runs {
		if e.verdict == fact.Pass {
			total += c.Pass
		} else {
			total += c.Fail
		}
	}
	return total
}
