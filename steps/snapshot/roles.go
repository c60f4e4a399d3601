package snapshot

import (
	"path"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// instance is one target of one run, with its factors.
type instance struct {
	run    int
	target *Target
	owner  owner
	values map[fact.Factor]fact.Value
	order  []fact.Factor
	mask   secret.Masker
	hops   []hopValues
}

// role is the processes that do the same work in all runs: several per run
// where a launcher starts several workers.
type role struct {
	good, bad []*instance
	foreign   bool // both sides are masked, with different keys
}

func (r *role) side(s fact.Side) *[]*instance {
	if s == fact.Good {
		return &r.good
	}
	return &r.bad
}

// sameRole is the similarity from which two targets of one run have one role.
const sameRole = 0.8

// roles matches the targets of all runs. The runs of the good side say first
// which roles there are; a target that is like none of them takes the role of
// the most similar, since a launch may change anything about its target.
func roles(good, bad []*Snapshot, m secret.Masker) []*role {
	var out []*role
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		snaps := good
		if side == fact.Bad {
			snaps = bad
		}
		for run, s := range snaps {
			var unlike []*Target
			for _, t := range s.Targets {
				if t.Process == nil {
					continue
				}
				r := matchRole(out, t, false)
				if r == nil && (side == fact.Bad || run > 0) {
					unlike = append(unlike, t)
					continue
				}
				out = join(out, r, side, newInstance(run, s, t, m))
			}
			for _, t := range unlike {
				r := matchRole(out, t, true)
				if r != nil && r.has(side, run) {
					r = nil // another target of this run is what the role's are like: this one only matches the pattern
				}
				out = join(out, r, side, newInstance(run, s, t, m))
			}
		}
	}
	return out
}

func join(all []*role, r *role, side fact.Side, in *instance) []*role {
	if r == nil {
		r = &role{}
		all = append(all, r)
	}
	to := r.side(side)
	*to = append(*to, in)
	return all
}

func (r *role) has(side fact.Side, run int) bool {
	return slices.ContainsFunc(*r.side(side), func(in *instance) bool { return in.run == run })
}

// Pair picks of two runs the targets that do the same work, and what else
// matched the pattern on each side without being like them.
func Pair(good, bad *Snapshot) (g, b *Target, besideGood, besideBad []*Target) {
	if len(good.Targets) == 0 || len(bad.Targets) == 0 {
		return nil, nil, nil, nil
	}
	most := -1.0
	for _, x := range good.Targets {
		for _, y := range bad.Targets {
			if s := similarity(x.Process, y.Process); s > most {
				g, b, most = x, y, s
			}
		}
	}
	beside := func(all []*Target, role *Target) (out []*Target) {
		for _, t := range all {
			if similarity(t.Process, role.Process) < sameRole {
				out = append(out, t)
			}
		}
		return out
	}
	return g, b, beside(good.Targets, g), beside(bad.Targets, b)
}

// Like is the target that is most like another one; nil where there is none.
func Like(role *Target, all []*Target) *Target {
	var best *Target
	most := -1.0
	for _, t := range all {
		if s := similarity(role.Process, t.Process); s > most {
			best, most = t, s
		}
	}
	return best
}

func matchRole(rs []*role, t *Target, must bool) *role {
	var best *role
	most := -1.0
	for _, r := range rs {
		for _, in := range append(append([]*instance(nil), r.good...), r.bad...) {
			if s := similarity(in.target.Process, t.Process); s > most {
				best, most = r, s
			}
		}
	}
	if !must && most < sameRole {
		return nil
	}
	return best
}

// similarity of two processes, 0 to 1: the program's name and the shared words of argv.
func similarity(a, b *Process) float64 {
	s := 0.0
	if program(a) == program(b) {
		s = 0.4
	}
	words := map[string]int{}
	for _, w := range a.Argv[min(1, len(a.Argv)):] {
		words[skeleton(secret.Reveal(w))]++
	}
	all, both := len(a.Argv)+len(b.Argv), 0
	for _, w := range b.Argv[min(1, len(b.Argv)):] {
		if k := skeleton(secret.Reveal(w)); words[k] > 0 {
			words[k]--
			both++
		}
	}
	if all <= 2 {
		return s + 0.6
	}
	return s + 0.6*2*float64(both)/float64(all-2)
}

// program is the name of the executable without a version: python3.12 and python3 are one.
func program(p *Process) string {
	return strings.TrimRight(path.Base(p.Exe.Path), "0123456789.")
}

func newInstance(run int, s *Snapshot, t *Target, m secret.Masker) *instance {
	in := &instance{run: run, target: t, owner: newOwner(s, t), values: map[fact.Factor]fact.Value{}, mask: m}
	for _, r := range Factors(t, &m) {
		if r.Factor.Kind == fact.Argv && r.Value.State == fact.Present {
			continue // arguments are aligned, not compared by place
		}
		if _, twice := in.values[r.Factor]; !twice {
			in.values[r.Factor] = r.Value
			in.order = append(in.order, r.Factor)
		}
	}
	return in
}

// without is what a factor is where a launch does not mention it, for kinds
// where that is a state of its own and not an absence.
func without(f fact.Factor, in *instance) fact.Value {
	say := func(s string) fact.Value { return fact.Value{State: fact.Present, Shown: s} }
	switch f.Kind {
	case fact.SignalMask:
		return say("not blocked")
	case fact.SignalDisposition:
		return say("default")
	case fact.FDFlags:
		if _, open := in.values[fact.Factor{Kind: fact.FD, Name: f.Name}]; open {
			return say("blocking")
		}
	}
	return fact.Value{}
}

func (in *instance) value(f fact.Factor) fact.Value {
	if v, ok := in.values[f]; ok {
		return v
	}
	return without(f, in)
}
