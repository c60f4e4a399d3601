package safe

import "strings"

// Inline escapes s for the middle of a Markdown paragraph, list item or table
// cell. Letters, digits and most punctuation stay readable: a backslash stands
// only where Markdown would see something.
func Inline(s string) string {
	s = Line(s)
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\t' {
			c = ' '
		}
		if escapes(s, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Cell escapes s for a cell of a Markdown table.
func Cell(s string) string { return strings.ReplaceAll(Inline(s), "|", `\|`) }

// escapes says whether the byte at i means something to Markdown there.
func escapes(s string, i int) bool {
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch s[i] {
	case '\\', '`', '*', '[', ']', '~':
		return true
	case '_': // inside a word it never means anything
		return i == 0 || !wordByte(s[i-1]) || !wordByte(next)
	case '<':
		return next == '/' || next == '!' || next == '?' || wordByte(next)
	case '&':
		return next == '#' || wordByte(next)
	case '#', '+', '-', '=', '>':
		return strings.TrimLeft(s[:i], " \t") == ""
	case '.', ')':
		return i > 0 && strings.Trim(s[:i], "0123456789 \t") == ""
	case '!':
		return next == '['
	}
	return false
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// Code is s as a Markdown code span, with delimiters longer than any run inside.
func Code(s string) string {
	s = strings.ReplaceAll(Line(s), "\t", " ")
	if strings.TrimSpace(s) == "" {
		return "` `"
	}
	ticks := strings.Repeat("`", longestRun(s, '`', false)+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// Fence is s as a fenced code block of the language lang, ending in a newline.
// No line of s can end it.
func Fence(lang, s string) string {
	s = strings.TrimRight(Text(s), "\n")
	fence := strings.Repeat("`", max(3, longestRun(s, '`', true)+1))
	lang = strings.Map(func(r rune) rune {
		if r == '`' || r <= ' ' || Forbidden(r) {
			return -1
		}
		return r
	}, lang)
	if s != "" {
		s += "\n"
	}
	return fence + lang + "\n" + s + fence + "\n"
}

// longestRun is the length of the longest run of c, with atStart only of runs
// that begin a line (after blanks).
func longestRun(s string, c byte, atStart bool) int {
	longest, run, start := 0, 0, true
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == c && (start || run > 0 || !atStart):
			run++
			longest = max(longest, run)
		default:
			run = 0
		}
		start = s[i] == '\n' || start && (s[i] == ' ' || s[i] == '\t')
	}
	return longest
}
