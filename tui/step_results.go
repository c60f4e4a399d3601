package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
	"casebook/steps/fact"
)

// resultOf says how the results of a kind are laid out. A kind that is not in
// it shows its runs and its tables; a kind with a screen of its own gets a line here.
func (p *stepPane) resultOf(kind string) func(s *session.StepState, w int) []block {
	switch kind {
	case "tune":
		return p.searchResult
	default:
		return p.plainResult
	}
}

func (p *stepPane) results(s *session.StepState, w int) []block {
	return p.resultOf(s.Kind)(s, w)
}

// plainResult is the runs, grouped where the same thing ran several times, and the tables.
func (p *stepPane) plainResult(s *session.StepState, w int) []block {
	var out []block
	if gs := groups(p.a.state, s); len(gs) > 0 {
		out = append(out, p.trialsBlock(gs, w), lines("trials.", ""))
	}
	return append(out, p.tablesOf(s, w)...)
}

// tablesOf are the tables of a step, but for some that are shown otherwise.
func (p *stepPane) tablesOf(s *session.StepState, w int, but ...string) []block {
	var out []block
	for _, t := range s.Tables {
		if slices.Contains(but, t.ID) {
			continue
		}
		id := s.ID + "/" + t.ID
		v := p.tables[id]
		if v == nil {
			v = newTableView(t)
			p.tables[id] = v
		}
		v.update(t)
		out = append(out, p.a.tableBlock(v, id, w, func(row int) tea.Cmd { return p.a.row.table(v, row) }), lines(id+".", ""))
	}
	return out
}

// trialGroup is the runs of the same thing.
type trialGroup struct {
	side, label, command string
	trials               []fact.Trial
}

// groups are the runs of a step in the order in which their first one started.
func groups(st *session.State, s *session.StepState) []trialGroup {
	of := make(map[string]bool, len(s.Trials))
	for _, id := range s.Trials {
		of[id] = true
	}
	var out []trialGroup
	at := map[string]int{}
	for _, t := range st.Trials {
		if !of[t.ID] {
			continue
		}
		k := string(t.Side) + "\x00" + t.Role + "\x00" + t.Label + "\x00" + t.Command
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, trialGroup{side: string(t.Side), label: t.Label, command: t.Command})
		}
		out[i].trials = append(out[i].trials, t)
	}
	return out
}

// name is what a group is called: what was changed in it, else its command.
func (g trialGroup) name() string {
	if g.label != "" {
		return clean(g.label)
	}
	return clean(g.command)
}

var verdictSigns = map[fact.Verdict]string{fact.Pass: "✓", fact.Fail: "✗", fact.Unresolved: "?"}

func (a *App) verdict(v fact.Verdict) string {
	switch v {
	case fact.Fail:
		return a.st.mark.Render("✗")
	case "":
		return "▸"
	}
	return verdictSigns[v]
}

// tally is the verdicts and times of a group: each one where there are few, else how many.
func (g trialGroup) tally(a *App) string {
	if len(g.trials) > 3 {
		n := map[fact.Verdict]int{}
		for _, t := range g.trials {
			n[t.Verdict]++
		}
		var out []string
		for _, v := range []fact.Verdict{fact.Pass, fact.Fail, fact.Unresolved} {
			if n[v] > 0 {
				out = append(out, fmt.Sprintf("%d %s", n[v], a.verdict(v)))
			}
		}
		return strings.Join(out, "  ")
	}
	var marks, times []string
	for _, t := range g.trials {
		marks = append(marks, a.verdict(t.Verdict))
		if t.Verdict != "" {
			times = append(times, fmt.Sprintf("%7s", human(t.Took)))
		}
	}
	return strings.Join(marks, " ") + " " + a.st.dim.Render(strings.Join(times, " "))
}

func (p *stepPane) trialsBlock(gs []trialGroup, w int) block {
	a, long := p.a, 0
	for _, g := range gs {
		long = max(long, width(g.name()))
	}
	return block{
		id: "trials", n: len(gs),
		line: func(i int, cur bool) string {
			g := gs[i]
			tally := g.tally(a)
			text := pad(g.name(), max(8, min(long, w-12-width(tally))))
			if cur {
				text = a.st.strong.Render(text)
			}
			side := g.side
			if side == "" {
				side = "run"
			}
			return a.cursorMark(cur) + a.st.dim.Render(pad(side, 6)) + " " + text + "  " + tally
		},
		picks: func(int) bool { return true },
		open:  func(i int) tea.Cmd { return a.row.trials(gs[i]) },
	}
}
