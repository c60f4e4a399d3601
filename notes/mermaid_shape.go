package notes

import (
	"fmt"
	"regexp"
	"strings"
)

// shapes are the brackets of mermaid's nodes, the longest first.
var shapes = []struct{ open, end, shape string }{
	{"(((", ")))", "circle"},
	{"((", "))", "circle"},
	{"([", "])", "round"},
	{"[(", ")]", "other"},
	{"[[", "]]", "box"},
	{"[/", "/]", "other"}, {"[/", "\\]", "other"}, {"[\\", "\\]", "other"}, {"[\\", "/]", "other"},
	{"{{", "}}", "other"},
	{"{", "}", "decision"},
	{"[", "]", "box"},
	{"(", ")", "round"},
	{">", "]", "other"},
}

// cutShape reads the bracketed label that l begins with, if it does. Labels hold
// other brackets: people write [Params (cwd, env)].
func cutShape(l string) (label, shape, rest string, err error) {
	if l == "" || !strings.ContainsRune("([{>", rune(l[0])) {
		return "", "", l, nil
	}
	for _, s := range shapes {
		if !strings.HasPrefix(l, s.open) {
			continue
		}
		if end := shapeEnd(l[len(s.open):], s.open, s.end); end >= 0 {
			from := len(s.open)
			return decodeLabel(l[from : from+end]), s.shape, l[from+end+len(s.end):], nil
		}
	}
	return "", "", "", fmt.Errorf("the bracket %q has no end", l[:1])
}

// shapeEnd finds the closing bracket: outside quotes, and behind as many
// closing ones as the label opened itself. Where the label's brackets don't
// match, the first closing one that is followed by an arrow or the end counts.
func shapeEnd(l, open, end string) int {
	if strings.HasPrefix(strings.TrimLeft(l, " "), `"`) {
		from := strings.IndexByte(l, '"') + 1
		if q := strings.IndexByte(l[from:], '"'); q >= 0 {
			if i := strings.Index(l[from+q:], end); i >= 0 && strings.TrimSpace(l[from+q+1:from+q+i]) == "" {
				return from + q + i
			}
		}
	}
	depth, first := 0, -1
	for i := 0; i+len(end) <= len(l); i++ {
		if strings.HasPrefix(l[i:], end) {
			if first < 0 {
				first = i
			}
			if depth == 0 {
				return i
			}
		}
		switch {
		case l[i] == open[len(open)-1]:
			depth++
		case l[i] == end[0] && depth > 0:
			depth--
		}
	}
	return first
}

var (
	plainLink = regexp.MustCompile(`^[<xo]?(?:-{2,}(?:[->]|[xo](?:\s|$|\|))|={2,}(?:[=>]|[xo](?:\s|$|\|))|-\.+-(?:>|[xo](?:\s|$|\|))?|~{3,})`)
	pipeLabel = regexp.MustCompile(`^\s*\|([^|]*)\|`)
	textLinks = []*regexp.Regexp{
		regexp.MustCompile(`^[<xo]?--\s*(.+?)\s*-{2,}(?:[->]|[xo](?:\s|$))`),
		regexp.MustCompile(`^[<xo]?==\s*(.+?)\s*={2,}(?:[=>]|[xo](?:\s|$))`),
		regexp.MustCompile(`^[<xo]?-\.\s*(.+?)\s*\.+-(?:>|[xo](?:\s|$))?`),
	}
)

// cutLink reads the arrow that l begins with: `-->`, `-->|x|`, `-- x -->`,
// `-.->`, `==>`, `---`, `~~~` and their longer forms.
func cutLink(l string) (label, rest string, ok bool) {
	if m := plainLink.FindString(l); m != "" {
		rest = l[len(m):]
		if last := m[len(m)-1]; last == '|' {
			rest = "|" + rest
		}
		if p := pipeLabel.FindStringSubmatch(rest); p != nil {
			return decodeLabel(p[1]), rest[len(p[0]):], true
		}
		return "", rest, true
	}
	for _, re := range textLinks {
		if m := re.FindStringSubmatch(l); m != nil {
			return decodeLabel(m[1]), l[len(m[0]):], true
		}
	}
	return "", "", false
}
