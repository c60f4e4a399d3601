package snapshot

import (
	"strings"

	"casebook/steps/secret"
)

// ShowArgv is an argument list as people may see it, word by word: the value
// of an option or assignment whose name is secret is masked, also where it is
// too short to be looked for elsewhere. Control characters are kept.
func ShowArgv(argv []secret.Text, m Mask) []string {
	out := make([]string, len(argv))
	for i, a := range argv {
		word := secret.Reveal(a)
		name, value, inline := strings.Cut(word, "=")
		switch {
		case inline && secret.SecretName(strings.TrimLeft(name, "-")) && !strings.ContainsAny(name, " /:"):
			out[i] = name + "=" + m.ShowVar(strings.TrimLeft(name, "-"), secret.New(value))
		case i > 1 && secretOption(secret.Reveal(argv[i-1])) && !strings.HasPrefix(word, "-"):
			out[i] = m.ShowVar(strings.TrimLeft(secret.Reveal(argv[i-1]), "-"), a)
		default:
			out[i] = m.Text(word)
		}
	}
	return out
}

// secretOption is an option such as --password, whose value is the next word.
func secretOption(word string) bool {
	return strings.HasPrefix(word, "--") && !strings.Contains(word, "=") && secret.SecretName(strings.TrimLeft(word, "-"))
}
