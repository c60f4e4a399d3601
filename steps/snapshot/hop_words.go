package snapshot

import (
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
)

// HopWords says what changed from one exec of a chain to the next, in the
// words of whoever wrote the launcher: "umask 077", "new session", "cwd /srv",
// "stdout to a pipe", "-3 variables, +1: X". Values of variables are not shown.
func HopWords(prev, next *Process) []string {
	if prev == nil || next == nil {
		return nil
	}
	var words []string
	say := func(s ...string) { words = append(words, strings.Join(s, " ")) }
	if next.SID != prev.SID {
		say("new session")
	} else if next.PGID != prev.PGID {
		say("new process group")
	}
	if next.TTYNr != prev.TTYNr {
		say(strings.TrimSpace("controlling terminal " + firstOf(next.TTY, "gone")))
	}
	if next.Cwd.Path != prev.Cwd.Path {
		say("cwd", clean(next.Cwd.Path))
	}
	if next.Root.Path != prev.Root.Path {
		say("root", clean(next.Root.Path))
	}
	words = append(words, streamWords(prev, next)...)
	before, after := plainFactors(prev), plainFactors(next)
	for _, f := range slices.Concat(after.order, before.order) {
		b, a := before.values[f], after.values[f]
		if b == a {
			continue
		}
		before.values[f] = a // said once
		say(factorWords(f, a))
	}
	if s := varWords(prev.Env, next.Env); s != "" {
		say(s)
	}
	return words
}

// plain are the factors of a process that are told as name and value.
type plain struct {
	order  []fact.Factor
	values map[fact.Factor]string
}

// toldPlain are the kinds that HopWords tells as they are listed.
var toldPlain = map[fact.Kind]bool{
	fact.Umask: true, fact.SignalMask: true, fact.SignalDisposition: true, fact.Rlimit: true, fact.Nice: true, fact.Sched: true,
	fact.Affinity: true, fact.IOPrio: true, fact.OOMScoreAdj: true, fact.Credentials: true, fact.Groups: true, fact.LoginUID: true,
	fact.NoNewPrivs: true, fact.Seccomp: true, fact.Personality: true, fact.Namespace: true,
}

func plainFactors(p *Process) plain {
	out := plain{values: map[fact.Factor]string{}}
	for _, r := range Factors(&Target{Process: p}, nil) {
		if toldPlain[r.Factor.Kind] && r.Value.State == fact.Present {
			out.order = append(out.order, r.Factor)
			out.values[r.Factor] = r.Value.Shown
		}
	}
	return out
}

func factorWords(f fact.Factor, value string) string {
	switch f.Kind {
	case fact.SignalMask:
		return f.Name + " " + firstOf(value, "no longer blocked")
	case fact.SignalDisposition:
		return f.Name + " " + firstOf(value, "no longer ignored")
	case fact.Credentials:
		return f.Name + " " + value
	case fact.Rlimit:
		return "limit " + f.Name + " " + value
	case fact.Namespace:
		if value == "own" {
			return "new " + f.Name + " namespace"
		}
		return f.Name + " namespace of the host"
	}
	return strings.TrimSpace(f.String() + " " + value)
}

func streamWords(prev, next *Process) []string {
	lb, la := &lister{t: &Target{Process: prev}, p: prev}, &lister{t: &Target{Process: next}, p: next}
	var out []string
	for n, kind := range stdioKinds {
		b, a := lb.fd(n), la.fd(n)
		switch {
		case a == nil && b != nil:
			out = append(out, string(kind)+" closed")
		case a != nil && (b == nil || a.Target != b.Target || a.Kind != b.Kind):
			out = append(out, string(kind)+" "+direction(n)+" "+article(la.stream(a)))
		case a != nil && a.Flags != b.Flags && a.Flags&flagNonblock != b.Flags&flagNonblock:
			out = append(out, string(kind)+" "+flagWords(a))
		}
	}
	return out
}

func direction(n int) string {
	if n == 0 {
		return "from"
	}
	return "to"
}

func article(stream string) string {
	switch kindWord(stream) {
	case "pipe", "socket", "tty", "fifo":
		return "a " + clean(stream)
	}
	return clean(stream)
}

// namesMost bounds how many variables are named.
const namesMost = 5

// varWords counts variables that went, came and changed, and names the few.
func varWords(prev, next []Var) string {
	before, after := map[string]Var{}, map[string]Var{}
	for _, v := range prev {
		before[v.Name] = v
	}
	for _, v := range next {
		after[v.Name] = v
	}
	var gone, came, changed []string
	for name, v := range before {
		if w, ok := after[name]; !ok {
			gone = append(gone, name)
		} else if !w.Value.Equal(v.Value) && name != "_" && name != "SHLVL" {
			changed = append(changed, name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			came = append(came, name)
		}
	}
	var parts []string
	for _, l := range []struct {
		sign  string
		names []string
	}{{"-", gone}, {"+", came}, {"changed ", changed}} {
		if len(l.names) == 0 {
			continue
		}
		slices.Sort(l.names)
		s := l.sign + strconv.Itoa(len(l.names))
		if len(parts) == 0 {
			s += " " + plural("variable", len(l.names))
		}
		if len(l.names) <= namesMost {
			s += ": " + clean(strings.Join(l.names, " "))
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func plural(word string, n int) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// ExplainChain fills in what each hop of a target's chain changed for the next.
func ExplainChain(t *Target) {
	for i := range t.Chain {
		t.Chain[i].Changed = nil
		for k := i + 1; k < len(t.Chain); k++ {
			if t.Chain[k].Process != nil {
				t.Chain[i].Changed = HopWords(t.Chain[i].Process, t.Chain[k].Process)
				break
			}
		}
	}
}
