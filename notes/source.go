package notes

import (
	"bytes"
	"html"
	"regexp"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// source is Markdown bytes with their lines.
type source struct {
	src    []byte
	starts []int // offset at which each line starts
}

func newSource(src []byte) source {
	s := source{src: src, starts: []int{0}}
	for i := 0; ; {
		n := bytes.IndexByte(src[i:], '\n')
		if n < 0 {
			return s
		}
		i += n + 1
		s.starts = append(s.starts, i)
	}
}

// line is the 1-based line that holds the byte at pos.
func (s *source) line(pos int) int {
	return sort.SearchInts(s.starts, pos+1)
}

// lineText is a line without its end; "" behind the last one.
func (s *source) lineText(line int) string {
	if line < 1 || line > len(s.starts) {
		return ""
	}
	return strings.TrimRight(s.lines(line, line+1), "\r\n")
}

// lines is the source from line first up to line end, which is left out.
func (s *source) lines(first, end int) string {
	if first > len(s.starts) || end <= first {
		return ""
	}
	stop := len(s.src)
	if end <= len(s.starts) {
		stop = s.starts[end-1]
	}
	return string(s.src[s.starts[first-1]:stop])
}

func (s *source) lineOf(n ast.Node) int {
	if p := n.Pos(); p >= 0 {
		return s.line(p)
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return s.line(n.Lines().At(0).Start)
	}
	if c := n.FirstChild(); c != nil {
		return s.lineOf(c)
	}
	return 0
}

// raw is the source of a block's own lines.
func (s *source) raw(n ast.Node) string {
	if n.Type() != ast.TypeBlock || n.Lines() == nil {
		return ""
	}
	return string(n.Lines().Value(s.src))
}

// inline is a block's text on one line: entities decoded but in code spans,
// which are kept in their backquotes; HTML comments are left out.
func (s *source) inline(n ast.Node) string {
	raw := s.raw(n)
	if strings.HasPrefix(raw, "[") && linkDefinitions.MatchString(raw) {
		return ""
	}
	return inlineText(raw)
}

// linkDefinitions are paragraphs of "[name]: address" lines only.
var linkDefinitions = regexp.MustCompile(`^(?:\[[^\]\n]+\]:[ \t]*\S+(?:[ \t]+["'(].*)?\s*(?:\n|$))+$`)

var htmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)

func inlineText(raw string) string {
	fields := strings.Fields(raw)
	one := strings.Join(fields, " ")
	var b strings.Builder
	for _, part := range splitCode(one) {
		if !part.code {
			part.text = html.UnescapeString(htmlComment.ReplaceAllString(part.text, ""))
		}
		b.WriteString(part.text)
	}
	return strings.TrimSpace(b.String())
}

// codePart is a stretch of inline source, a whole code span or none.
type codePart struct {
	text string // with its backquotes
	body string // of a code span: what is between them
	code bool
}

// splitCode parts inline source at its code spans, as CommonMark does: a run of
// backquotes ends at the next run of the same length.
func splitCode(s string) []codePart {
	var parts []codePart
	none := map[int]bool{} // run lengths that have no end in the rest
	plain := 0
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		n := runLength(s[i:], '`')
		end := -1
		if !none[n] {
			end = findRun(s, i+n, n)
			none[n] = end < 0
		}
		if end < 0 {
			i += n
			continue
		}
		if plain < i {
			parts = append(parts, codePart{text: s[plain:i]})
		}
		body := s[i+n : end]
		if len(body) > 2 && body[0] == ' ' && body[len(body)-1] == ' ' && strings.TrimSpace(body) != "" {
			body = body[1 : len(body)-1]
		}
		parts = append(parts, codePart{text: s[i : end+n], body: body, code: true})
		i = end + n
		plain = i
	}
	if plain < len(s) {
		parts = append(parts, codePart{text: s[plain:]})
	}
	return parts
}

func runLength(s string, c byte) int {
	n := 0
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}

func findRun(s string, from, n int) int {
	for i := from; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		m := runLength(s[i:], '`')
		if m == n {
			return i
		}
		i += m
	}
	return -1
}

// blank overwrites b with blanks, so that offsets and lines stay.
func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
}
