package session

import (
	"os"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// maskText makes a text of the user's or of a child's fit for a record.
func (s *Session) maskText(text string) string { return s.mask.Text(text) }

// learnEnvironment makes the secrets of this process's environment known, which
// every launch may inherit and print.
func learnEnvironment(m snapshot.Mask) {
	for _, kv := range os.Environ() {
		if name, value, ok := strings.Cut(kv, "="); ok {
			m.LearnVar(name, secret.New(value))
		}
	}
}

// maskTrial makes a trial fit for the records, its output included.
func (s *Session) maskTrial(t fact.Trial) fact.Trial {
	t.Command, t.Reason, t.Evidence = s.maskText(t.Command), s.maskText(t.Reason), s.maskText(t.Evidence)
	t.Print, t.Label = s.maskText(t.Print), s.maskText(t.Label)
	streams := make([]fact.Stream, len(t.Output))
	for i, o := range t.Output {
		o.Head, o.Tail = s.maskBytes(o.Head), s.maskBytes(o.Tail)
		streams[i] = o
	}
	t.Output = streams
	return t
}

func (s *Session) maskBytes(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return []byte(s.maskText(string(b)))
}

func (s *Session) maskTable(t fact.Table) fact.Table {
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = make([]string, len(row))
		for j, cell := range row {
			rows[i][j] = s.maskText(cell)
		}
	}
	t.Rows, t.Title = rows, s.maskText(t.Title)
	return t
}

// maskAnswer makes an answer fit for the records. What its lists hold is shared
// with the experiment, so they are copied.
func (s *Session) maskAnswer(a fact.Answer) fact.Answer {
	a.Causes = slices.Clone(a.Causes)
	for i := range a.Causes {
		c := &a.Causes[i]
		c.Factors = slices.Clone(c.Factors)
		for j := range c.Factors {
			c.Factors[j] = s.maskDifference(c.Factors[j])
		}
	}
	a.Leads, a.Immovable = s.maskLeads(a.Leads), s.maskLeads(a.Immovable)
	a.Notes, a.Popen = s.maskTexts(a.Notes), s.maskTexts(a.Popen)
	if a.Script != nil {
		script := *a.Script
		script.Why = s.maskText(script.Why)
		a.Script = &script
	}
	return a
}

func (s *Session) maskTexts(all []string) []string {
	all = slices.Clone(all)
	for i := range all {
		all[i] = s.maskText(all[i])
	}
	return all
}

func (s *Session) maskDifference(d fact.Difference) fact.Difference {
	d.Good.Shown, d.Bad.Shown = s.maskText(d.Good.Shown), s.maskText(d.Bad.Shown)
	d.Why, d.Reason, d.Via = s.maskText(d.Why), s.maskText(d.Reason), s.maskText(d.Via)
	return d
}

func (s *Session) maskLeads(ls []fact.Lead) []fact.Lead {
	ls = slices.Clone(ls)
	for i := range ls {
		ls[i].Why = s.maskText(ls[i].Why)
	}
	return ls
}
