package tui

import (
	"regexp"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// read makes a case of the fields. What is wrong is told at its field, all of it at once.
func (p *formPane) read() (session.Case, bool) {
	val := func(i int) string { return strings.TrimSpace(p.fields[i].in.Value()) }
	c, ok := p.saved, true
	wrong := func(i int, text string) {
		p.fields[i].err = text
		ok = false
	}
	for i := range p.fields {
		p.fields[i].err = ""
	}
	c.Good, c.Bad, c.Check, c.Target = val(fGood), val(fBad), val(fCheck), val(fTarget)
	c.GoodAs, c.BadAs, c.Dir, c.Reset = val(fGoodAs), val(fBadAs), val(fDir), val(fReset)
	if c.Good == "" && (p.fresh || c.Bad != "") {
		wrong(fGood, "the launch that works is needed to compare with")
	}
	if c.Bad == "" && (p.fresh || c.Good != "") {
		wrong(fBad, "the launch that fails is needed to compare with")
	}
	if c.Good != "" && c.Good == c.Bad && c.GoodAs == c.BadAs {
		wrong(fBad, "it is the same as good, started the same way: nothing can differ")
	}
	if _, err := regexp.Compile(c.Target); err != nil {
		wrong(fTarget, "not a regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	c.Deadline = 0
	if t := val(fDeadline); t != "" {
		d, err := time.ParseDuration(strings.ReplaceAll(t, " ", ""))
		switch {
		case err != nil:
			wrong(fDeadline, "not a duration: write it like 20s or 1m30s")
		case d <= 0:
			wrong(fDeadline, "a deadline lies ahead: more than 0 s")
		}
		c.Deadline = d
	}
	return c, ok
}

// save records the case, or makes the new session of it.
func (p *formPane) save() tea.Cmd {
	c, ok := p.read()
	if !ok {
		for i := range p.fields {
			if p.fields[i].err != "" {
				return p.at(i)
			}
		}
	}
	p.err = ""
	if p.fresh {
		return p.a.doors.create(session.CreateOptions{Case: c})
	}
	b := p.a.book
	return p.a.record("case saved", func() error {
		if err := b.SetCase(c); err != nil {
			return caseError{err}
		}
		return nil
	}, func() tea.Cmd {
		if p.a.front() == frontForm {
			p.a.back()
		}
		return nil
	})
}

// caseError is what the session said against a case.
type caseError struct{ error }

// refused puts what the session said at the fields it is about, and the cursor at the first.
func (p *formPane) refused(err error) tea.Cmd {
	first := -1
	for _, l := range strings.Split(err.Error(), "\n") {
		i, rest := p.about(strings.TrimPrefix(l, "case: "))
		if i < 0 {
			p.err = l
			continue
		}
		p.fields[i].err = rest
		if first < 0 || i < first {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	return p.at(first)
}

// about is the field that a line begins with the name of, and what it says; -1: none.
func (p *formPane) about(line string) (int, string) {
	for i := range p.fields {
		name := strings.ReplaceAll(p.fields[i].name, " ", "_")
		if i == fDir {
			name = "dir"
		}
		if rest, ok := strings.CutPrefix(line, name+": "); ok {
			return i, rest
		}
	}
	return -1, ""
}
