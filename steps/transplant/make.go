package transplant

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Request asks for the plan of one run.
type Request struct {
	Move  []fact.Difference // the factors to be moved
	Donor fact.Side         // whose values are wanted
	From  *snapshot.Target  // the donor's target, from a control
	Again *snapshot.Target  // the same target from the donor's other control: it shows which values belong to one run; nil: there is none
	To    *snapshot.Target  // the recipient's target, from a control of the launch that will run
	Reach bool              // what is handed down is also changed in those who hand it down

	Beside []*snapshot.Target // of the recipient's control: they match the pattern and are not the target, so they are left alone
}

// Make plans how the factors of one launch come to the other's values. What
// can't be moved is refused with its reason, and the plan is without it: whoever
// runs it decides whether a part is of any use.
func Make(r Request) (Plan, []Refusal) {
	m := maker{Request: r, own: ownRights()}
	if r.From == nil || r.From.Process == nil || r.To == nil || r.To.Process == nil {
		return Plan{}, []Refusal{{Reason: "there is no control of both launches to take values from"}}
	}
	m.plan.know(r.To)
	for _, t := range r.Beside {
		m.plan.Hops = append(m.plan.Hops, t.Process.Argv)
	}
	for _, d := range r.Move {
		if err := m.add(d); err != nil {
			m.refused = append(m.refused, Refusal{d.Factor, err.Error()})
		}
	}
	if r.Reach {
		m.widen(r.Move)
	}
	return m.plan, m.refused
}

type maker struct {
	Request
	own     rights // of the helper
	plan    Plan
	refused []Refusal
}

func (m *maker) donor() *snapshot.Process     { return m.From.Process }
func (m *maker) recipient() *snapshot.Process { return m.To.Process }

// values are what the donor and the recipient have.
func (m *maker) values(d fact.Difference) (want, has fact.Value) {
	if m.Donor == fact.Good {
		return d.Good, d.Bad
	}
	return d.Bad, d.Good
}

func (m *maker) add(d fact.Difference) error {
	want, _ := m.values(d)
	if want.State == fact.Unknown {
		return errors.New("the value could not be read: " + want.Shown)
	}
	switch d.Kind {
	case fact.Hop:
		return m.hop(d)
	case fact.FD:
		if from, to, ok := fdRange(d.Name); ok {
			return m.manyFDs(d, from, to)
		}
	}
	c, err := m.change(d)
	if err != nil {
		return err
	}
	if c == nil { // this run has a value of its own that does the same
		return nil
	}
	if why := m.needsOmission(*c); why != "" {
		if err := m.omit(*c); err != nil {
			if err2 := m.early(*c); err2 != nil {
				return fmt.Errorf("%s, and %w", why, err)
			}
		}
		// A limit that was not lowered can be lowered to just what is wanted.
		c.Omitted = c.Kind != fact.Rlimit
	}
	m.plan.Changes = append(m.plan.Changes, *c)
	return nil
}

// change is the wanted value of one factor, in exact form.
func (m *maker) change(d fact.Difference) (*Change, error) {
	c := &Change{Factor: d.Factor, FD: snapshot.FD{Flags: -1, SameAs: -1}}
	want, has := m.values(d)
	switch d.Kind {
	case fact.Env:
		return m.env(c, d)
	case fact.Argv:
		c.List, c.From = splitExact(want), splitExact(has)
		c.Numbers = []int64{int64(m.place(c)), int64(runAt(reveal(m.donor().Argv), reveal(c.List)))}
		if same, err := m.liveWords(c); same || err != nil {
			return nil, err
		}
		return c, nil
	case fact.Argv0:
		if len(m.donor().Argv) == 0 {
			return nil, errors.New("the donor has no arguments")
		}
		c.Text = m.donor().Argv[0]
		return c, nil
	case fact.Exe:
		return m.file(c, m.donor().Exe)
	case fact.Cwd:
		return m.file(c, m.donor().Cwd)
	case fact.Root:
		return m.file(c, m.donor().Root)
	case fact.Stdin, fact.Stdout, fact.Stderr:
		return m.stream(c, want)
	case fact.FD, fact.FDFlags:
		return m.descriptor(c)
	case fact.SignalMask:
		return m.signal(c, m.donor().Signals.Blocked)
	case fact.SignalDisposition:
		return m.signal(c, m.donor().Signals.Ignored)
	}
	return m.numbers(c)
}

