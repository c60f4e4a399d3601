package notes

import (
	"bytes"
	"strings"

	"casebook/notes/safe"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// minWidth is what a screen is taken to have at least.
const minWidth = 10

// Render lays Markdown out for a screen of so many columns. Every line fits
// but one that a single wide character fills; HTML comments are hidden. The
// text is made harmless, whatever it holds. For a file that grows use RenderTail.
func Render(md string, width int) []Line {
	src := []byte(clampLines(safe.Text(md)))
	r := &screen{src: src, width: max(width, minWidth)}
	r.blocks(screenParser.Parse(text.NewReader(src)), false)
	return r.out
}

// RenderTail renders about the last maxBytes of Markdown, from the start of a
// block on, so that a long log costs no more than its end. What was left out is
// said in the first line.
func RenderTail(md string, width, maxBytes int) []Line {
	tail, cut := blockTail(md, maxBytes)
	lines := Render(tail, width)
	if cut == 0 {
		return lines
	}
	note := Line{{"… " + byteCount(cut) + " before this are not shown", StyleDim}}
	return append([]Line{note, nil}, lines...)
}

// blockTail cuts md where a block begins: at a line that is not indented and
// has an empty one before it.
func blockTail(md string, maxBytes int) (tail string, cut int) {
	if len(md) <= maxBytes {
		return md, 0
	}
	from := len(md) - maxBytes
	best := -1
	for i := from; i < len(md); {
		n := strings.IndexByte(md[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		if best < 0 {
			best = i
		}
		if i < len(md) && md[i] != ' ' && md[i] != '\t' && md[i] != '\n' && strings.HasSuffix(md[:i], "\n\n") {
			best = i
			break
		}
	}
	if best < 0 {
		best = from
	}
	return md[best:], best
}

func byteCount(n int) string {
	if n < 1<<20 {
		return itoa(max(n>>10, 1)) + " KiB"
	}
	return itoa(n>>20) + " MiB"
}

// screenParser is shared: goldmark's parsers hold no state between documents.
var screenParser = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList),
	goldmark.WithParserOptions(parser.WithASTTransformers())).Parser()

// maxScreenLine bounds one source line: markup on a longer one is not worth
// what parsing it costs.
const maxScreenLine = 8 << 10

func clampLines(s string) string {
	if len(s) <= maxScreenLine {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		l, rest, ok := strings.Cut(s, "\n")
		if len(l) > maxScreenLine {
			l = strings.ToValidUTF8(l[:maxScreenLine], "") + " …"
		}
		b.WriteString(l)
		if ok {
			b.WriteByte('\n')
		}
		s = rest
	}
	return b.String()
}

// screen is one rendering.
type screen struct {
	src    []byte
	width  int
	prefix []Span // what every line begins with: indentation, quote marks
	mark   []Span // what the next line begins with instead: a list mark
	out    []Line
	depth  int
}

// maxScreenDepth bounds nesting: what is deeper is shown at this depth.
const maxScreenDepth = 12

// blocks renders the children of n, with empty lines between unless tight.
func (r *screen) blocks(n ast.Node, tight bool) {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > 4*maxScreenDepth {
		r.wrapped([]Span{{strings.Join(strings.Fields(string(nodeText(n, r.src))), " "), StylePlain}})
		return
	}
	first := true
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if hidden(c, r.src) {
			continue
		}
		_, sublist := c.(*ast.List)
		if !first && !tight && !(sublist && tight) {
			r.empty()
		}
		first = false
		r.block(c)
	}
}

func (r *screen) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		style := StyleHeading3
		if n.Level < 3 {
			style = []Style{StyleHeading1, StyleHeading2}[n.Level-1]
		}
		r.wrapped(r.inline(n, style))
	case *ast.List:
		r.list(n)
	case *ast.Blockquote:
		r.under([]Span{{"│ ", StyleQuote}}, func() { r.blocks(n, false) })
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		r.code(n)
	case *ast.HTMLBlock:
		r.code(n)
	case *ast.ThematicBreak:
		r.line([]Span{{strings.Repeat("─", max(r.room(), 1)), StyleDim}})
	case *east.Table:
		r.table(n)
	default:
		r.wrapped(r.inline(n, StylePlain))
	}
}

// under renders with a longer prefix, as far as there is room for one.
func (r *screen) under(more []Span, do func()) {
	before, mark := r.prefix, r.mark
	if r.room() > minWidth {
		r.prefix = append(append([]Span(nil), before...), more...)
		if mark != nil {
			r.mark = append(append([]Span(nil), mark...), more...)
		}
	}
	do()
	r.prefix = before
	r.mark = nil
}

func (r *screen) list(l *ast.List) {
	number := l.Start
	for it := l.FirstChild(); it != nil; it = it.NextSibling() {
		mark := "• "
		if l.IsOrdered() {
			mark = itoa(number) + ". "
			number++
		}
		before := r.prefix
		lead := r.mark
		if lead == nil {
			lead = before
		}
		if r.room() > minWidth {
			r.mark = append(append([]Span(nil), lead...), Span{mark, StyleListMark})
			r.prefix = append(append([]Span(nil), before...), Span{strings.Repeat(" ", stringWidth(mark)), StylePlain})
		}
		n := len(r.out)
		r.blocks(it, l.IsTight)
		if len(r.out) == n {
			r.line(nil) // an empty item still has its mark
		}
		r.prefix, r.mark = before, nil
		if !l.IsTight && it.NextSibling() != nil {
			r.empty()
		}
	}
}

func (r *screen) code(n ast.Node) {
	body := strings.TrimRight(string(n.Lines().Value(r.src)), "\n")
	for _, l := range strings.Split(body, "\n") {
		l = strings.ReplaceAll(l, "\t", "    ")
		for {
			head, rest := cutWidth(l, max(r.room(), 1))
			r.line([]Span{{head, StyleFence}})
			if l = rest; l == "" {
				break
			}
		}
	}
}

// room is how many columns are left behind the prefix.
func (r *screen) room() int {
	n := r.width
	for _, s := range r.prefix {
		n -= stringWidth(s.Text)
	}
	return n
}

// line adds one line, behind the prefix or the mark.
func (r *screen) line(spans []Span) {
	lead := r.prefix
	if r.mark != nil {
		lead, r.mark = r.mark, nil
	}
	l := make(Line, 0, len(lead)+len(spans))
	l = append(l, lead...)
	l = append(l, spans...)
	r.out = append(r.out, l)
}

// empty parts two blocks, but for one that has nothing before it.
func (r *screen) empty() {
	if n := len(r.out); n > 0 && strings.TrimSpace(r.out[n-1].String()) != "" {
		mark := r.mark
		r.mark = nil
		var quoted []Span
		for i, s := range r.prefix {
			if s.Style == StyleQuote {
				quoted = r.prefix[:i+1]
			}
		}
		r.out = append(r.out, append(Line(nil), quoted...))
		r.mark = mark
	}
}

// hidden are HTML comments: the log keeps its marks in them.
func hidden(n ast.Node, src []byte) bool {
	h, ok := n.(*ast.HTMLBlock)
	return ok && h.HTMLBlockType == ast.HTMLBlockType2 && bytes.HasPrefix(bytes.TrimSpace(h.Lines().Value(src)), []byte("<!--"))
}
