package transplant

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// numbers takes a donor's value that is one number or several.
func (m *maker) numbers(c *Change) (*Change, error) {
	p := m.donor()
	if why, unknown := p.Unknown[string(c.Kind)]; unknown {
		return nil, errors.New("the donor's value could not be read: " + why)
	}
	set := func(n ...int64) (*Change, error) { c.Numbers = n; return c, nil }
	switch c.Kind {
	case fact.Umask:
		if p.Umask < 0 {
			return nil, errors.New("the donor's umask could not be read")
		}
		return set(int64(p.Umask))
	case fact.Nice:
		return set(int64(p.Nice))
	case fact.OOMScoreAdj:
		return set(int64(p.OOMScoreAdj))
	case fact.Personality:
		return set(int64(p.Personality))
	case fact.NoNewPrivs:
		return set(int64(b2i(p.NoNewPrivs)))
	case fact.Seccomp:
		if p.Seccomp != 0 {
			return nil, errors.New("a filter of another process can't be copied")
		}
		return set(0)
	case fact.Securebits:
		return set(int64(p.Securebits))
	case fact.LoginUID:
		c.Absent = p.LoginUID < 0
		return set(p.LoginUID)
	case fact.Affinity:
		return set(widen(p.Affinity)...)
	case fact.Groups:
		return set(widen(p.Groups)...)
	case fact.Credentials:
		ids := p.GIDs
		if c.Name == "uid" {
			ids = p.UIDs
		}
		return set(widen(ids[:])...)
	case fact.Session:
		return set(int64(b2i(p.SID == p.PID)))
	case fact.ProcessGroup:
		return set(groupOf(m.From), groundOf(p))
	case fact.CTTY:
		c.Absent = p.TTYNr == 0
		for _, fd := range p.FDs {
			if fd.Kind == snapshot.FDTTY {
				c.FD.Rows, c.FD.Cols = fd.Rows, fd.Cols
			}
		}
		return c, nil
	}
	return m.moreNumbers(c, set)
}

func (m *maker) moreNumbers(c *Change, set func(...int64) (*Change, error)) (*Change, error) {
	p := m.donor()
	switch c.Kind {
	case fact.Rlimit:
		for _, l := range p.Rlimits {
			if strings.EqualFold(l.Name, c.Name) {
				return set(int64(l.Soft), int64(l.Hard))
			}
		}
	case fact.Capabilities:
		if v, ok := capSet(p.Caps, c.Name); ok {
			return set(int64(v))
		}
	case fact.Namespace:
		for _, n := range p.Namespaces {
			if n.Kind == c.Name {
				return set(int64(b2i(n.Own)))
			}
		}
	case fact.Sched:
		if n, ok := policies[p.Sched]; ok {
			return set(int64(n), int64(p.RTPrio))
		}
	case fact.IOPrio:
		if n, ok := ioprioNumber(p.IOPrio); ok {
			return set(n)
		}
	case fact.Cgroup:
		for _, g := range p.Cgroups {
			if g.Controller == c.Name || g.Controller == "" && c.Name == "unified" {
				c.Text = secret.New(g.Path)
				return c, nil
			}
		}
	default:
		return nil, fmt.Errorf("%s is seen and compared, and not movable", c.Kind)
	}
	return nil, errors.New("the donor's value is not known in exact form")
}

// Whose process group a target is in.
const (
	launchersGroup = 0
	ownGroup       = 1
	parentsGroup   = 2
)

func groupOf(t *snapshot.Target) int64 {
	p := t.Process
	switch {
	case p.PGID == p.PID:
		return ownGroup
	case t.ForkParent != nil && p.PGID == t.ForkParent.PGID && t.Launcher != nil && p.PGID != t.Launcher.PGID:
		return parentsGroup
	}
	return launchersGroup
}

// Whether a process group may use its terminal.
const (
	noTerminal = -1
	background = 0
	foreground = 1
)

func groundOf(p *snapshot.Process) int64 {
	if p.TTYNr == 0 {
		return noTerminal
	}
	return int64(b2i(p.TPGID == p.PGID))
}

// policies are the scheduling policies by name; deadline has parameters that can't be seen.
var policies = map[string]int{"other": 0, "fifo": 1, "rr": 2, "batch": 3, "idle": 5}

// ioprioNumber reads "best-effort 4".
func ioprioNumber(s string) (int64, bool) {
	class, level, _ := strings.Cut(s, " ")
	n, _ := strconv.ParseInt(level, 10, 64)
	for i, name := range []string{"none", "realtime", "best-effort", "idle"} {
		if name == class {
			return int64(i)<<13 | n, true
		}
	}
	return 0, false
}

func capSet(c snapshot.Caps, name string) (uint64, bool) {
	switch strings.ToLower(name) {
	case "effective":
		return c.Effective, true
	case "permitted":
		return c.Permitted, true
	case "inheritable":
		return c.Inheritable, true
	case "bounding":
		return c.Bounding, true
	case "ambient":
		return c.Ambient, true
	}
	return 0, false
}
