package transplant

import (
	"slices"

	"casebook/steps/secret"
)

// liveWords decides whether the donor's words mean anything in another run, as
// live does for a text. same: the recipient's own words do the same, each run
// having made its own.
func (m *maker) liveWords(c *Change) (same bool, err error) {
	if m.Again == nil || m.Again.Process == nil {
		return false, nil
	}
	one, other := reveal(m.donor().Argv), reveal(m.Again.Process.Argv)
	foreign, dead := false, false
	for _, w := range c.List {
		word := secret.Reveal(w)
		if names(word) && !(slices.Contains(one, word) && slices.Contains(other, word)) {
			foreign, dead = true, dead || !exists(word)
		}
	}
	switch {
	case foreign && len(c.From) == len(c.List): // even if the donor's is still there: it is nobody's any more
		return true, nil
	case dead:
		return false, errStale
	}
	return false, nil
}
