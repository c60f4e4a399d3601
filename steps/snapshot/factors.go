package snapshot

import (
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// Reading is one factor and what the launch decided for it.
type Reading struct {
	Factor fact.Factor
	Value  fact.Value
}

// Factors are all factors of a target, in words that people use. A factor that
// the launch does not have is not listed. The order is fixed.
func Factors(t *Target, m *Mask) []Reading {
	l := &lister{t: t, p: t.Process, m: secret.Masker{}}
	if m != nil {
		l.m = *m
	}
	if t.Process == nil {
		return nil
	}
	l.strings()
	l.stdio()
	l.descriptors()
	l.family()
	l.signals()
	l.limits()
	l.schedule()
	l.identity()
	l.surroundings()
	l.steady()
	return l.out
}

type lister struct {
	t   *Target
	p   *Process
	m   secret.Masker
	out []Reading
}

func (l *lister) add(kind fact.Kind, name, shown string) {
	l.exact(kind, name, shown, secret.New(shown))
}

func (l *lister) exact(kind fact.Kind, name, shown string, exact secret.Text) {
	l.out = append(l.out, Reading{fact.Factor{Kind: kind, Name: name}, fact.Value{State: fact.Present, Shown: clean(shown), Exact: exact}})
}

// unless adds the reason instead of a value, where the field could not be read.
func (l *lister) unless(field string, kind fact.Kind, name string, add func()) {
	if why, unknown := l.p.Unknown[field]; unknown {
		l.out = append(l.out, Reading{fact.Factor{Kind: kind, Name: name}, fact.Value{State: fact.Unknown, Shown: why}})
		return
	}
	add()
}

func (l *lister) path(kind fact.Kind, field string, f File) {
	l.unless(field, kind, "", func() {
		shown := l.m.Text(f.Path)
		if f.Deleted {
			shown += " (deleted)"
		}
		l.exact(kind, "", shown, secret.New(f.Path))
	})
}

func (l *lister) strings() {
	p := l.p
	l.path(fact.Exe, "exe", p.Exe)
	l.unless("argv", fact.Argv, "", func() {
		for i, shown := range ShowArgv(p.Argv, l.m) {
			if i == 0 {
				l.exact(fact.Argv0, "", shown, p.Argv[i])
				continue
			}
			l.exact(fact.Argv, "argv["+strconv.Itoa(i)+"]", shown, p.Argv[i])
		}
	})
	l.path(fact.Cwd, "cwd", p.Cwd)
	l.path(fact.Root, "root", p.Root)
	if p.Umask >= 0 {
		l.add(fact.Umask, "", umaskWords(p.Umask))
	}
	l.unless("env", fact.Env, "", func() {
		seen := map[string]bool{}
		for _, v := range p.Env {
			if !seen[v.Name] { // getenv finds the first
				seen[v.Name] = true
				l.exact(fact.Env, clean(v.Name), l.m.ShowVar(v.Name, v.Value), v.Value)
			}
		}
	})
}

// family says where the process belongs, relative to the launched command:
// numbers differ in every run.
func (l *lister) family() {
	p, launcher := l.p, l.t.Launcher
	session := "another's"
	switch {
	case p.SID == p.PID:
		session = "own"
	case launcher == nil, p.SID == launcher.SID:
		session = "launcher's"
	}
	l.add(fact.Session, "", session)
	group := "another's"
	switch {
	case p.PGID == p.PID:
		group = "own"
	case launcher == nil, p.PGID == launcher.PGID:
		group = "launcher's"
	case l.t.ForkParent != nil && p.PGID == l.t.ForkParent.PGID:
		group = "parent's"
	}
	switch {
	case p.TTYNr == 0:
	case p.TPGID == p.PGID:
		group += ", foreground"
	default:
		group += ", background"
	}
	l.add(fact.ProcessGroup, "", group)
	ctty := "no"
	if p.TTYNr != 0 {
		ctty = "yes"
	}
	l.add(fact.CTTY, "", ctty)
}

func (l *lister) signals() {
	for _, name := range signalsOf(l.p.Signals.Blocked) {
		l.add(fact.SignalMask, name, "blocked")
	}
	for _, name := range signalsOf(l.p.Signals.Ignored) {
		l.add(fact.SignalDisposition, name, "ignored")
	}
	if _, hidden := l.p.Unknown["signal_disposition"]; hidden {
		l.unless("signal_disposition", fact.SignalDisposition, "", func() {})
	}
}

func (l *lister) limits() {
	for _, r := range l.p.Rlimits {
		l.add(fact.Rlimit, r.Name, limitWords(r.Soft)+":"+limitWords(r.Hard))
	}
}

func (l *lister) schedule() {
	p := l.p
	l.add(fact.Nice, "", strconv.Itoa(p.Nice))
	sched := p.Sched
	if p.RTPrio > 0 {
		sched += " " + strconv.Itoa(p.RTPrio)
	}
	l.add(fact.Sched, "", sched)
	l.add(fact.Affinity, "", cpuWords(p.Affinity))
	l.unless("ioprio", fact.IOPrio, "", func() { l.add(fact.IOPrio, "", p.IOPrio) })
	l.unless("oom_score_adj", fact.OOMScoreAdj, "", func() { l.add(fact.OOMScoreAdj, "", strconv.Itoa(p.OOMScoreAdj)) })
}

// identity is who the process is and what it may do.
func (l *lister) identity() {
	p := l.p
	l.add(fact.Credentials, "uid", idWords(p.UIDs))
	l.add(fact.Credentials, "gid", idWords(p.GIDs))
	groups := slices.Clone(p.Groups)
	slices.Sort(groups)
	words := make([]string, len(groups))
	for i, g := range slices.Compact(groups) {
		words[i] = strconv.Itoa(g)
	}
	l.add(fact.Groups, "", firstOf(strings.TrimSpace(strings.Join(words, " ")), "none"))
	l.unless("loginuid", fact.LoginUID, "", func() {
		login := "unset"
		if p.LoginUID >= 0 {
			login = strconv.FormatInt(p.LoginUID, 10)
		}
		l.add(fact.LoginUID, "", login)
	})
	all := uint64(1)<<len(capNames) - 1
	for _, set := range []struct {
		name string
		bits uint64
	}{
		{"effective", p.Caps.Effective}, {"permitted", p.Caps.Permitted}, {"inheritable", p.Caps.Inheritable},
		{"bounding", p.Caps.Bounding}, {"ambient", p.Caps.Ambient},
	} {
		l.add(fact.Capabilities, set.name, capWords(set.bits, all))
	}
	l.add(fact.NoNewPrivs, "", yesNo(p.NoNewPrivs))
	l.add(fact.Seccomp, "", seccompWords(p))
	l.unless("personality", fact.Personality, "", func() { l.add(fact.Personality, "", personalityWords(p.Personality)) })
	if p.SecurebitsKnown {
		l.add(fact.Securebits, "", "0x"+strconv.FormatUint(uint64(p.Securebits), 16))
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func seccompWords(p *Process) string {
	switch p.Seccomp {
	case 0:
		return "off"
	case 1:
		return "strict"
	}
	return "filter (" + strconv.Itoa(p.SeccompFilters) + ")"
}

func (l *lister) surroundings() {
	for _, c := range l.p.Cgroups {
		l.add(fact.Cgroup, firstOf(c.Controller, "unified"), c.Path)
	}
	for _, n := range l.p.Namespaces {
		whose := "host's"
		if n.Own {
			whose = "own"
		}
		l.add(fact.Namespace, n.Kind, whose)
	}
}

// steady adds what the last sample saw: sockets, files and libraries of a
// running program. They are seen and compared, and no launch decides them.
func (l *lister) steady() {
	if len(l.t.Steady) == 0 {
		return
	}
	s := l.t.Steady[len(l.t.Steady)-1]
	seen := map[fact.Factor]bool{}
	add := func(kind fact.Kind, name, shown string) {
		if f := (fact.Factor{Kind: kind, Name: name}); !seen[f] {
			seen[f] = true
			l.add(kind, name, shown)
		}
	}
	for _, so := range s.Sockets {
		if name := so.role(); name != "" {
			add(fact.Socket, l.m.Text(name), strings.ToLower(so.State))
		}
	}
	for _, f := range s.Files {
		if f.FD > 2 {
			add(fact.OpenFile, clean(l.m.Text(f.Path)), f.Mode)
		}
	}
	for _, lib := range s.Libs {
		add(fact.Library, clean(lib), "mapped")
	}
}

// role names a socket by what stays the same between runs: the peer it talks
// to or the address it listens on, without the port that the kernel chose.
func (s Socket) role() string {
	switch {
	case s.Proto == "unix" && s.Local != "":
		return "unix " + s.Local
	case s.State == "LISTEN":
		return s.Proto + " listening on " + s.Local
	case s.Peer != "" && !strings.HasSuffix(s.Peer, ":0"):
		return s.Proto + " to " + s.Peer
	}
	return ""
}
