package notes

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// table shows rows under a head, columns side by side while they fit; cells
// that are too wide are cut, with a mark.
func (r *screen) table(t *east.Table) {
	var rows [][][]Span
	var widths []int
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		style := StylePlain
		if _, ok := row.(*east.TableHeader); ok {
			style = StyleTable
		}
		var cells [][]Span
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			spans := r.cellSpans(c, style)
			if len(cells) == len(widths) {
				widths = append(widths, 1)
			}
			widths[len(cells)] = max(widths[len(cells)], stringWidth(Line(spans).String()))
			cells = append(cells, spans)
		}
		rows = append(rows, cells)
	}
	widths = fitColumns(widths, r.room())
	for i, cells := range rows {
		r.line(clipSpans(tableRow(cells, widths), r.room()))
		if i == 0 {
			var rule []string
			for _, w := range widths {
				rule = append(rule, strings.Repeat("─", w))
			}
			r.line(clipSpans([]Span{{strings.Join(rule, "─┼─"), StyleDim}}, r.room()))
		}
	}
}

func (r *screen) cellSpans(c ast.Node, style Style) []Span {
	spans := r.inline(c, style)
	for i := range spans {
		spans[i].Text = strings.NewReplacer("\n", " ", "\t", " ").Replace(spans[i].Text)
	}
	return spans
}

func tableRow(cells [][]Span, widths []int) []Span {
	var out []Span
	for i, w := range widths {
		if i > 0 {
			out = append(out, Span{" │ ", StyleDim})
		}
		var cell []Span
		if i < len(cells) {
			cell = cells[i]
		}
		used := 0
		for _, s := range cell {
			n := stringWidth(s.Text)
			if used+n > w {
				head, _ := cutWidth(s.Text, w-used-1)
				if stringWidth(head) > w-used-1 {
					head = ""
				}
				out = append(out, Span{head + "…", s.Style})
				used += stringWidth(head) + 1
				break
			}
			out = append(out, s)
			used += n
		}
		if i < len(widths)-1 && used < w {
			out = append(out, Span{strings.Repeat(" ", w-used), StylePlain})
		}
	}
	return out
}

// fitColumns takes columns from the widest ones until the row fits.
func fitColumns(widths []int, room int) []int {
	total := 3 * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > room {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= 3 {
			break
		}
		next := 3
		for i, w := range widths {
			if i != widest && w < widths[widest] {
				next = max(next, w)
			}
		}
		cut := min(total-room, max(1, widths[widest]-next))
		widths[widest] -= cut
		total -= cut
	}
	return widths
}
