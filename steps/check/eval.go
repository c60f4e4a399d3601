package check

import (
	"fmt"
	"strings"

	"casebook/steps/fact"
)

// Watch is a pattern that the runner looks for, line by line.
type Watch struct {
	ID     int
	Stream string // "stdout", "stderr", "output", with "target." in front where the target's own is meant
	Regexp string
}

// Watches lists the patterns of a check.
func (c *Check) Watches() []Watch {
	var ws []Watch
	for _, a := range c.Atoms {
		if a.Re == nil {
			continue
		}
		s := a.Kind
		if a.Target {
			s = "target." + s
		}
		ws = append(ws, Watch{ID: a.ID, Stream: s, Regexp: a.Arg})
	}
	return ws
}

// Probes says whether the check looks at the world, so that somebody must poll.
func (c *Check) Probes() bool {
	for _, a := range c.Atoms {
		if a.probes() {
			return true
		}
	}
	return false
}

func (n *Node) probes() bool {
	switch n.Kind {
	case "file", "tcp", "http", "run":
		return true
	}
	return false
}

type truth uint8

const (
	pending truth = iota
	yes
	no
)

// Eval follows one run. It is pure: it is told what happened and says what that means.
type Eval struct {
	c        *Check
	state    []truth
	evidence []string
	voided   string
}

// Eval starts following a run.
func (c *Check) Eval() *Eval {
	return &Eval{c: c, state: make([]truth, len(c.Atoms)), evidence: make([]string, len(c.Atoms))}
}

func (e *Eval) set(id int, t truth, evidence string) {
	if id >= 0 && id < len(e.state) && e.state[id] == pending {
		e.state[id], e.evidence[id] = t, evidence
	}
}

// AlreadyTrue voids the run: the atom held before the launch.
func (e *Eval) AlreadyTrue(id int) {
	if e.voided == "" {
		e.voided = e.c.Atoms[id].Text + " was already true before the launch"
	}
}

// Void makes the run unresolved for a reason outside the check.
func (e *Eval) Void(reason string) {
	if e.voided == "" {
		e.voided = reason
	}
}

// Matched says that a watched pattern was seen.
func (e *Eval) Matched(id int, line string) { e.set(id, yes, line) }

// Holds says that an atom that looks at the world has become true.
func (e *Eval) Holds(id int, evidence string) { e.set(id, yes, evidence) }

// Exited says how the launched command ended; code is -1 after a signal.
func (e *Eval) Exited(code int, how string) { e.exited(false, code, how) }

// TargetExited says how the target ended.
func (e *Eval) TargetExited(code int, how string) { e.exited(true, code, how) }

func (e *Eval) exited(target bool, code int, how string) {
	for _, a := range e.c.Atoms {
		if a.Kind == "exit" && a.Target == target {
			t := no
			if code == a.Code {
				t = yes
			}
			e.set(a.ID, t, how)
		}
	}
}

// Ended says that nothing more will be seen: what is pending did not happen.
func (e *Eval) Ended(how string) {
	for i := range e.state {
		e.set(i, no, how)
	}
}

// Decided says whether the verdict is certain, whatever may still happen.
func (e *Eval) Decided() bool {
	return e.voided != "" || e.value(e.c.Root) != pending
}

func (e *Eval) value(n *Node) truth {
	switch n.Op {
	case Atom:
		return e.state[n.ID]
	case Not:
		switch e.value(n.Kids[0]) {
		case yes:
			return no
		case no:
			return yes
		}
		return pending
	}
	decisive, other := no, yes // And: one no decides
	if n.Op == Or {
		decisive, other = yes, no
	}
	v := other
	for _, k := range n.Kids {
		switch e.value(k) {
		case decisive:
			return decisive
		case pending:
			v = pending
		}
	}
	return v
}

// Verdict is the verdict so far, with the reason in words and the evidence that decided.
func (e *Eval) Verdict() (v fact.Verdict, reason, evidence string) {
	if e.voided != "" {
		return fact.Unresolved, e.voided, ""
	}
	switch e.value(e.c.Root) {
	case yes:
		return fact.Pass, e.words(yes), e.decisive(yes)
	case no:
		return fact.Fail, e.words(no), e.decisive(no)
	}
	return fact.Unresolved, "the run was ended before the check was decided", ""
}

func (e *Eval) words(t truth) string {
	var w []string
	for i, a := range e.c.Atoms {
		switch {
		case e.state[i] == yes:
			w = append(w, a.Text+" was seen")
		case e.state[i] == no && t == no:
			w = append(w, fmt.Sprintf("%s was not seen (%s)", a.Text, e.evidence[i]))
		}
	}
	return strings.Join(w, "; ")
}

func (e *Eval) decisive(t truth) string {
	for i := range e.c.Atoms {
		if e.state[i] == t && e.evidence[i] != "" {
			return e.evidence[i]
		}
	}
	for _, s := range e.evidence {
		if s != "" {
			return s
		}
	}
	return ""
}
