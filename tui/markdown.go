package tui

import (
	"regexp"
	"strings"
)

var (
	unmark = strings.NewReplacer("`", "", "**", "", "__", "")
	emph   = regexp.MustCompile(`(^|[\s(])\*([^*\s](?:[^*]*[^*\s])?)\*`)
)

// plain is inline Markdown without its marks, for places of one line.
func plain(s string) string {
	return emph.ReplaceAllString(unmark.Replace(s), "$1$2")
}

// inline is inline Markdown with its code spans and strong words in their styles.
func (st *styles) inline(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "`") {
		if i%2 == 1 {
			b.WriteString(st.code.Render(part))
			continue
		}
		for j, t := range strings.Split(part, "**") {
			t = emph.ReplaceAllString(t, "$1$2")
			if j%2 == 1 && t != "" {
				t = st.strong.Render(t)
			}
			b.WriteString(t)
		}
	}
	return b.String()
}
