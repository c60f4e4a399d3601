//go:build linux && (amd64 || arm64)

package transplant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// readBack captures the process once more and compares what it has with what
// was asked for. One that reads otherwise is killed: it would be taken for an answer.
func (h *Helper) readBack(r *Report, w *work) {
	now, err := snapshot.CaptureProcess(r.PID)
	if err != nil {
		r.Trouble = "it could not be read back: " + err.Error()
		return
	}
	r.After = now
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		c, ok := w.find(o.Factor)
		if !ok {
			continue
		}
		if why := w.differs(c, now); why != "" {
			o.Applied, o.Reason = false, why
		}
	}
	if failed(r.Outcomes) {
		w.in.Kill()
		r.Killed = true
	}
}

func (w *work) find(f fact.Factor) (Change, bool) {
	for _, c := range w.plan.Changes {
		if c.Factor == f {
			return c, true
		}
	}
	return Change{}, false
}

// differs says how a factor reads otherwise than it was set; empty: it does not.
func (w *work) differs(c Change, p *snapshot.Process) string {
	switch c.Kind {
	case fact.Env:
		return w.envDiffers(c, p)
	case fact.Argv, fact.Argv0:
		return unlike(slices.Equal(reveal(p.Argv), w.argv), "the arguments")
	case fact.Exe:
		return "" // the kernel resolved the path; an interpreter may stand for a script
	case fact.Cwd:
		return "" // chdir succeeded; the path may have been a link
	case fact.Umask:
		return same(c, int64(p.Umask))
	case fact.Nice:
		return same(c, int64(p.Nice))
	case fact.OOMScoreAdj:
		return same(c, int64(p.OOMScoreAdj))
	case fact.Personality:
		return same(c, int64(p.Personality))
	case fact.NoNewPrivs:
		return same(c, int64(b2i(p.NoNewPrivs)))
	case fact.LoginUID:
		return unlike(c.Absent && p.LoginUID == -1 || !c.Absent && same(c, p.LoginUID) == "", "loginuid")
	case fact.Affinity:
		return unlike(slices.Equal(c.Numbers, widen(p.Affinity)), "affinity")
	case fact.Groups:
		return unlike(slices.Equal(sorted(c.Numbers), sorted(widen(p.Groups))), "groups")
	case fact.Credentials:
		ids := p.GIDs
		if c.Name == "uid" {
			ids = p.UIDs
		}
		return unlike(slices.Equal(c.Numbers[:4], widen(ids[:])), c.Name)
	case fact.SignalMask:
		return w.bitDiffers(c, p.Signals.Blocked)
	case fact.SignalDisposition:
		return w.bitDiffers(c, p.Signals.Ignored)
	case fact.Rlimit:
		return rlimitDiffers(c, p)
	case fact.Stdin, fact.Stdout, fact.Stderr:
		return streamDiffers(c, p)
	case fact.FD:
		return fdDiffers(c, p)
	case fact.Session:
		return unlike(c.Numbers[0] == int64(b2i(p.SID == p.PID)), "the session")
	case fact.ProcessGroup:
		return w.groupDiffers(c, p)
	case fact.CTTY:
		return unlike(c.Absent == (p.TTYNr == 0), "the controlling terminal")
	case fact.Namespace:
		for _, n := range p.Namespaces {
			if n.Kind == c.Name {
				return unlike(c.Numbers[0] == int64(b2i(n.Own)), "the namespace")
			}
		}
	}
	return ""
}

// groupDiffers knows that who takes a terminal leads a session.
func (w *work) groupDiffers(c Change, p *snapshot.Process) string {
	if len(c.Numbers) > 1 && c.Numbers[1] != noTerminal && p.TTYNr != 0 && (p.TPGID == p.PGID) != (c.Numbers[1] == foreground) {
		return "its place in front of the terminal, or behind, reads otherwise than it was set"
	}
	own, launch := p.PGID == p.PID, -1
	if w.helper != nil {
		launch, _ = unix.Getpgid(w.helper.launch)
	}
	switch {
	case c.Numbers[0] == ownGroup:
		return unlike(own, "the process group")
	case c.Numbers[0] == parentsGroup:
		return unlike(p.PGID != launch, "the process group")
	}
	return unlike(!own || p.PGID == launch, "the process group")
}

func unlike(ok bool, what string) string {
	if ok {
		return ""
	}
	return what + " reads otherwise than it was set"
}

func same(c Change, is int64) string {
	if len(c.Numbers) > 0 && c.Numbers[0] == is {
		return ""
	}
	return fmt.Sprintf("it reads as %d after it was set", is)
}

func (w *work) envDiffers(c Change, p *snapshot.Process) string {
	block := environ(p.Env)
	name, elem, isElem := element(c.Name)
	if _, whole := getVar(block, c.Name); whole || !isElem {
		v, has := getVar(block, c.Name)
		want, _ := getVar(w.env, c.Name)
		return unlike(has == !c.Absent && (c.Absent || v == want), "the variable")
	}
	v, _ := getVar(block, name)
	if c.List == nil && !c.Absent && !c.Text.Equal(secret.New(elem)) {
		return ""
	}
	return unlike(slices.Contains(words(v), elem) == !c.Absent, "the list")
}

func (w *work) bitDiffers(c Change, set uint64) string {
	sig, err := signalNumber(c.Name)
	if err != nil {
		return err.Error()
	}
	return unlike(set>>(sig-1)&1 == uint64(b2i(!c.Absent)), c.Name)
}

func rlimitDiffers(c Change, p *snapshot.Process) string {
	for _, l := range p.Rlimits {
		if strings.EqualFold(l.Name, c.Name) {
			return unlike(l.Soft == uint64(c.Numbers[0]) && l.Hard == uint64(c.Numbers[1]), "the limit")
		}
	}
	return "the limit could not be read back"
}

var streamKinds = map[Stream]snapshot.FDKind{
	Null: snapshot.FDNull, File: snapshot.FDFile, Drained: snapshot.FDPipe, Unread: snapshot.FDPipe,
	TTY: snapshot.FDTTY, Socket: snapshot.FDSocket, Device: snapshot.FDDev,
}

func streamDiffers(c Change, p *snapshot.Process) string {
	fd, open := fdOf(p, streamNumbers[c.Kind])
	if c.Stream == Closed {
		return unlike(!open, "the stream")
	}
	return unlike(open && fd.Kind == streamKinds[c.Stream], "the stream")
}

func fdDiffers(c Change, p *snapshot.Process) string {
	n, _ := strconv.Atoi(c.Name)
	_, open := fdOf(p, n)
	return unlike(open == !c.Absent, "the descriptor")
}

func sorted(list []int64) []int64 { return slices.Sorted(slices.Values(list)) }
