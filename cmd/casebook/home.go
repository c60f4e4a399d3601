package main

import (
	"context"
	"os"

	"golang.org/x/term"

	"casebook/session"
)

// errNoTerminal lists what works without a terminal.
var errNoTerminal error = &noTerminal{}

type noTerminal struct{}

func (*noTerminal) Error() string { return "the notebook needs a terminal, and this is not one" }

// Hint lists the commands that draw nothing.
func (*noTerminal) Hint() string {
	return "without one: casebook plan, new, resume, list, status, run, note, export, pack, compare, why, capture, doctor\n" +
		"the demo's folder: casebook demo --prepare\n" +
		"all of them take --help, and most take --json"
}

// terminal says whether both ends are a terminal that can be drawn on.
func (a *app) terminal() bool {
	in, ok1 := a.in.(*os.File)
	out, ok2 := a.out.(*os.File)
	t := a.getenv("TERM")
	return ok1 && ok2 && t != "" && t != "dumb" && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

// home opens the notebook of the folder.
func (a *app) home(ctx context.Context) error {
	if !a.terminal() {
		return errNoTerminal
	}
	return a.face(ctx, nil)
}

// notebook opens the notebook on one session.
func (a *app) notebook(ctx context.Context, s *session.Session) error {
	if !a.terminal() {
		return errNoTerminal
	}
	return a.face(ctx, s)
}
