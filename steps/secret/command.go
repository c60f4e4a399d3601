package secret

import (
	"strings"
)

// Command is a command line that may be shown and copied: a secret in it reads
// as ${NAME:?}, so that whoever runs it is asked for the value. line is shell
// syntax; what is within single quotes is taken out of them.
func (m Masker) Command(line string) string {
	spans, _ := m.finder().find([]byte(line), true)
	spans = append(spans, secretWordsOf(line)...)
	spans, _ = join(spans, len(line))
	var b strings.Builder
	at, quote := 0, byte(0)
	for _, sp := range spans {
		quote = quoteAt(line[at:sp.from], quote)
		b.WriteString(line[at:sp.from])
		ref := "${" + m.reference(line, sp) + ":?}"
		switch quote {
		case '\'':
			b.WriteString(`'"` + ref + `"'`)
		case '"':
			b.WriteString(ref)
		default:
			b.WriteString(`"` + ref + `"`)
		}
		quote = quoteAt(line[sp.from:sp.to], quote)
		at = sp.to
	}
	b.WriteString(line[at:])
	return b.String()
}

// quoteAt is the quote that is open behind s, when quote was open before it.
func quoteAt(s string, quote byte) byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote
}

// secretWordsOf finds NAME=value, --option=value and --option value whose name is secret, also
// where the value is too short to be looked for elsewhere.
func secretWordsOf(line string) []span {
	var out []span
	for i := 0; i < len(line); i++ {
		if line[i] != '=' && line[i] != ' ' {
			continue
		}
		start := i
		for start > 0 && isWordDash(line[start-1]) {
			start--
		}
		option := strings.HasPrefix(line[start:i], "--") && (start == 0 || isSpace(line[start-1]))
		if line[i] == ' ' && (!option || i+1 < len(line) && line[i+1] == '-') {
			continue
		}
		if start == i || !SecretName(strings.TrimLeft(line[start:i], "-")) {
			continue
		}
		from := i + 1
		to := from
		quote := byte(0)
		if from < len(line) && (line[from] == '\'' || line[from] == '"') {
			quote, from, to = line[from], from+1, from+1
		}
		for to < len(line) && (quote != 0 && line[to] != quote || quote == 0 && !isSpace(line[to]) && !strings.ContainsRune(`'"&|;`, rune(line[to]))) {
			to++
		}
		if v := line[from:to]; to > from && !strings.HasPrefix(v, "${") && !commonValues[strings.ToLower(v)] && !IsMark(v) {
			out = append(out, span{from: from, to: to, at: start})
		}
	}
	return out
}

// reference is the name under which a secret is asked for: the variable it was
// learned from, the name in front of it, or SECRET.
func (m Masker) reference(line string, sp span) string {
	if m.s != nil {
		m.s.mu.Lock()
		name := m.s.seen[line[sp.from:sp.to]]
		m.s.mu.Unlock()
		if isName(name) {
			return name
		}
	}
	name := nameBefore(line[:sp.from])
	name = strings.ToUpper(strings.ReplaceAll(strings.TrimLeft(name, "-"), "-", "_"))
	if !isName(name) {
		return "SECRET"
	}
	return name
}

// nameBefore is the NAME= or --option that a value follows at once.
func nameBefore(line string) string {
	line = strings.TrimRight(line, `"'`)
	bare := strings.TrimRight(line, "= ")
	start := len(bare)
	for start > 0 && isWordDash(bare[start-1]) {
		start--
	}
	if bare == line || strings.HasSuffix(line, " ") && !strings.HasPrefix(bare[start:], "--") {
		return ""
	}
	return bare[start:]
}

func isName(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isWord(s[i]) {
			return false
		}
	}
	return true
}
