package steps

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// others are the factors that are set where they differ, and else left as they are.
func (w *reproWriter) others() error {
	w.commonSignals()
	own := map[string]bool{}
	for _, d := range w.diffs {
		var err error
		switch d.Kind {
		case fact.Env, fact.Argv, fact.Argv0, fact.Exe, fact.Cwd, fact.Umask, fact.Root, fact.Stdin, fact.Stdout, fact.Stderr:
			continue
		case fact.Session, fact.ProcessGroup, fact.CTTY:
			if own["session"] {
				continue
			}
			own["session"] = true
			err = w.session()
		case fact.Credentials, fact.Groups, fact.NoNewPrivs:
			if own[string(d.Kind)] {
				continue
			}
			own[string(d.Kind)] = true
			err = w.rights(d)
		case fact.Rlimit, fact.Nice, fact.Sched, fact.Affinity, fact.IOPrio, fact.OOMScoreAdj, fact.Namespace:
			err = w.wrapped(d)
		default:
			err = w.inside(d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// session sorts out the three factors of where a process belongs.
func (w *reproWriter) session() error {
	how := func(t *snapshot.Target) (wrapper, python, direct string) {
		p := t.Process
		switch {
		case p.SID == p.PID && p.TTYNr != 0:
			return "", "", "direct=exec   # the script itself becomes it: run it as the first process of a terminal"
		case p.SID == p.PID:
			return "setsid -w", "", ""
		case p.PGID == p.PID && p.TTYNr != 0 && p.TPGID == p.PGID:
			return "", "os.setpgid(0, 0); signal.signal(signal.SIGTTOU, signal.SIG_IGN); os.tcsetpgrp(os.open('/dev/tty', os.O_RDWR), os.getpgrp()); signal.signal(signal.SIGTTOU, signal.SIG_DFL)", ""
		case p.PGID == p.PID:
			return "", "os.setpgid(0, 0)", ""
		}
		return "", "", ""
	}
	gw, gp, gd := how(w.good)
	bw, bp, bd := how(w.bad)
	f := fact.Factor{Kind: fact.Session}
	for _, k := range []fact.Kind{fact.CTTY, fact.ProcessGroup, fact.Session} {
		if x := (fact.Factor{Kind: k}); w.differs[x] && (w.blamed(x) || !w.differs[f]) {
			f = x
		}
	}
	w.add(piece{stage: stageSession, tool: "", factor: f, good: gw, bad: bw})
	w.add(piece{stage: stageInside, factor: f, good: gp, bad: bp})
	w.add(piece{stage: stageHow, factor: f, good: gd, bad: bd})
	return nil
}

func (w *reproWriter) rights(d fact.Difference) error {
	words := func(p *snapshot.Process) string {
		switch d.Kind {
		case fact.NoNewPrivs:
			if p.NoNewPrivs {
				return "--no-new-privs"
			}
			return ""
		case fact.Groups:
			if len(p.Groups) == 0 {
				return "--clear-groups"
			}
			return "--groups=" + joinInts(p.Groups)
		}
		out := fmt.Sprintf("--ruid=%d --euid=%d --rgid=%d --egid=%d", p.UIDs[0], p.UIDs[1], p.GIDs[0], p.GIDs[1])
		if !w.differs[fact.Factor{Kind: fact.Groups}] {
			out += " --keep-groups"
		}
		return out
	}
	w.add(piece{stage: stageRights, tool: "setpriv", factor: d.Factor, good: words(w.good.Process), bad: words(w.bad.Process)})
	return nil
}

func joinInts(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ",")
}

// wrapped are factors that a small program sets in front of the target.
func (w *reproWriter) wrapped(d fact.Difference) error {
	value := func(p *snapshot.Process) string { return wrapper(d, p) }
	p := piece{stage: stageSchedule, factor: d.Factor, good: value(w.good.Process), bad: value(w.bad.Process)}
	if d.Kind == fact.Rlimit {
		p.stage, p.tool = stageLimits, "prlimit"
	}
	if p.good == "" && p.bad == "" {
		return w.leave(d.Factor, "there is no program that sets it")
	}
	w.add(p)
	return nil
}

func wrapper(d fact.Difference, p *snapshot.Process) string {
	switch d.Kind {
	case fact.Rlimit:
		for _, l := range p.Rlimits {
			if l.Name == d.Name {
				return "--" + strings.ToLower(l.Name) + "=" + limitWord(l.Soft) + ":" + limitWord(l.Hard)
			}
		}
	case fact.Nice:
		return "nice -n " + strconv.Itoa(p.Nice)
	case fact.Affinity:
		return "taskset -c " + joinInts(p.Affinity)
	case fact.Sched:
		if p.Sched != "deadline" {
			return "chrt --" + p.Sched + " " + strconv.Itoa(p.RTPrio)
		}
	case fact.IOPrio:
		class, level, _ := strings.Cut(p.IOPrio, " ")
		for n, name := range []string{"none", "realtime", "best-effort", "idle"} {
			if name == class && (n == 1 || n == 2) {
				return "ionice -c " + strconv.Itoa(n) + " -n " + level
			} else if name == class {
				return "ionice -c " + strconv.Itoa(n)
			}
		}
	case fact.OOMScoreAdj:
		return "choom -n " + strconv.Itoa(p.OOMScoreAdj) + " --"
	case fact.Namespace:
		flags := map[string]string{"net": "--net", "ipc": "--ipc", "uts": "--uts", "mnt": "--mount", "cgroup": "--cgroup", "pid": "--pid --fork --mount-proc"}
		for _, n := range p.Namespaces {
			if n.Kind == d.Name && n.Own && flags[d.Name] != "" {
				return "unshare " + flags[d.Name]
			}
		}
	}
	return ""
}

func limitWord(n uint64) string {
	if n == snapshot.Unlimited {
		return "unlimited"
	}
	return strconv.FormatUint(n, 10)
}

// inside are factors that the target's own process has to set before it becomes the target.
func (w *reproWriter) inside(d fact.Difference) error {
	good, err := w.statement(d, w.good.Process)
	if err != nil {
		return w.leave(d.Factor, err.Error())
	}
	bad, err := w.statement(d, w.bad.Process)
	if err != nil {
		return w.leave(d.Factor, err.Error())
	}
	w.add(piece{stage: stageInside, factor: d.Factor, good: good, bad: bad})
	return nil
}

// statement is Python that gives the calling process the value. "": it is the default.
func (w *reproWriter) statement(d fact.Difference, p *snapshot.Process) (string, error) {
	here := w.good.Process == p
	v := d.Bad
	if here {
		v = d.Good
	}
	switch d.Kind {
	case fact.SignalMask:
		if setSignal(v) {
			return "signal.pthread_sigmask(signal.SIG_BLOCK, {" + pySignal(d.Name) + "})", nil
		}
		return "", nil
	case fact.SignalDisposition:
		if setSignal(v) {
			return "signal.signal(" + pySignal(d.Name) + ", signal.SIG_IGN)", nil
		}
		return "signal.signal(" + pySignal(d.Name) + ", signal.SIG_DFL)", nil
	case fact.Personality:
		return fmt.Sprintf("import ctypes; ctypes.CDLL(None).personality(0x%x)", p.Personality), nil
	case fact.LoginUID:
		return fmt.Sprintf("open('/proc/self/loginuid', 'w').write('%d')", p.LoginUID), nil
	case fact.FD, fact.FDFlags:
		return w.descriptors(d, p)
	case fact.Hop:
		return "", fmt.Errorf("it is a program in front of the target, and the script starts the target directly")
	}
	return "", fmt.Errorf("no shell, and no small program, sets it")
}

// setSignal says whether a signal is blocked, or ignored.
func setSignal(v fact.Value) bool {
	return v.State == fact.Present && (v.Shown == "blocked" || v.Shown == "ignored")
}

func pySignal(name string) string {
	if n, ok := strings.CutPrefix(name, "SIGRTMIN+"); ok {
		return "signal.SIGRTMIN + " + n
	}
	return "signal." + name
}

// descriptors opens what the process had open from 3 on.
func (w *reproWriter) descriptors(d fact.Difference, p *snapshot.Process) (string, error) {
	from, to, isRange := strings.Cut(d.Name, "-")
	if !isRange {
		to = from
	}
	lo, err1 := strconv.Atoi(from)
	hi, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil {
		return "", fmt.Errorf("%q is no descriptor", d.Name)
	}
	var out []string
	for _, fd := range p.FDs {
		if fd.Num < lo || fd.Num > hi {
			continue
		}
		if d.Kind == fact.FDFlags {
			out = append(out, fmt.Sprintf("os.set_blocking(%d, %s)", fd.Num, pyBool(!strings.Contains(shownOf(d, w.good.Process == p), "non-blocking"))))
			continue
		}
		open, err := pyOpen(fd)
		if err != nil {
			return "", err
		}
		out = append(out, fmt.Sprintf("hold(%d, %s)", fd.Num, open))
	}
	return strings.Join(out, "\n"), nil
}

func shownOf(d fact.Difference, good bool) string {
	if good {
		return d.Good.Shown
	}
	return d.Bad.Shown
}

func pyBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// pyOpen is a Python expression that opens what a descriptor is open on.
func pyOpen(fd snapshot.FD) (string, error) {
	if fd.SameAs >= 0 && fd.SameAs < fd.Num {
		return "os.dup(" + strconv.Itoa(fd.SameAs) + ")", nil
	}
	switch fd.Kind {
	case snapshot.FDPipe:
		if fd.Flags >= 0 && fd.Flags&3 != 0 {
			return "os.pipe()[1]", nil
		}
		return "os.pipe()[0]", nil
	case snapshot.FDNull:
		return "os.open('/dev/null', os.O_RDWR)", nil
	case snapshot.FDSocket:
		return "socket.socketpair()[0].detach()", nil
	case snapshot.FDFile, snapshot.FDDir, snapshot.FDDev, snapshot.FDFifo:
		if fd.Deleted {
			return "", fmt.Errorf("the file of descriptor %d is gone", fd.Num)
		}
		const keep = 0o3 | 0o2000 | 0o4000 // access mode, append, non-blocking
		return fmt.Sprintf("os.open(%s, 0o%o)", pyQuote(fd.Target), max(fd.Flags, 0)&keep), nil
	}
	return "", fmt.Errorf("descriptor %d is open on %s", fd.Num, fd.Target)
}

// pyQuote writes a Python string.
func pyQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
