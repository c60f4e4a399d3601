package launch

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// snapshot is what the launch gave its targets.
func (r *record) snapshot() snapshot.Snapshot {
	s := snapshot.Snapshot{Tree: r.nodes, Dropped: r.dropped, Failed: r.failed}
	for _, t := range r.kept() {
		s.Targets = append(s.Targets, &snapshot.Target{
			Process: t.process, Chain: t.image.chain(), Window: t.window,
			ForkParent: t.parent, Launcher: r.first, Steady: t.steady,
		})
	}
	note := func(n int, what string) {
		if n > 0 {
			s.Truncated = append(s.Truncated, fmt.Sprintf(what, n))
		}
	}
	note(r.lost, "%d further failed execs are not listed")
	note(r.over, "%d further processes match the target's pattern")
	note(r.cut, "chains of more than 100 hops: %d hops in the middle are not listed")
	return s
}

// kept are the targets that are not mere carriers of another one's argv, such
// as `timeout 5 prog` of `prog`.
func (r *record) kept() []*target {
	carrier := map[*image]bool{}
	for _, t := range r.targets {
		for img := t.image.prev; img != nil; img = img.prev {
			if img.pid != t.image.pid && carries(img.argv, t.image.argv) {
				carrier[img] = true
			}
		}
	}
	var out []*target
	for _, t := range r.targets {
		switch {
		case !carrier[t.image]:
			out = append(out, t)
		case t.node >= 0:
			r.nodes[t.node].Target = false
		}
	}
	return out
}

// carries says whether one argv ends with another program and its arguments,
// or holds them as one command line (sh -c). The program's own name is not
// compared: python may have become /usr/bin/python3.12 on the way.
func carries(outer, inner []secret.Text) bool {
	o, in := revealed(outer), revealed(inner)
	if len(in) == 0 {
		return false
	}
	args := in[1:]
	if i := len(o) - len(args) - 1; i >= 1 && slices.Equal(o[i+1:], args) && (len(args) > 0 || filepath.Base(o[i]) == filepath.Base(in[0])) {
		return true
	}
	for i := 1; i < len(o)-1; i++ { // it hands the words on and adds its own behind them
		if tail := o[i:]; len(tail) <= len(in) && filepath.Base(tail[0]) == filepath.Base(in[0]) && slices.Equal(tail[1:], in[1:len(tail)]) {
			return true
		}
	}
	line := strings.Join(args, " ")
	if line == "" {
		line = filepath.Base(in[0])
	}
	return slices.ContainsFunc(o[min(1, len(o)):], func(word string) bool {
		return strings.ContainsAny(word, " \t\n") && strings.Contains(word, line)
	})
}

func revealed(argv []secret.Text) []string {
	out := make([]string, len(argv))
	for i, a := range argv {
		out[i] = secret.Reveal(a)
	}
	return out
}

// chain is the hops from the launched command to this image, which is the last.
func (img *image) chain() []snapshot.Hop {
	var out []snapshot.Hop
	for i := img; i != nil; i = i.prev {
		out = append(out, snapshot.Hop{Process: i.process, PID: i.pid, PPID: i.ppid, Path: i.path, Argv: i.argv})
	}
	slices.Reverse(out)
	return out
}
