package steps

import (
	"fmt"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
	"casebook/steps/transplant"
)

// Rules of this file: what a launcher does behind a wall of its own (another
// namespace, fewer rights) must never be done in front of it. So a call or a
// program that puts up the wall is left out only where nothing but the target
// comes after it; and never one that mounts, since whoever leaves the mounts of
// the machine mounts something next.

// confining are the kinds by which a program keeps what it starts away from the rest of the machine.
var confining = []fact.Kind{fact.Namespace, fact.Root, fact.Credentials, fact.Groups, fact.Capabilities, fact.NoNewPrivs, fact.Seccomp, fact.Securebits, fact.Cgroup}

const confinesWords = "left out, the launcher would do to the whole machine what it does shut in"

// guard refuses a plan that leaves a wall out in front of more than the target.
func (w *searcher) guard(side fact.Side, p transplant.Plan) []transplant.Refusal {
	var refused []transplant.Refusal
	for _, o := range p.Omit {
		if !slices.Contains(confining, o.Kind) {
			continue
		}
		if o.Kind == fact.Root || o.Kind == fact.Namespace && o.Name == "mnt" || !w.lastHop(side, o.After) {
			refused = append(refused, transplant.Refusal{Factor: o.Factor, Reason: confinesWords})
		}
	}
	return refused
}

// lastHop says whether a program does nothing but start the target.
func (w *searcher) lastHop(side fact.Side, argv []secret.Text) bool {
	chain := w.cmp.target(side).Chain
	return len(chain) >= 2 && slices.EqualFunc(chain[len(chain)-2].Argv, argv, secret.Text.Equal)
}

// confines says whether a hop shuts in more programs than the target, or mounts.
func (w *searcher) confines(side fact.Side, hop fact.Difference) bool {
	chain := w.cmp.target(side).Chain
	for i := 0; i+1 < len(chain); i++ {
		h, next := chain[i], chain[i+1]
		if w.nameOf(h) != hop.Name {
			continue
		}
		if h.Process == nil || next.Process == nil {
			return true
		}
		before, after := confinement(h.Process), confinement(next.Process)
		if i+2 < len(chain) && before != after || before.mounts != after.mounts {
			w.refused = append(w.refused, transplant.Refusal{Factor: hop.Factor, Reason: confinesWords})
			return true
		}
	}
	return false
}

func (w *searcher) nameOf(h snapshot.Hop) string {
	if len(h.Argv) == 0 {
		return ""
	}
	name := w.t.in.Mask.Show(h.Argv[0])
	return name[strings.LastIndexByte(name, '/')+1:]
}

// walls is how a process is shut in, in words.
type walls struct{ all, mounts string }

func confinement(p *snapshot.Process) walls {
	var b strings.Builder
	var ws walls
	for _, r := range snapshot.Factors(&snapshot.Target{Process: p}, nil) {
		if !slices.Contains(confining, r.Factor.Kind) {
			continue
		}
		fmt.Fprintln(&b, r.Factor, r.Value.Shown)
		if r.Factor.Kind == fact.Root || r.Factor == (fact.Factor{Kind: fact.Namespace, Name: "mnt"}) {
			ws.mounts += r.Value.Shown + "\n"
		}
	}
	ws.all = b.String()
	return ws
}
