package notes

import (
	"html"
	"strconv"
	"strings"

	"casebook/notes/safe"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inline is the text under n as spans; style is what it is shown in where it
// says nothing else.
func (r *screen) inline(n ast.Node, style Style) []Span {
	var out []Span
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out = append(out, r.inlineOne(c, style, 0)...)
	}
	return out
}

func (r *screen) inlineOne(n ast.Node, style Style, depth int) []Span {
	if depth > 4*maxScreenDepth {
		return []Span{{string(nodeText(n, r.src)), style}}
	}
	children := func(style Style) []Span {
		var out []Span
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			out = append(out, r.inlineOne(c, style, depth+1)...)
		}
		return out
	}
	switch n := n.(type) {
	case *ast.Text:
		s := unescape(n.Segment.Value(r.src), n.IsRaw())
		if n.HardLineBreak() {
			s += "\n"
		} else if n.SoftLineBreak() {
			s += " "
		}
		return []Span{{s, style}}
	case *ast.String:
		return []Span{{safe.Line(string(n.Value)), style}}
	case *ast.CodeSpan:
		return []Span{{strings.ReplaceAll(string(nodeText(n, r.src)), "\n", " "), StyleCode}}
	case *ast.Emphasis:
		if style != StylePlain && style != StyleEmph {
			return children(style)
		}
		if n.Level > 1 {
			return children(StyleStrong)
		}
		return children(StyleEmph)
	case *ast.Link:
		return r.link(children(StyleLink), string(n.Destination))
	case *ast.Image:
		return r.link(append([]Span{{"image ", StyleDim}}, children(StyleLink)...), string(n.Destination))
	case *ast.AutoLink:
		return []Span{{safe.Line(string(n.Label(r.src))), StyleLink}}
	case *ast.RawHTML:
		s := string(n.Segments.Value(r.src))
		if strings.HasPrefix(s, "<!--") {
			return nil
		}
		return []Span{{safe.Line(s), StyleDim}}
	case *east.TaskCheckBox:
		if n.IsChecked {
			return []Span{{"☑ ", StyleListMark}}
		}
		return []Span{{"☐ ", StyleListMark}}
	}
	return children(style)
}

// link shows where a link leads, unless its text says so.
func (r *screen) link(text []Span, to string) []Span {
	if to = safe.Line(to); to == "" || Line(text).String() == to {
		return text
	}
	return append(text, Span{" (" + to + ")", StyleDim})
}

// unescape is text as it reads: entities and backslash escapes resolved.
func unescape(b []byte, raw bool) string {
	if !raw {
		b = util.UnescapePunctuations(b)
	}
	s := string(b)
	if !raw && strings.Contains(s, "&") {
		s = safe.Line(html.UnescapeString(s)) // an entity can be a control character
	}
	return s
}

// nodeText is all source text under n.
func nodeText(n ast.Node, src []byte) []byte {
	var b []byte
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			b = append(b, t.Segment.Value(src)...)
			if t.SoftLineBreak() || t.HardLineBreak() {
				b = append(b, ' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b
}

func itoa(n int) string { return strconv.Itoa(n) }
