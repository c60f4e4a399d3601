package tui

import (
	"strings"

	"casebook/notes"
)

// render is Markdown as lines of at most w cells, in colours.
func (st *styles) render(src string, w int) []string {
	return st.colour(notes.Render(src, w))
}

// colour gives every span the look of its style name.
func (st *styles) colour(ls []notes.Line) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		var b strings.Builder
		for _, s := range l {
			if s.Style == notes.StylePlain {
				b.WriteString(clean(s.Text))
				continue
			}
			b.WriteString(st.md[s.Style].Render(clean(s.Text)))
		}
		out[i] = b.String()
	}
	return out
}
