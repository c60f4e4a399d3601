package launch

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// String is the command as it can be pasted into a shell.
func (c Command) String() string {
	var b strings.Builder
	for _, e := range c.Env {
		name, value, _ := strings.Cut(e, "=")
		b.WriteString(name + "=" + Quote(value) + " ")
	}
	for i, a := range c.Argv {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(quoteWord(a, i == 0))
	}
	return b.String()
}

// Quote writes a word as a shell reads it back.
func Quote(word string) string { return quoteWord(word, false) }

// quoteWord quotes a word; as the first one it must not look like an assignment or a keyword.
func quoteWord(word string, first bool) string {
	if word == "" {
		return "''"
	}
	q, err := syntax.Quote(word, syntax.LangBash)
	if err != nil {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	if q == word && (first && strings.Contains(word, "=") || strings.ContainsAny(word, "{}~") || first && syntax.IsKeyword(word)) {
		return "'" + word + "'"
	}
	return q
}
