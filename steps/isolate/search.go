package isolate

import (
	"fmt"
	"slices"

	"casebook/steps/fact"
)

// Search is an investigation under way. It is not safe for concurrent use.
type Search struct {
	m       *model
	log     []entry
	pending []pendingRun
	now     *derivation
}

// pendingRun was handed out and not told yet.
type pendingRun struct {
	Request
	key string
}

// New starts a search. It wants its first run at once.
func New(cfg Config) (*Search, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	u, err := newUniverse(cfg)
	if err != nil {
		return nil, err
	}
	m := &model{cfg: cfg, u: u, none: make(set, len(u.all)), grid: newGrid()}
	s := &Search{m: m}
	s.now = m.derive(nil)
	return s, nil
}

// Tell adds a result. It need not have been asked for: results of an earlier
// life of the search are told in their old order before the first Next.
func (s *Search) Tell(r Result) error {
	switch r.Verdict {
	case fact.Pass, fact.Fail, fact.Unresolved:
	default:
		return fmt.Errorf("%s: verdict %q: want pass, fail or unresolved", r.Request, r.Verdict)
	}
	switch r.Role {
	case Control, Candidate, Proof:
	default:
		return fmt.Errorf("%s: role %q: want control, candidate or proof", r.Request, r.Role)
	}
	e, err := entryOf(s.m.u, r)
	if err != nil {
		return err
	}
	for i, p := range s.pending {
		if p.key == e.key && p.Role == e.role {
			s.pending = slices.Delete(s.pending, i, i+1)
			break
		}
	}
	s.log = append(s.log, e)
	s.now = s.m.derive(s.log)
	return nil
}

// Done returns the answer once there is one.
func (s *Search) Done() (Answer, bool) {
	if s.now.answer == nil {
		return Answer{}, false
	}
	return *s.now.answer, true
}

// Next returns the trials that can be started now, as many as jobs allow with
// those that were handed out before and not told yet; none when the search is
// done or waits for them. Beyond the first they are the next ones that will be wanted if those
// under way come out as is likely.
func (s *Search) Next() []Request {
	var out []Request
	for s.now.answer == nil && len(s.pending) < s.m.cfg.Jobs {
		r := s.ahead()
		if r == nil {
			break
		}
		st, _ := s.m.u.state(*r)
		s.pending = append(s.pending, pendingRun{*r, keyOf(r.Side, st)})
		out = append(out, *r)
	}
	return out
}

// Forget takes back a request that will not be told: its trial was stopped.
func (s *Search) Forget(r Request) {
	for i, p := range s.pending {
		if p.Role == r.Role && p.Side == r.Side && slices.Equal(p.Set, r.Set) {
			s.pending = slices.Delete(s.pending, i, i+1)
			return
		}
	}
}

// future is a way in which the runs under way may end.
type future struct {
	log []entry
	d   *derivation
	p   float64
}

// mostFutures bounds how many are looked at.
const mostFutures = 12

// ahead finds the most useful run beyond those under way: what is wanted in the
// likeliest future in which their results are known.
func (s *Search) ahead() *Request {
	fs := []future{{s.log, s.now, 1}}
	for _, p := range s.pending {
		fs = s.split(fs, p)
	}
	for _, f := range fs {
		if f.d.want != nil {
			return f.d.want
		}
	}
	return nil
}

// split makes two futures of each, the likeliest first.
func (s *Search) split(fs []future, p pendingRun) []future {
	var out []future
	for _, f := range fs {
		fail := 0.5
		if w := f.d.want; w != nil && w.Side == p.Side && slices.Equal(w.Set, p.Set) {
			fail = f.d.likely
		} else if st, err := s.m.u.state(p.Request); err == nil {
			fail = f.d.look.fails(f.d.tally.of(p.Side, st).all, 0.5)
		}
		for _, v := range []fact.Verdict{fact.Fail, fact.Pass} {
			q := fail
			if v == fact.Pass {
				q = 1 - fail
			}
			if q*f.p < 0.02 {
				continue
			}
			e, err := entryOf(s.m.u, Result{Request: p.Request, Verdict: v})
			if err != nil {
				continue
			}
			log := append(slices.Clip(f.log), e)
			out = append(out, future{log, s.m.derive(log), q * f.p})
		}
	}
	slices.SortStableFunc(out, func(a, b future) int {
		switch {
		case a.p > b.p:
			return -1
		case a.p < b.p:
			return 1
		}
		return 0
	})
	return out[:min(len(out), mostFutures)]
}
