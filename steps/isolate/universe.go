package isolate

import (
	"fmt"
	"math"
	"slices"

	"casebook/steps/fact"
)

// unit is what moves as one during the search: a difference, a group of them,
// or while a compound difference is refined, one of its parts.
type unit struct {
	mask  set
	prior float64 // that it belongs to a cause
	parts []unit  // of a compound difference; nil: it has none
}

// universe is the differences as bits. A compound difference has a bit for
// each part, so that a part is a subset of the whole.
type universe struct {
	masks map[ID]set
	top   []ID // as given, ascending
	parts map[ID][]ID
	units []unit // most suspicious first
	all   set
}

func newUniverse(c Config) (*universe, error) {
	u := &universe{masks: map[ID]set{}, parts: map[ID][]ID{}}
	score := map[ID]float64{}
	n := 0
	for _, d := range c.Differences {
		if _, twice := score[d.ID]; twice {
			return nil, fmt.Errorf("difference %d is given twice", d.ID)
		}
		if math.IsNaN(d.Score) || d.Score < 0 || d.Score > 1 {
			return nil, fmt.Errorf("difference %d: suspicion %v is not between 0 and 1", d.ID, d.Score)
		}
		score[d.ID] = d.Score
		u.top = append(u.top, d.ID)
		if c.Refine != nil {
			if p := c.Refine(d.ID); len(p) > 1 {
				u.parts[d.ID] = p
			}
		}
		n += max(1, len(u.parts[d.ID]))
	}
	if err := u.number(n); err != nil {
		return nil, err
	}
	slices.Sort(u.top)
	u.all = newSet(n)
	for _, id := range u.top {
		u.all = u.all.or(u.masks[id])
	}
	groups, err := joined(c, score)
	if err != nil {
		return nil, err
	}
	u.makeUnits(groups, score)
	return u, nil
}

// number gives every difference, or each part of a compound one, its bit.
func (u *universe) number(n int) error {
	next := 0
	for _, id := range u.top {
		m := newSet(n)
		if len(u.parts[id]) == 0 {
			m.add(next)
			next++
		}
		for _, p := range u.parts[id] {
			if _, twice := u.masks[p]; twice || slices.Contains(u.top, p) {
				return fmt.Errorf("difference %d: its part %d is already something else", id, p)
			}
			pm := newSet(n)
			pm.add(next)
			m.add(next)
			next++
			u.masks[p] = pm
		}
		u.masks[id] = m
	}
	return nil
}

// joined merges the groups that share a member; the rest are groups of one.
func joined(c Config, known map[ID]float64) ([][]ID, error) {
	lead := map[ID]ID{}
	var find func(ID) ID
	find = func(id ID) ID {
		if l, ok := lead[id]; ok && l != id {
			return find(l)
		}
		return id
	}
	for _, g := range c.Groups {
		for _, id := range g {
			if _, ok := known[id]; !ok {
				return nil, fmt.Errorf("group %v: %d is not one of the differences", g, id)
			}
			lead[find(id)] = find(g[0])
		}
	}
	var order []ID
	members := map[ID][]ID{}
	for _, d := range c.Differences {
		l := find(d.ID)
		if members[l] == nil {
			order = append(order, l)
		}
		members[l] = append(members[l], d.ID)
	}
	var gs [][]ID
	for _, l := range order {
		gs = append(gs, members[l])
	}
	return gs, nil
}

// expectedCulprits is how many differences belong to the cause on average, in
// the prior: one culprit is usual, two or three happen.
const expectedCulprits = 1.1

// makeUnits orders the groups by suspicion and turns suspicion into priors.
// The square sharpens it; the constant keeps the least suspicious possible.
func (u *universe) makeUnits(groups [][]ID, score map[ID]float64) {
	sum := 0.0
	for _, g := range groups {
		m, best := make(set, len(u.all)), 0.0
		for _, id := range g {
			m, best = m.or(u.masks[id]), max(best, score[id])
		}
		w := best*best + 0.01
		sum += w
		x := unit{mask: m, prior: w}
		if len(g) == 1 {
			for _, p := range u.parts[g[0]] {
				x.parts = append(x.parts, unit{mask: u.masks[p], prior: min(0.5, expectedCulprits/float64(len(u.parts[g[0]])))})
			}
		}
		u.units = append(u.units, x)
	}
	slices.SortStableFunc(u.units, func(a, b unit) int {
		switch {
		case a.prior > b.prior:
			return -1
		case a.prior < b.prior:
			return 1
		}
		return 0
	})
	for i := range u.units {
		u.units[i].prior = min(0.5, expectedCulprits*u.units[i].prior/sum)
	}
}

// ids are the differences in s: a compound one by its own name where all of it is in s.
func (u *universe) ids(s set) []ID {
	out := []ID{}
	for _, id := range u.top {
		if u.masks[id].in(s) {
			out = append(out, id)
			continue
		}
		for _, p := range u.parts[id] {
			if u.masks[p].in(s) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}

// request makes a configuration of a state.
func (u *universe) request(side fact.Side, state set, role Role) Request {
	if side == fact.Bad {
		state = u.all.minus(state)
	}
	return Request{Side: side, Set: u.ids(state), Role: role}
}

// state is what stands at its bad value in a configuration.
func (u *universe) state(r Request) (set, error) {
	s := make(set, len(u.all))
	for _, id := range r.Set {
		m, ok := u.masks[id]
		if !ok {
			return nil, fmt.Errorf("%s: %d is not one of the differences", r, id)
		}
		s = s.or(m)
	}
	switch r.Side {
	case fact.Good:
		return s, nil
	case fact.Bad:
		return u.all.minus(s), nil
	}
	return nil, fmt.Errorf("side %q: want good or bad", r.Side)
}
