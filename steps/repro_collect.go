package steps

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// collect turns the differences, and what both launches have unlike whoever starts the script, into pieces.
func (w *reproWriter) collect() error {
	w.differs = map[fact.Factor]bool{}
	for _, d := range w.diffs {
		w.differs[d.Factor] = true
	}
	for _, f := range []func() error{w.command, w.env, w.places, w.streams, w.others} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (w *reproWriter) ofKind(kinds ...fact.Kind) []fact.Difference {
	var out []fact.Difference
	for _, d := range w.diffs {
		if slices.Contains(kinds, d.Kind) {
			out = append(out, d)
		}
	}
	return out
}

// env sets what differs, and what the script would inherit otherwise than both launches have it.
func (w *reproWriter) env() error {
	good, bad, here := variables(w.good.Process.Env), variables(w.bad.Process.Env), map[string]string{}
	for _, e := range w.environ {
		if name, value, ok := strings.Cut(e, "="); ok {
			here[name] = value
		}
	}
	names := map[string]bool{}
	for _, d := range w.ofKind(fact.Env) {
		names[whole(d.Factor).Name] = true
	}
	for name, v := range good {
		b, both := bad[name]
		_, inherited := here[name]
		if own := secret.New(here[name]); both && b.Equal(v) && !(inherited && own.Equal(v)) && !ofRun[name] {
			names[name] = true
		}
	}
	for name := range here {
		_, g := good[name]
		_, b := bad[name]
		if !g && !b && !ofRun[name] {
			names[name] = true
		}
	}
	for _, name := range sorted(names) {
		f := fact.Factor{Kind: fact.Env, Name: name}
		w.add(piece{stage: stageEnv, tool: "/usr/bin/env", factor: f, good: w.setting(name, good, runGood), bad: w.setting(name, bad, runBad)})
	}
	return nil
}

// ofRun are variables that every shell and every run has of its own.
var ofRun = map[string]bool{"_": true, "SHLVL": true, "PWD": true, "OLDPWD": true, "INVOCATION_ID": true, "COLUMNS": true, "LINES": true}

func variables(env []snapshot.Var) map[string]secret.Text {
	out := map[string]secret.Text{}
	for _, v := range env {
		if _, twice := out[v.Name]; !twice && !v.Naked {
			out[v.Name] = v.Value
		}
	}
	return out
}

func sorted(set map[string]bool) []string {
	var out []string
	for s := range set {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func (w *reproWriter) setting(name string, env map[string]secret.Text, side string) string {
	v, ok := env[name]
	if !ok {
		return "-u " + quote(name)
	}
	return quote(name+"=") + w.word(name, v, side)
}

// command is the program and its arguments in each mode.
func (w *reproWriter) command() error {
	if len(w.good.Process.Argv) == 0 || len(w.bad.Process.Argv) == 0 {
		return errors.New("the arguments of the target could not be read")
	}
	var mixed int
	all := w.ofKind(fact.Argv)
	for _, d := range all {
		if hasFactor(w.broken, d.Factor) != hasFactor(w.broken, all[0].Factor) || hasFactor(w.fixed, d.Factor) != hasFactor(w.fixed, all[0].Factor) {
			mixed++
		}
	}
	if mixed > 0 {
		return errors.New("the cause is one of several differences among the arguments, and a script would change all of them")
	}
	for _, d := range w.ofKind(fact.Exe, fact.Argv0) {
		if len(all) > 0 && w.blamed(d.Factor) != w.blamed(all[0].Factor) {
			return fmt.Errorf("the cause is %s and not the arguments, and a script would change both", d.Factor)
		}
		all = append(all, d)
	}
	p := piece{stage: stageCommand, good: w.start(w.good.Process, runGood), bad: w.start(w.bad.Process, runBad)}
	if len(all) > 0 {
		p.factor = all[0].Factor
		for _, d := range all {
			if w.blamed(d.Factor) {
				p.factor = d.Factor
			}
		}
	} else {
		p.bad = p.good
	}
	w.add(p)
	return nil
}

// start is the words that start a program by the name that it was started by, or, where that
// leads to another file, by its file.
func (w *reproWriter) start(p *snapshot.Process, side string) string {
	var words []string
	for i, a := range p.Argv {
		name := ""
		if i > 0 {
			name = strings.TrimLeft(w.mask.Show(p.Argv[i-1]), "-")
		}
		words = append(words, w.word(name, a, side))
	}
	if name := w.mask.Show(p.Argv[0]); !sameFile(name, p) {
		words[0] = quote(p.Exe.Path)
		if filepath.Base(name) != filepath.Base(p.Exe.Path) && p.Exe.Path != "" {
			// The name tells some programs what to be.
			words = append([]string{"python3", "-I", "-S", "-c", quote("import os, sys; os.execv(sys.argv[1], sys.argv[2:])"), quote(p.Exe.Path), quote(name)}, words[1:]...)
		}
	}
	return strings.Join(words, " ")
}

// sameFile says whether the name in argv[0] leads to the file that was executed.
func sameFile(name string, p *snapshot.Process) bool {
	exe, err := os.Stat(p.Exe.Path)
	if err != nil {
		return false
	}
	try := []string{name}
	if !strings.Contains(name, "/") {
		try = nil
		for _, v := range p.Env {
			if v.Name == "PATH" {
				for _, dir := range filepath.SplitList(secret.Masker{}.Show(v.Value)) {
					try = append(try, filepath.Join(dir, name))
				}
			}
		}
	} else if !filepath.IsAbs(name) {
		try[0] = filepath.Join(p.Cwd.Path, name)
	}
	for _, path := range try {
		st, err := os.Stat(path)
		if err == nil && st.Mode()&0o111 != 0 && !st.IsDir() {
			return os.SameFile(st, exe)
		}
	}
	return false
}

// places are the working directory and the umask.
func (w *reproWriter) places() error {
	g, b := w.good.Process, w.bad.Process
	cwd := piece{stage: stageCwd, factor: fact.Factor{Kind: fact.Cwd}, good: "cd " + quote(g.Cwd.Path), bad: "cd " + quote(b.Cwd.Path)}
	if !w.differs[cwd.factor] {
		cwd.bad = cwd.good
	}
	w.add(cwd)
	if f := (fact.Factor{Kind: fact.Umask}); w.differs[f] {
		w.add(piece{stage: stageUmask, factor: f, good: umask(g), bad: umask(b)})
	} else if g.Umask >= 0 {
		if l := w.good.Launcher; l == nil || l.Umask != g.Umask {
			w.add(piece{stage: stageUmask, factor: f, good: umask(g), bad: umask(g)})
		}
	}
	if f := (fact.Factor{Kind: fact.Root}); w.differs[f] {
		return w.leave(f, "it is left as it is")
	}
	return nil
}

func umask(p *snapshot.Process) string { return fmt.Sprintf("umask %03o", p.Umask) }

// streams are the kinds of the three ends.
func (w *reproWriter) streams() error {
	g, b := streamWords(w.good, w.mask), streamWords(w.bad, w.mask)
	for n, kind := range []fact.Kind{fact.Stdin, fact.Stdout, fact.Stderr} {
		f := fact.Factor{Kind: kind}
		good, bad := g[kind], b[kind]
		for _, d := range w.ofKind(kind) {
			good, bad = d.Good.Shown, d.Bad.Shown
		}
		w.out.TTY = w.out.TTY || strings.HasPrefix(good, "tty") || strings.HasPrefix(bad, "tty")
		if !w.differs[f] {
			bad = good
		}
		gs, err1 := w.stream(n, good)
		bs, err2 := w.stream(n, bad)
		if err := errors.Join(err1, err2); err != nil {
			if err := w.leave(f, err.Error()); err != nil {
				return err
			}
			continue
		}
		w.add(piece{stage: stageStreams, factor: f, good: gs, bad: bs})
	}
	return nil
}

func streamWords(t *snapshot.Target, m secret.Masker) map[fact.Kind]string {
	out := map[fact.Kind]string{}
	for _, r := range snapshot.Factors(t, &m) {
		if _, twice := out[r.Factor.Kind]; !twice {
			out[r.Factor.Kind] = r.Value.Shown
		}
	}
	return out
}

// stream is the shell's words for one end. The variables in0, out1 and err2 ask the pump for pipes.
func (w *reproWriter) stream(n int, shown string) (string, error) {
	op := []string{"<", ">", "2>"}[n]
	ask := func(kind string) string { return "end" + strconv.Itoa(n) + "=" + kind }
	first, _, _ := strings.Cut(shown, ",")
	kind, target, _ := strings.Cut(first, " ")
	switch {
	case kind == "tty":
		return "", nil
	case n == 2 && strings.Contains(shown, "same as stdout"):
		return ask("same"), nil
	case kind == "closed":
		return "exec " + op + "&-", nil
	case kind == "null":
		return "exec " + op + "/dev/null", nil
	case kind == "pipe" && strings.Contains(shown, string(snapshot.NobodyReads)):
		return ask("unread"), nil
	case kind == "pipe":
		return ask("drained"), nil
	case kind == "socket":
		return ask("socket"), nil
	case kind == "file" && !strings.Contains(shown, "deleted"), kind == "device" && target != "", kind == "fifo" && target != "":
		target = strings.TrimSuffix(target, " (append)")
		if n > 0 {
			op = op + ">" // what stands in the file is kept
		}
		return "exec " + op + quote(target), nil
	}
	return "", fmt.Errorf("%s can't be made by a script", shown)
}
