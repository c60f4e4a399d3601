package notes

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// wrapped adds spans as lines that fit, broken at blanks, and inside a word
// only where it is wider than a line.
func (r *screen) wrapped(spans []Span) {
	width := max(r.room(), 1)
	for _, l := range WrapSpans(spans, width) {
		r.line(l)
	}
}

// WrapSpans breaks spans into lines of at most so many columns.
func WrapSpans(spans []Span, width int) []Line {
	w := wrapper{width: max(width, 1)}
	for _, s := range spans {
		w.add(s)
	}
	w.word()
	if len(w.line) > 0 || len(w.out) == 0 {
		w.out = append(w.out, w.line)
	}
	return w.out
}

// wrapper fills lines with words; a word can have several styles.
type wrapper struct {
	width   int
	out     []Line
	line    Line
	used    int
	blank   *Span // the blank before the word, in its style
	pending []Span
	wide    int
}

func (w *wrapper) add(s Span) {
	for text := s.Text; text != ""; {
		i := strings.IndexAny(text, " \t\n")
		if i != 0 {
			part := text
			if i > 0 {
				part = text[:i]
			}
			w.pending = append(w.pending, Span{part, s.Style})
			w.wide += stringWidth(part)
			text = text[len(part):]
			continue
		}
		w.word()
		if text[0] == '\n' {
			w.end()
		} else if w.used > 0 {
			w.blank = &Span{" ", s.Style}
		}
		text = text[1:]
	}
}

// word puts the pending word on the line, or on the next one.
func (w *wrapper) word() {
	if len(w.pending) == 0 {
		return
	}
	blank := 0
	if w.blank != nil {
		blank = 1
	}
	if w.used+blank+w.wide > w.width && w.used > 0 {
		w.end()
	} else if w.blank != nil {
		w.put(*w.blank)
	}
	w.blank = nil
	for _, s := range w.pending {
		for text := s.Text; text != ""; {
			head, rest := cutWidth(text, w.width-w.used)
			if head != "" {
				w.put(Span{head, s.Style})
			}
			if text = rest; text != "" {
				w.end()
			}
		}
	}
	w.pending, w.wide = w.pending[:0], 0
}

func (w *wrapper) put(s Span) {
	w.used += stringWidth(s.Text)
	if n := len(w.line); n > 0 && w.line[n-1].Style == s.Style {
		w.line[n-1].Text += s.Text
		return
	}
	w.line = append(w.line, s)
}

func (w *wrapper) end() {
	w.out = append(w.out, w.line)
	w.line, w.used, w.blank = nil, 0, nil
}

// cutWidth cuts s behind at most so many columns, never inside of what shows as
// one character. With a width of at least one it takes at least one.
func cutWidth(s string, width int) (head, rest string) {
	if width <= 0 {
		return "", s
	}
	if len(s) <= width && isASCII(s) {
		return s, ""
	}
	head = ansi.Truncate(s, width, "")
	if head == "" || !strings.HasPrefix(s, head) {
		_, size := utf8.DecodeRuneInString(s)
		head = s[:size]
	}
	return head, s[len(head):]
}

// clipSpans cuts a line that can't be wrapped.
func clipSpans(spans []Span, width int) []Span {
	for i, s := range spans {
		n := stringWidth(s.Text)
		if n > width {
			head := ""
			if width > 0 {
				head, _ = cutWidth(s.Text, width)
			}
			return append(spans[:i:i], Span{head, s.Style})
		}
		width -= n
	}
	return spans
}
