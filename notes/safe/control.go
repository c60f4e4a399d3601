package safe

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	esc = 0x1b
	bel = 0x07
	can = 0x18
	sub = 0x1a
	del = 0x7f
	st  = 0x9c // C1 string terminator
)

// Line makes s one harmless line: line ends inside it become visible marks, one
// at its end is dropped, tabs stay.
func Line(s string) string {
	s = Text(s)
	s = strings.TrimSuffix(s, "\n")
	return strings.ReplaceAll(s, "\n", "␊")
}

// Text makes s harmless and keeps its lines. CR LF and a lone CR end a line
// like LF does, so that a carriage return overwrites nothing.
func Text(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	barren := 0 // no string sequence that begins before here has an end
	for i := 0; i < len(s); {
		if c := s[i]; c >= 0x20 && c < del || c == '\n' || c == '\t' {
			b.WriteByte(c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				n = 2
			}
			b.WriteByte('\n')
		case r == esc || r >= 0x80 && r <= 0x9f:
			if i >= barren {
				if m := sequence(s[i:]); m > 0 {
					n = m
					break
				}
				barren = i + lineEnd(s[i:])*stringIntro(s[i:])
			}
			b.WriteString(mark(r))
		default:
			b.WriteString(mark(r))
		}
		i += n
	}
	return b.String()
}

// clean says whether Text would return s as it is, the usual case.
func clean(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\n' && c != '\t' || c == del {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || Forbidden(r) {
			return false
		}
		i += n
	}
	return true
}

// Forbidden says whether r never stands in what this package returns: C0 but
// tab and newline, DEL, C1, and what reorders or hides text.
func Forbidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20 || r >= del && r <= 0x9f:
		return true
	case r < 0x61c:
		return false
	case r == 0x61c || r == 0x180e || r == 0x200b || r == 0x200e || r == 0x200f || r == 0xfeff:
		return true
	case r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r >= 0xfff9 && r <= 0xfffb:
		return true
	}
	return r >= 0xe0000 && r <= 0xe007f // tags: invisible ASCII
}

// mark is what is shown in place of a forbidden rune; other runes are themselves.
func mark(r rune) string {
	switch {
	case !Forbidden(r):
		return string(r)
	case r < 0x20:
		return string(rune(0x2400) + r)
	case r == del:
		return "␡"
	}
	return fmt.Sprintf("‹U+%04X›", r)
}

// sequence is the length of the terminal sequence that s begins with, or 0
// where it is none or has no end on its line.
func sequence(s string) int {
	intro, n := utf8.DecodeRuneInString(s)
	if intro == esc {
		if len(s) < 2 || s[1] >= 0x80 {
			return 0
		}
		intro, n = rune(s[1])+0x40, 2
		if s[1] < 0x40 || s[1] > 0x5f {
			return shortSequence(s)
		}
	}
	switch intro {
	case 0x9b: // CSI
		return controlSequence(s, n)
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f: // DCS SOS OSC PM APC
		return stringSequence(s, n)
	}
	return n
}

// stringIntro is 1 where s begins with what introduces a string sequence.
func stringIntro(s string) int {
	for _, intro := range []string{"\x1bP", "\x1bX", "\x1b]", "\x1b^", "\x1b_", "\u0090", "\u0098", "\u009d", "\u009e", "\u009f"} {
		if strings.HasPrefix(s, intro) {
			return 1
		}
	}
	return 0
}

func lineEnd(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// shortSequence is ESC, intermediates, one final byte: charsets, keypad, reset.
func shortSequence(s string) int {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x20 && c <= 0x2f:
		case c >= 0x30 && c <= 0x7e:
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func controlSequence(s string, i int) int {
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x20 && c <= 0x3f:
		case c >= 0x40 && c <= 0x7e:
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func stringSequence(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == bel || r == st || r == can || r == sub:
			return i + n
		case r == esc:
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			return i // another sequence begins: this one is over
		case r == '\n' || r == '\r':
			return 0
		}
		i += n
	}
	return 0
}
