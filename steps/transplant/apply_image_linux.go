//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"slices"
	"strings"

	"casebook/steps/secret"
)

// setEnv sets or removes a variable, or one element of a list variable.
func (w *work) setEnv(c Change) error {
	w.again = true
	name, elem, ok := element(c.Name)
	if !ok || c.List == nil && !c.Absent && !c.Text.Equal(secret.New(elem)) {
		return w.setWhole(c)
	}
	value, had := getVar(w.env, name)
	list := words(value)
	if c.Absent {
		list = dropElement(list, elem)
	} else {
		list = putElement(list, reveal(c.List), elem)
	}
	if had || len(list) > 0 {
		w.env = setVar(w.env, name, strings.Join(list, ":"))
	}
	return nil
}

func (w *work) setWhole(c Change) error {
	if c.Absent {
		w.env = unsetVar(w.env, c.Name)
		return nil
	}
	value, err := w.text(c)
	if err != nil {
		return err
	}
	w.env = setVar(w.env, c.Name, value)
	return nil
}

// setArgv puts the words of one option in, takes them out, or changes them. The
// place is known from the control; the words are looked for around it, since
// another change may have moved them.
func (w *work) setArgv(c Change) error {
	w.again = true
	at := 0
	if len(c.Numbers) > 0 {
		at = int(c.Numbers[0])
	}
	argv, ok := replaceWords(w.argv, at, reveal(c.From), reveal(c.List))
	switch {
	case ok:
		w.argv = argv
	case len(c.List) > 0 && containsRun(w.argv, reveal(c.List)):
		// it was started by one that was changed, and hands its arguments on
	case len(c.List) == 0 && w.launchedBefore():
	default:
		return errors.New("its arguments are not the ones that the control had")
	}
	return nil
}

func (w *work) setArgv0(c Change) error {
	w.again = true
	if len(w.argv) == 0 {
		return errors.New("it has no arguments at all")
	}
	w.argv = slices.Clone(w.argv)
	w.argv[0] = secret.Reveal(c.Text)
	return nil
}

func (w *work) setExe(c Change) error {
	w.again = true
	w.exe = secret.Reveal(c.Text)
	return nil
}

// launchedBefore says whether the process, or the one that forked it, was
// changed at an earlier exec of its own.
func (w *work) launchedBefore() bool { return w.helper.argv[w.p.PID] || w.helper.argv[w.p.PPID] }
