package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// rowMarks are the signs of a table's marks.
var rowMarks = map[string]string{"guilty": "▌", "noise": "·", "pass": "✓", "fail": "✗", "unresolved": "?"}

// tableBlock is a table on the page: a line that says what is in it, the names
// of the columns, the rows.
func (a *App) tableBlock(v *tableView, id string, w int, open func(row int) tea.Cmd) block {
	n := max(1, len(v.rows)) + 2
	return block{
		id: id, n: n, stays: 2, table: v,
		line: func(i int, cur bool) string {
			switch {
			case i == 0:
				return v.caption(a, w)
			case i == 1:
				return a.st.dim.Render(v.names(w))
			case len(v.rows) == 0:
				return "    " + a.st.dim.Render(v.nothing())
			}
			return v.row(a, v.rows[i-2], w, cur)
		},
		picks: func(i int) bool { return i >= 2 && len(v.rows) > 0 || i == 0 && len(v.rows) == 0 },
		open: func(i int) tea.Cmd {
			if i < 2 || i-2 >= len(v.rows) {
				return nil
			}
			return open(v.rows[i-2])
		},
	}
}

// caption says how many rows there are and what is not shown.
func (v *tableView) caption(a *App, w int) string {
	title := clean(v.t.Title)
	if title == "" {
		title = clean(v.t.ID)
	}
	guilty := 0
	for _, m := range v.t.Marks {
		if m == "guilty" {
			guilty++
		}
	}
	var parts []string
	if _, counted := leading(title); !counted {
		parts = append(parts, count(len(v.t.Rows), "row", "rows"))
	}
	if guilty > 0 {
		parts = append(parts, count(guilty, "looks guilty", "look guilty"))
	}
	if v.hidden > 0 {
		parts = append(parts, fmt.Sprintf("%d noise hidden", v.hidden))
	}
	left := "  " + a.st.strong.Render(title) + "  " + a.st.dim.Render(strings.Join(parts, " · "))
	right := a.st.dim.Render("/ filter  s sort ")
	if v.typing || v.filter != "" {
		end := ""
		if v.typing {
			end = "▏"
		}
		right = a.st.mark.Render("/ "+clean(v.filter)+end) + a.st.dim.Render(fmt.Sprintf("  %d shown ", len(v.rows)))
	}
	return apart(left, right, w)
}

func (v *tableView) nothing() string {
	switch {
	case v.filter != "":
		return "nothing matches " + clean(v.filter) + " (esc shows all)"
	case v.hidden > 0:
		return "nothing but noise (z shows it)"
	}
	return "nothing here"
}

// indent is the room before the first column: the cursor and, where there are any, the marks.
func (v *tableView) indent() int {
	if v.marks {
		return 4
	}
	return 2
}

func (v *tableView) names(w int) string {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", v.indent()))
	for c, cw := range v.fit(w - v.indent() - 1) {
		name := clean(v.t.Columns[c])
		if c == v.by {
			name += map[bool]string{false: " ↑", true: " ↓"}[v.down]
		}
		b.WriteString(pad(name, cw))
		b.WriteString("  ")
	}
	return cut(strings.TrimRight(b.String(), " "), w)
}

func (v *tableView) row(a *App, row, w int, cur bool) string {
	var b strings.Builder
	b.WriteString(a.cursorMark(cur))
	mark := v.mark(row)
	if v.marks {
		b.WriteString(a.markSign(mark))
		b.WriteString(" ")
	}
	style, plainRow := a.rowStyle(mark, cur)
	ws := v.fit(w - v.indent() - 1)
	var cells strings.Builder
	for c, cw := range ws {
		t := clean(v.cell(row, c))
		if c < len(ws)-1 {
			cells.WriteString(pad(t, cw))
			cells.WriteString("  ")
		} else {
			cells.WriteString(cut(t, cw))
		}
	}
	if plainRow {
		b.WriteString(cells.String())
	} else {
		b.WriteString(style.Render(cells.String()))
	}
	return b.String()
}

func (a *App) cursorMark(on bool) string {
	if on {
		return a.st.mark.Render("› ")
	}
	return "  "
}

func (a *App) markSign(mark string) string {
	g := rowMarks[mark]
	switch {
	case g == "":
		return " "
	case mark == "guilty" || mark == "fail":
		return a.st.mark.Render(g)
	}
	return a.st.dim.Render(g)
}

// rowStyle is how a row's text looks; plain rows are written as they are.
func (a *App) rowStyle(mark string, cur bool) (style lipgloss.Style, plain bool) {
	switch {
	case cur:
		return a.st.strong, false
	case mark == "noise":
		return a.st.dim, false
	}
	return a.st.text, true
}
