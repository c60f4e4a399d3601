package snapshot

import (
	"slices"
	"sort"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// Options are what a comparison may ask for besides the snapshots.
type Options struct {
	Mask Mask
	// Read gives a small file, so that suspicion can look for names in the
	// target's own scripts. nil: nothing is read.
	Read func(path string) ([]byte, error)
}

// Differences are the factors on which two launches disagree, the most
// suspicious first and noise last. Several runs of a launch show what differs
// between any two of them: that is noise in its value. That a factor is there
// on one side only is never noise.
func Differences(good, bad []*Snapshot, o Options) []fact.Difference {
	m := maskFor(o.Mask, good, bad)
	for _, s := range slices.Concat(good, bad) {
		Learn(s, m)
	}
	var out []fact.Difference
	seen := map[fact.Factor]bool{}
	for i, r := range roles(good, bad, m) {
		if len(r.good) == 0 || len(r.bad) == 0 {
			continue
		}
		r.foreign = foreignKeys(good, bad)
		for _, d := range r.differences(m, o) {
			if seen[d.Factor] {
				continue
			}
			seen[d.Factor] = true
			if i > 0 {
				d.Reason += " (in " + r.words(m) + ")"
			}
			out = append(out, d)
		}
	}
	rank(out)
	return out
}

// words name a role by the command line of its first process.
func (r *role) words(m secret.Masker) string {
	words := ShowArgv(r.good[0].target.Process.Argv, m)
	const most = 60
	if line := []rune(clean(quoteWords(words))); len(line) > most {
		return string(line[:most]) + "…"
	} else {
		return string(line)
	}
}

// Learn makes a mask know the secrets of a snapshot, so that they are replaced
// wherever else they turn up.
func Learn(s *Snapshot, m Mask) {
	for _, t := range s.Targets {
		for _, p := range []*Process{t.Process, t.ForkParent, t.Launcher} {
			if p == nil {
				continue
			}
			for _, v := range p.Env {
				m.LearnVar(v.Name, v.Value)
			}
			m.LearnArgs(p.Argv)
		}
	}
	m.LearnText("", s.Command)
}

// maskFor takes the key of a masked file, so that what is known here compares
// with what was masked there.
func maskFor(m Mask, sides ...[]*Snapshot) Mask {
	for _, side := range sides {
		for _, s := range side {
			if s.Masked && len(s.Key) > 0 {
				return secret.NewMasker(s.Key)
			}
		}
	}
	if len(m.Key()) == 0 {
		return secret.NewMasker(nil) // without fingerprints two secrets of one length would look equal
	}
	return m
}

// foreignKeys says whether both sides are masked, and not with one key.
func foreignKeys(good, bad []*Snapshot) bool {
	for _, g := range good {
		for _, b := range bad {
			if g.Masked && b.Masked && string(g.Key) != string(b.Key) {
				return true
			}
		}
	}
	return false
}

// differences compares one role.
func (r *role) differences(m secret.Masker, o Options) []fact.Difference {
	var out []fact.Difference
	sampled := len(r.good[0].target.Steady) > 0 && len(r.bad[0].target.Steady) > 0
	for _, f := range r.factors() {
		if steadyKind(f.Kind) && !sampled {
			continue // one side ended before it was looked at
		}
		if d, ok := r.compare(f); ok {
			out = append(out, d)
		}
	}
	out = append(out, r.argv(m)...)
	out = foldDescriptors(out)
	c := newContext(r, m, o)
	for i := range out {
		d := &out[i]
		if !d.Noise {
			d.Score, d.Reason = c.suspicion(d)
			d.Via = r.via(d)
		}
		d.Movable, d.Why = movable(d)
	}
	implied(out)
	return out
}

// factors are all factors of either side, in the order in which they are listed.
func (r *role) factors() []fact.Factor {
	var out []fact.Factor
	seen := map[fact.Factor]bool{}
	for _, in := range append(append([]*instance(nil), r.good...), r.bad...) {
		for _, f := range in.order {
			if !seen[f] {
				seen[f] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// compare says whether the sides disagree on a factor. The first run of each
// side gives the values that are shown.
func (r *role) compare(f fact.Factor) (fact.Difference, bool) {
	g, b := collect(r.good, f), collect(r.bad, f)
	d := fact.Difference{Factor: f, Good: g.first, Bad: b.first}
	switch {
	case g.unknown && b.unknown:
		return d, false
	case g.unknown || b.unknown:
		return d, !steadyKind(f.Kind)
	case g.present != b.present:
		return d, g.always && b.always // what is sometimes there on a side is nothing that the launch decides
	case !g.present:
		return d, false
	}
	if sameValues(f, g.values, b.values) {
		if g.first.Shown == b.first.Shown || f.Kind != fact.Env {
			return d, false
		}
		d.Noise, d.Reason = true, "belongs to the run: process numbers or temporary names"
		return d, true
	}
	if r.foreign && cantTell(g.first.Shown, b.first.Shown) {
		d.Reason = cantTellWords
		return d, true
	}
	d.Noise, d.Reason = noisy(f, g, b)
	return d, true
}

// sideValues are the values of one factor in all runs of one side.
type sideValues struct {
	first   fact.Value
	values  []string // without what belongs to the run; distinct
	present bool     // in the first run
	always  bool     // present agrees in all of them
	unknown bool
}

func collect(ins []*instance, f fact.Factor) sideValues {
	s := sideValues{always: true}
	for i, in := range ins {
		v := in.value(f)
		if i == 0 {
			s.first, s.present = v, v.State == fact.Present
		}
		s.unknown = s.unknown || v.State == fact.Unknown
		s.always = s.always && s.present == (v.State == fact.Present)
		if v.State != fact.Present {
			continue
		}
		if g := in.owner.general(v.Shown); !slices.Contains(s.values, g) {
			s.values = append(s.values, g)
		}
	}
	return s
}

// sameValues says whether the sides share a value. A pipe of which it is not
// known whether somebody reads it is like one that is drained.
func sameValues(f fact.Factor, good, bad []string) bool {
	for _, g := range good {
		for _, b := range bad {
			if g == b || sameStream(f.Kind, g, b) {
				return true
			}
		}
	}
	return false
}

func sameStream(k fact.Kind, g, b string) bool {
	if k != fact.Stdin && k != fact.Stdout && k != fact.Stderr {
		return false
	}
	const drained = ", " + string(IsDrained)
	return strings.Replace(g, drained, "", 1) == strings.Replace(b, drained, "", 1)
}

// noisy says whether a difference in value is of the kind that two runs of one
// launch show as well.
func noisy(f fact.Factor, g, b sideValues) (bool, string) {
	switch {
	case f.Kind == fact.Env && runNames[f.Name]:
		return true, "its value belongs to one run or one terminal"
	case len(g.values) > 1 && len(b.values) > 1:
		return true, "differs between two runs of either launch too"
	case len(g.values) > 1 || len(b.values) > 1:
		for _, x := range g.values {
			for _, y := range b.values {
				if skeleton(x) == skeleton(y) {
					return true, "differs between two runs of one launch too"
				}
			}
		}
	}
	return false, ""
}

const cantTellWords = "can't tell: both are masked with different keys, and equally long"

// cantTell says whether two masked values differ in their fingerprints only,
// when those were made with different keys.
func cantTell(good, bad string) bool {
	return secret.IsMark(good) && secret.WithoutPrint(good) == secret.WithoutPrint(bad)
}

// argv aligns the arguments of the first runs; what also differs within a side is noise.
func (r *role) argv(m secret.Masker) []fact.Difference {
	g, b := arguments(r.good[0]), arguments(r.bad[0])
	var out []fact.Difference
	for _, c := range argvChanges(g, b) {
		d := fact.Difference{Factor: fact.Factor{Kind: fact.Argv, Name: clean(c.name)},
			Good: argValue(c, c.good, m), Bad: argValue(c, c.bad, m), Reason: c.note}
		if d.Good.State == d.Bad.State && d.Good.Shown == d.Bad.Shown && c.note == "" {
			continue // one side is masked: its fingerprint is the same
		}
		if r.foreign && cantTell(d.Good.Shown, d.Bad.Shown) {
			d.Reason = cantTellWords
		}
		gen := r.good[0].owner.general(d.Good.Shown) == r.bad[0].owner.general(d.Bad.Shown)
		if d.Good.State == fact.Present && d.Bad.State == fact.Present && c.note == "" && (gen || r.variesWithin(c.name)) {
			d.Noise, d.Reason = true, "differs between two runs of one launch too"
		}
		out = append(out, d)
	}
	return out
}

func arguments(in *instance) []secret.Text {
	argv := in.target.Process.Argv
	return argv[min(1, len(argv)):]
}

// variesWithin says whether an argument differs between two runs of one side.
func (r *role) variesWithin(name string) bool {
	for _, ins := range [][]*instance{r.good, r.bad} {
		for _, in := range ins[1:] {
			if in.run == ins[0].run {
				continue
			}
			for _, c := range argvChanges(arguments(ins[0]), arguments(in)) {
				if c.name == name {
					return true
				}
			}
		}
	}
	return false
}

// steadyKind is a kind that only a sample of the running target shows.
func steadyKind(k fact.Kind) bool {
	return k == fact.Socket || k == fact.OpenFile || k == fact.Library
}

// rank sorts: noise last, then by suspicion, then in the order of listing.
func rank(ds []fact.Difference) {
	sort.SliceStable(ds, func(i, j int) bool {
		if ds[i].Noise != ds[j].Noise {
			return !ds[i].Noise
		}
		return ds[i].Score > ds[j].Score
	})
	for i := range ds {
		ds[i].Rank = i + 1
	}
}
