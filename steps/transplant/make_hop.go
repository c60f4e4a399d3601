package transplant

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// hop plans to leave a whole program of the chain out.
func (m *maker) hop(d fact.Difference) error {
	chain := m.To.Chain
	for i := 0; i+1 < len(chain); i++ {
		if chain[i].Errno != 0 || program(chain[i].Argv) != d.Name {
			continue
		}
		next := chain[i+1]
		path, argv := asked(next)
		if path == "" || len(argv) == 0 {
			return errors.New("what it starts is not known")
		}
		m.plan.Leaps = append(m.plan.Leaps, Leap{Factor: d.Factor, Argv: chain[i].Argv, Next: argv, Path: path})
		return nil
	}
	return fmt.Errorf("%s is not in this launch: a hop can be left out, not put in", d.Name)
}

// asked is what was asked of execve for a hop. A script's own path is kept where
// it was seen: the kernel puts the interpreter in front of it.
func asked(h snapshot.Hop) (file string, argv []secret.Text) {
	if path.IsAbs(h.Path) {
		for i, a := range h.Argv {
			if i > 0 && secret.Reveal(a) == h.Path {
				return h.Path, h.Argv[i:]
			}
		}
		return h.Path, h.Argv
	}
	if h.Process != nil {
		return h.Process.Exe.Path, h.Argv
	}
	return "", nil
}

func program(argv []secret.Text) string {
	if len(argv) == 0 {
		return ""
	}
	return path.Base(secret.Reveal(argv[0]))
}

// Hops are the programs that carry the target in one launch and not in the
// other, as differences; each can be left out of the launch that has it.
func Hops(good, bad *snapshot.Target) []fact.Difference {
	var out []fact.Difference
	g, b := hopNames(good), hopNames(bad)
	add := func(name string, onGood bool) {
		d := fact.Difference{Factor: fact.Factor{Kind: fact.Hop, Name: name}, Movable: true, Via: name, Score: 0.1, Reason: "a program in front of the target on one side only"}
		v := fact.Value{State: fact.Present, Shown: "in front of the target", Exact: secret.New(name)}
		if onGood {
			d.Good = v
		} else {
			d.Bad = v
		}
		out = append(out, d)
	}
	for _, n := range g {
		if !slices.Contains(b, n) {
			add(n, true)
		}
	}
	for _, n := range b {
		if !slices.Contains(g, n) {
			add(n, false)
		}
	}
	return out
}

// hopNames are the programs between the launched command and the target that do
// nothing but start the next: its argv is the end of theirs.
func hopNames(t *snapshot.Target) []string {
	var out []string
	if t == nil {
		return nil
	}
	for i := 0; i+1 < len(t.Chain); i++ {
		if carries(reveal(t.Chain[i].Argv), reveal(t.Chain[i+1].Argv)) && t.Chain[i].Errno == 0 {
			if name := program(t.Chain[i].Argv); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
