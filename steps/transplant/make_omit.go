package transplant

import (
	"errors"
	"strconv"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// needsOmission says why a value can't be set at the exec any more, so that what
// the launcher did to it has to be left out instead; empty: it can be set.
func (m *maker) needsOmission(c Change) string {
	p := m.recipient()
	theirs := rights(p.Caps.Effective)
	lacks := func(bit uint, what string) string {
		if theirs.has(bit) {
			return ""
		}
		return "it has given the right to change " + what + " away"
	}
	switch c.Kind {
	case fact.Session:
		if c.Numbers[0] == 0 && p.SID == p.PID {
			return "a session can't be left"
		}
	case fact.CTTY:
		if !c.Absent && p.SID == p.PID && m.launcherHasTTY() {
			return "the terminal belongs to the launcher's session"
		}
	case fact.ProcessGroup:
		if c.Numbers[0] != ownGroup && p.SID == p.PID {
			return "a session's leader can't leave its group"
		}
	case fact.NoNewPrivs:
		if c.Numbers[0] == 0 {
			return "no_new_privs can't be taken back"
		}
	case fact.Seccomp:
		return "a filter can't be taken off"
	case fact.Rlimit:
		return m.raises(c)
	case fact.Credentials:
		if c.Name == "gid" {
			return lacks(capSetGID, "its group")
		}
		return lacks(capSetUID, "its user")
	case fact.Groups:
		return lacks(capSetGID, "its groups")
	case fact.LoginUID:
		if p.LoginUID >= 0 {
			return lacks(capAuditControl, "loginuid")
		}
	case fact.Root:
		return m.rootNeeds(lacks)
	case fact.Securebits:
		return lacks(capSetPCap, "its securebits")
	case fact.Capabilities:
		return m.regains(c)
	case fact.Namespace:
		if c.Numbers[0] == 0 && (c.Name == "user" || c.Name == "pid" || c.Name == "mnt") {
			return "a process can't go back to the host's " + c.Name + " namespace"
		}
		if c.Numbers[0] == 0 {
			return lacks(capSysAdmin, "its namespaces")
		}
	case fact.Nice:
		if c.Numbers[0] < int64(p.Nice) && !m.own.has(capSysNice) {
			return "nice can't be lowered without privilege"
		}
	}
	return ""
}

func (m *maker) launcherHasTTY() bool { return m.To.Launcher != nil && m.To.Launcher.TTYNr != 0 }

// raises says whether a hard limit would have to go up.
func (m *maker) raises(c Change) string {
	for _, l := range m.recipient().Rlimits {
		if l.Name == c.Name && uint64(c.Numbers[1]) > l.Hard && !m.own.has(capSysResource) {
			return "a hard limit can't be raised without privilege"
		}
	}
	return ""
}

func (m *maker) rootNeeds(lacks func(uint, string) string) string {
	if m.recipient().Root.Path != "/" {
		return "a process can't leave its root"
	}
	return lacks(capChroot, "its root")
}

// regains says whether a capability would have to come back.
func (m *maker) regains(c Change) string {
	has, _ := capSet(m.recipient().Caps, c.Name)
	if uint64(c.Numbers[0])&^has != 0 && c.Name != "ambient" {
		return "a capability that was given up can't be taken back"
	}
	return ""
}

// calls are the system calls that change a factor, and what tells those apart
// that change something else.
func calls(f fact.Factor) []Omission {
	all := func(names ...string) (out []Omission) {
		for _, n := range names {
			out = append(out, Omission{Factor: f, Call: n, Arg: -1})
		}
		return out
	}
	when := func(name string, arg int, value uint64) Omission {
		return Omission{Factor: f, Call: name, Arg: arg, Value: value}
	}
	const noNewPrivs, setSeccomp, setSecurebits, dropBounding, ambient = 38, 22, 28, 24, 47
	switch f.Kind {
	case fact.Session, fact.CTTY:
		return append(all("setsid"), when("ioctl", 1, 0x540e), when("ioctl", 1, 0x5422)) // TIOCSCTTY, TIOCNOTTY
	case fact.ProcessGroup:
		return all("setsid", "setpgid")
	case fact.NoNewPrivs:
		return []Omission{when("prctl", 0, noNewPrivs)}
	case fact.Seccomp:
		return append(all("seccomp"), when("prctl", 0, setSeccomp))
	case fact.Securebits:
		return []Omission{when("prctl", 0, setSecurebits)}
	case fact.Rlimit:
		if res, ok := resources[f.Name]; ok {
			return []Omission{when("prlimit64", 1, uint64(res)), when("setrlimit", 0, uint64(res))}
		}
	case fact.Credentials:
		if f.Name == "gid" {
			return all("setgid", "setregid", "setresgid", "setfsgid")
		}
		return all("setuid", "setreuid", "setresuid", "setfsuid")
	case fact.Groups:
		return all("setgroups")
	case fact.Root:
		return all("chroot", "pivot_root")
	case fact.Nice:
		return all("setpriority")
	case fact.Capabilities:
		switch f.Name {
		case "bounding":
			return []Omission{when("prctl", 0, dropBounding)}
		case "ambient":
			return []Omission{when("prctl", 0, ambient)}
		}
		return append(all("capset", "setuid", "setreuid", "setresuid"), when("prctl", 0, dropBounding))
	case fact.Namespace:
		if bit, ok := cloneFlags[f.Name]; ok {
			return []Omission{{Factor: f, Call: "unshare", Arg: 0, Bits: bit}, {Factor: f, Call: "clone", Arg: 0, Bits: bit}, when("setns", 1, bit)}
		}
	}
	return nil
}

// cloneFlags are the flags of unshare(2) for each kind of namespace.
var cloneFlags = map[string]uint64{
	"time": 0x80, "mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000,
}

// omit plans to leave out what the launcher did to a factor, in the hop behind
// which it was no more what is wanted.
func (m *maker) omit(c Change) error {
	list := calls(c.Factor)
	if list == nil {
		return errors.New("no system call that could be left out makes it so")
	}
	after, err := m.changedBy(c.Factor)
	if err != nil {
		return err
	}
	for _, o := range list {
		o.After = after
		m.plan.Omit = append(m.plan.Omit, o)
	}
	return nil
}

// early gives groups to the last hop that still had the right to change them, and
// leaves out what is done to them after that.
func (m *maker) early(c Change) error {
	if c.Kind != fact.Groups {
		return errors.New("it can't be done earlier")
	}
	chain := m.To.Chain
	for i := len(chain) - 2; i >= 0; i-- {
		p := chain[i].Process
		if p == nil || chain[i].PID != m.recipient().PID || !rights(p.Caps.Effective).has(capSetGID) {
			continue
		}
		for _, o := range calls(c.Factor) {
			o.After = chain[i].Argv
			m.plan.Omit = append(m.plan.Omit, o)
		}
		m.plan.Reach = append(m.plan.Reach, Reach{Want: c, At: chain[i].Argv})
		return nil
	}
	return errors.New("no hop on the way had the right")
}

// changedBy is the argv of the hop that made the factor what the recipient has.
func (m *maker) changedBy(f fact.Factor) ([]secret.Text, error) {
	chain := m.To.Chain
	if len(chain) < 2 {
		return nil, errors.New("its launcher did not do it in sight: it came with the launch itself")
	}
	last := m.reading(m.recipient(), f)
	for i := len(chain) - 2; i >= 0; i-- {
		if chain[i].Process == nil {
			continue
		}
		if m.reading(chain[i].Process, f) != last {
			return chain[i].Argv, nil
		}
	}
	return nil, errors.New("no hop of the launch did it: it came with the launch itself")
}

// reading is a factor of a process in words. Where it belongs is told by number:
// within one run, that is what changes.
func (m *maker) reading(p *snapshot.Process, f fact.Factor) string {
	switch f.Kind {
	case fact.Session:
		return strconv.Itoa(p.SID)
	case fact.ProcessGroup:
		return strconv.Itoa(p.PGID)
	case fact.CTTY:
		return strconv.Itoa(p.TTYNr)
	}
	for _, r := range snapshot.Factors(&snapshot.Target{Process: p, Launcher: m.To.Launcher}, nil) {
		if r.Factor == f {
			return r.Value.Shown
		}
	}
	return ""
}
