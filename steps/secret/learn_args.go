package secret

import "strings"

// LearnArgs looks at the words of a command: NAME=value, --option=value and
// --option value, whose value is learned where the name is secret, and whatever
// else gives itself away by its shape.
func (m Masker) LearnArgs(argv []Text) {
	for i, a := range argv {
		name, value, joined := strings.Cut(a.raw, "=")
		switch {
		case joined:
			m.LearnVar(strings.TrimLeft(name, "-"), New(value))
		case strings.HasPrefix(a.raw, "--") && i+1 < len(argv) && !strings.HasPrefix(argv[i+1].raw, "-"):
			m.LearnVar(strings.TrimLeft(a.raw, "-"), argv[i+1])
		}
		m.LearnText("", a)
	}
}
