package tui

import (
	"strings"

	"casebook/notes"
)

// render is Markdown as lines of at most w cells, in colours.
func (st *styles) render(src string, w int) []string {
	var out []string
	for _, l := range strings.Split(cleanText(src), "\n") {
		style := st.md[notes.StylePlain]
		if strings.HasPrefix(l, "#") {
			style = st.strong
		}
		for _, t := range wrap(st.inline(l), w) {
			out = append(out, style.Render(t))
		}
	}
	return out
}
