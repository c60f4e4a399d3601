package notes

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"casebook/notes/safe"
)

const markerOpen = "<!-- casebook:"

var (
	marker     = regexp.MustCompile(`<!-- casebook:([^ ]+) -->[ \t]*$`)
	idUnsafe   = regexp.MustCompile(`[^A-Za-z0-9._/@-]+`)
	idDashes   = regexp.MustCompile(`-{2,}`)
	markerText = strings.NewReplacer(markerOpen, "<!-- casebook :", "<!--casebook:", "<!-- casebook :")
)

// markerFor is the comment that ends an entry: it stands there only if the
// whole entry does.
func markerFor(id string) string { return markerOpen + cleanID(id) + " -->" }

// cleanID keeps an id from ending the comment that it stands in.
func cleanID(id string) string {
	return idDashes.ReplaceAllString(idUnsafe.ReplaceAllString(id, "-"), "-")
}

// foreign makes text harmless, so that it neither moves a cursor nor looks like
// a marker of ours.
func foreign(s string) string { return markerText.Replace(safe.Text(s)) }

// foreignMarkdown is what a person wrote, in Markdown: it stays Markdown, but a
// comment that would hide what follows becomes text.
func foreignMarkdown(s string) string {
	s = strings.TrimSpace(foreign(s))
	if strings.Count(s, "<!--") != strings.Count(s, "-->") {
		s = strings.ReplaceAll(s, "<!--", "&lt;!--")
	}
	return s
}

// oneLine is Markdown on a single line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(foreignMarkdown(s)), " ")
}

func linkText(s string) string { return safe.Inline(markerText.Replace(s)) }

// linkTarget is a path as the target of a Markdown link.
func linkTarget(path string) string {
	u := url.URL{Path: filepath.ToSlash(safe.Line(path))}
	s := strings.TrimPrefix(u.String(), "./")
	return strings.NewReplacer("(", "%28", ")", "%29").Replace(s)
}
