package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// searchResult is a search that came to an end: what was tried for its own
// sake, the runs of the search, and the differences it began with.
func (p *stepPane) searchResult(s *session.StepState, w int) []block {
	r := searchOf(p.a.state, s, began(s))
	if r.trials == 0 {
		return p.plainResult(s, w)
	}
	rw := min(w, measure)
	var out []block
	if len(r.matrix) > 0 {
		tried, all, _ := r.counts()
		note := fmt.Sprintf("%d tried", tried)
		if tried < all {
			note = fmt.Sprintf("%d of %d tried", tried, all)
		}
		out = append(out, p.runBlock("matrix", "one change at a time, in the bad launch", note, r.matrix, rw, false), lines("matrix.", ""))
	}
	if len(r.search) > 0 {
		out = append(out, p.runBlock("search", "the search", count(r.trials, "run", "runs")+" in all", r.search, rw, true), lines("search.", ""))
	}
	return append(out, p.tablesOf(s, w, "matrix", "answer")...)
}

// runBlock is rows of runs on the page, under a line that says what they are.
func (p *stepPane) runBlock(id, title, note string, rows []runRow, w int, sided bool) block {
	a := p.a
	type place struct{ row, line int }
	var at []place
	for i, r := range rows {
		at = append(at, place{i, 0})
		if r.head == "" && r.whyNot() != "" {
			at = append(at, place{i, 1})
		}
	}
	return block{
		id: id, n: len(at) + 1, stays: 1,
		line: func(i int, cur bool) string {
			if i == 0 {
				return "  " + a.st.strong.Render(title) + "  " + a.st.dim.Render(note)
			}
			r := rows[at[i-1].row]
			if at[i-1].line == 1 {
				return "    " + a.st.dim.Render(cut(r.whyNot(), w-5))
			}
			return a.runLine(r, w, cur, sided, true)
		},
		picks: func(i int) bool { return i > 0 && at[i-1].line == 0 && rows[at[i-1].row].head == "" },
		open: func(i int) tea.Cmd {
			if i == 0 || at[i-1].line == 1 {
				return nil
			}
			return a.row.runs(rows[at[i-1].row])
		},
	}
}
