package tui

import (
	"strings"
	"time"

	"casebook/session"
	"casebook/steps/fact"
)

// searchRows is a search for the cause as two columns: the single changes that
// were tried for their own sake, and the runs of the search.
type searchRows struct {
	matrix, search []runRow
	trials         int
	last           *fact.Trial // that came to its end
}

// searches says whether the step looks for a cause.
func searches(s *session.StepState) bool { return s != nil && s.Kind == "tune" }

// began is when the search began that the last run belongs to: one that was
// interrupted goes on with the verdicts it has.
func began(s *session.StepState) time.Time {
	if !s.ResumeFrom.IsZero() {
		return s.ResumeFrom
	}
	return s.Started
}

// searchOf makes the rows of the runs that began since then.
func searchOf(st *session.State, s *session.StepState, since time.Time) searchRows {
	of := make(map[string]bool, len(s.Trials))
	for _, id := range s.Trials {
		of[id] = true
	}
	var out searchRows
	byKey := map[string]*trialGroup{}
	order := map[string][]string{} // keys by role
	for i := range st.Trials {
		t := st.Trials[i]
		if !of[t.ID] || t.Started.Before(since) {
			continue
		}
		out.trials++
		if t.Verdict != "" {
			out.last = &st.Trials[i]
		}
		k := t.Role + "\x00" + string(t.Side) + "\x00" + t.Label + "\x00" + changeKey(t.Changes)
		g := byKey[k]
		if g == nil {
			g = &trialGroup{side: string(t.Side), label: t.Label, command: t.Command}
			byKey[k] = g
			order[t.Role] = append(order[t.Role], k)
		}
		g.trials = append(g.trials, t)
	}
	rows := func(role string) []runRow {
		var rs []runRow
		for _, k := range order[role] {
			rs = append(rs, runRow{name: rowName(role, byKey[k]), group: *byKey[k]})
		}
		return rs
	}
	out.matrix = matrixRows(s, rows("matrix"), rows("control"))
	part := func(head string, rs []runRow) {
		if len(rs) > 0 {
			out.search = append(append(out.search, runRow{head: head}), rs...)
		}
	}
	part("the launches as they are", rows("control"))
	part("with the other launch's …", rows("candidate"))
	part("proof, both ways", rows("proof"))
	return out
}

func changeKey(cs []fact.Change) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.Factor.String())
		b.WriteByte(0)
	}
	return b.String()
}

// rowName says what was changed; the launch itself stands in a column of its own.
func rowName(role string, g *trialGroup) string {
	if g.label == "" && role == "control" {
		return "as it is"
	}
	name := g.name()
	for _, head := range []string{"with bad's ", "with good's "} { // the heading says it for all
		name = strings.TrimPrefix(name, head)
	}
	return name
}

// matrixRows are the rows of the table of single changes, tried or still to come.
func matrixRows(s *session.StepState, tried, controls []runRow) []runRow {
	var out []runRow
	for _, t := range s.Tables {
		if t.ID != "matrix" {
			continue
		}
		for _, r := range t.Rows {
			if len(r) == 0 {
				continue
			}
			row := runRow{name: clean(r[0])}
			for _, have := range append(tried, controls...) {
				if have.group.side == string(fact.Bad) && (have.group.label == r[0] || have.group.label == "" && len(out) == 0) {
					row.group = have.group
				}
			}
			out = append(out, row)
		}
	}
	if len(out) == 0 {
		return tried
	}
	return out
}

// tried says whether every single change was tried.
func (r searchRows) tried() bool {
	for _, row := range r.matrix {
		if len(row.group.trials) == 0 || row.running() && row.group.label != "" {
			return false
		}
	}
	return len(r.matrix) > 0
}

// counts of the matrix: how many are tried, and how many turned the verdict.
func (r searchRows) counts() (tried, all, turned int) {
	for i, row := range r.matrix {
		if i == 0 && row.group.label == "" {
			continue // the launch as it is
		}
		all++
		if len(row.group.trials) > 0 && !row.running() {
			tried++
		}
		if _, telling := row.outcome(); telling {
			turned++
		}
	}
	return
}
