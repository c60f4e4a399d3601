package transplant

import (
	"errors"
	"os"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// errStale is a donor's value that is dead in this run.
var errStale = errors.New("stale value: what it names belonged to another run")

// live decides whether the donor's text means anything in another run. The
// donor's second control shows what belongs to one run: a number that is a pid
// there is filled in anew; another part that changes is only of use while what
// it names still exists. nil: the recipient's own value does the same.
func (m *maker) live(c *Change, noise bool) (*Change, error) {
	again, known := m.second(c)
	first := secret.Reveal(c.Text)
	if !known || again == first {
		return c, nil
	}
	if rs, ok := refs(first, again, m.From, m.Again); ok {
		c.Refs = rs
		return c, nil
	}
	if rs, ok := envRefs(first, again, m.From, m.Again, m.To); ok {
		c.Refs = rs
		return c, nil
	}
	if !names(first) || exists(first) {
		return c, nil
	}
	if noise && c.Kind == fact.Env {
		if _, has := lookup(m.recipient(), c.Name); has {
			return nil, nil
		}
	}
	return nil, errStale
}

// second is the same text in the donor's other control.
func (m *maker) second(c *Change) (string, bool) {
	if m.Again == nil || m.Again.Process == nil {
		return "", false
	}
	p := m.Again.Process
	switch c.Kind {
	case fact.Env:
		v, ok := lookup(p, c.Name)
		return secret.Reveal(v), ok
	case fact.Cwd:
		return p.Cwd.Path, true
	case fact.Exe:
		return p.Exe.Path, true
	case fact.Root:
		return p.Root.Path, true
	case fact.FD, fact.Stdin:
		n, ok := streamNumbers[c.Kind]
		if !ok {
			n = atoi(c.Name)
		}
		fd, ok := fdOf(p, n)
		return fd.Target, ok
	}
	return "", false
}

func atoi(s string) (n int) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// names says whether a text names something outside of itself: a path, or an
// address with a port.
func names(s string) bool {
	if strings.Contains(s, "/") {
		return true
	}
	i := strings.LastIndexByte(s, ':')
	return i >= 0 && len(numbersIn(s[i+1:])) == 1
}

// exists says whether every path in a list of them is there.
func exists(s string) bool {
	for _, p := range strings.Split(s, ":") {
		if !strings.HasPrefix(p, "/") {
			return false
		}
		if _, err := os.Lstat(p); err != nil {
			return false
		}
	}
	return true
}

// idsOf are the numbers of one run that a text may hold.
func idsOf(t *snapshot.Target) map[RefTo]int {
	ids := map[RefTo]int{}
	if t == nil || t.Process == nil {
		return ids
	}
	ids[RefPID], ids[RefParent], ids[RefSID] = t.Process.PID, t.Process.PPID, t.Process.SID
	if t.Launcher != nil {
		ids[RefLaunch] = t.Launcher.PID
	}
	return ids
}