// env takes the donor's value. One that belongs to its run is mapped or refused.
func (m *maker) env(c *Change, d fact.Difference) (*Change, error) {
	p := m.donor()
	name, elem, isElem := element(c.Name)
	value, has := lookup(p, c.Name)
	if !has && isElem {
		list, ok := lookup(p, name)
		elements := words(secret.Reveal(list))
		c.Absent = !ok || !slices.Contains(elements, elem)
		for _, e := range elements {
			c.List = append(c.List, secret.New(e))
		}
		return c, nil
	}
	if !has {
		c.Absent = true
		return c, nil
	}
	c.Text = value
	return m.live(c, d.Noise)
}

func lookup(p *snapshot.Process, name string) (secret.Text, bool) {
	for _, v := range p.Env {
		if v.Name == name {
			return v.Value, true
		}
	}
	return secret.Text{}, false
}

// file takes a path of the donor.
func (m *maker) file(c *Change, f snapshot.File) (*Change, error) {
	if f.Path == "" {
		return nil, errors.New("the donor's path could not be read")
	}
	if f.Deleted {
		return nil, errStale
	}
	c.Text = secret.New(f.Path)
	return m.live(c, false)
}

// place is where the donor's words stand in the recipient's arguments.
func (m *maker) place(c *Change) int {
	has, want := reveal(m.recipient().Argv), reveal(m.donor().Argv)
	from, to := reveal(c.From), reveal(c.List)
	for _, h := range hunks(has, want) {
		if len(from) > 0 && containsRun(h.from, from) {
			return h.at
		}
		if len(from) == 0 && containsRun(h.to, to) {
			return h.at
		}
	}
	if open := strings.TrimSuffix(strings.TrimPrefix(c.Name, "argv["), "]"); open != c.Name {
		if n, err := strconv.Atoi(open); err == nil {
			return n
		}
	}
	return len(has)
}

// runAt is where a run of words stands in a list, or -1.
func runAt(list, run []string) int {
	for i := 0; i+len(run) <= len(list); i++ {
		if slices.Equal(list[i:i+len(run)], run) {
			return i
		}
	}
	return -1
}

// splitExact takes the words of an argument's value apart.
func splitExact(v fact.Value) []secret.Text {
	if v.State != fact.Present {
		return nil
	}
	var out []secret.Text
	for _, w := range strings.Split(secret.Reveal(v.Exact), "\x00") {
		out = append(out, secret.New(w))
	}
	return out
}

// signal is about one signal of a set.
func (m *maker) signal(c *Change, set uint64) (*Change, error) {
	n, err := signalNumber(c.Name)
	if err != nil {
		return nil, err
	}
	c.Absent = set>>(n-1)&1 == 0
	return c, nil
}

// fdRange reads "3-20".
func fdRange(name string) (from, to int, ok bool) {
	a, b, cut := strings.Cut(name, "-")
	from, e1 := strconv.Atoi(a)
	to, e2 := strconv.Atoi(b)
	return from, to, cut && e1 == nil && e2 == nil && from >= 0 && from <= to
}

// manyFDs moves descriptors that were folded into one difference.
func (m *maker) manyFDs(d fact.Difference, from, to int) error {
	for n := from; n <= to; n++ {
		want, w := fdOf(m.donor(), n)
		_, h := fdOf(m.recipient(), n)
		if !w && !h {
			continue
		}
		c := Change{Factor: fact.Factor{Kind: fact.FD, Name: strconv.Itoa(n)}, Absent: !w, FD: want}
		if !w {
			c.FD = snapshot.FD{Flags: -1, SameAs: -1}
		}
		if _, err := m.remake(&c); err != nil {
			return err
		}
		m.plan.Changes = append(m.plan.Changes, c)
	}
	return nil
}
