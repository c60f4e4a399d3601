package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"casebook/session"
	"casebook/steps"
	"casebook/steps/check"
	"casebook/steps/launch"
)

// Exit codes. The table in the help and in the README is made from exitTable.
const (
	exitOK            = 0
	exitFailure       = 1
	exitUsage         = 2
	exitNotReproduced = 3
	exitNoCause       = 4
	exitNotApproved   = 5
	exitBusy          = 6
	exitNoTarget      = 7
	exitStore         = 8
	exitNoTerminal    = 9
	exitInterrupted   = 130
)

var exitTable = []struct {
	code int
	text string
}{
	{exitOK, "done; for why: a cause was found and proven"},
	{exitFailure, "something failed on the way (a folder that can't be written, a command that can't be started)"},
	{exitUsage, "the command line, a check, a launch or a plan can't be understood"},
	{exitNotReproduced, "not reproduced: the good launch does not pass, or the bad one does not fail"},
	{exitNoCause, "no cause found: nothing that can be moved explains the failure"},
	{exitNotApproved, "a command of the plan was not approved; the message says how to say yes"},
	{exitBusy, "another process runs trials of this session"},
	{exitNoTarget, "no process matched the target pattern; the message lists the execs that were seen"},
	{exitStore, "the session's file is not one, or was written by a newer version"},
	{exitNoTerminal, "no terminal to draw on; the message lists the commands that work without"},
	{exitInterrupted, "interrupted; what was recorded stays"},
}

// exitCodes is the table as text.
func exitCodes() string {
	var b strings.Builder
	for _, e := range exitTable {
		fmt.Fprintf(&b, "%4d  %s\n", e.code, e.text)
	}
	return b.String()
}

// usageError is a command line that can't be understood.
type usageError struct {
	msg, hint string
}

func (e *usageError) Error() string { return e.msg }

// Hint says what to do about it.
func (e *usageError) Hint() string { return e.hint }

func usage(hint, format string, args ...any) error {
	return &usageError{msg: fmt.Sprintf(format, args...), hint: hint}
}

// tell writes the error and, where there is one, the hint.
func (a *app) tell(err error) {
	mask := a.mask()
	fmt.Fprintln(a.err, "casebook: "+a.clean(mask.Text(err.Error())))
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		for _, l := range strings.Split(h.Hint(), "\n") {
			fmt.Fprintln(a.err, "  "+a.clean(mask.Text(l)))
		}
	}
}

// codeOf is the one place where an error becomes an exit code.
func codeOf(err error) int {
	var (
		u     *usageError
		sh    *launch.SyntaxError
		ch    *check.SyntaxError
		le    *launch.Error
		cs    *steps.CaseError
		child *childExit
		out   *outcomeError
	)
	switch {
	case errors.As(err, &child):
		return child.code
	case errors.As(err, &out):
		return out.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &u), errors.As(err, &sh), errors.As(err, &ch), errors.Is(err, session.ErrNoStep),
		errors.Is(err, session.ErrMissing), errors.Is(err, session.ErrAmbiguous), errors.Is(err, session.ErrByHand):
		return exitUsage
	case errors.As(err, &le) && le.Kind == launch.BadSpec:
		return exitUsage
	case errors.As(err, &cs) && cs.NoTarget:
		return exitNoTarget
	case errors.As(err, &cs):
		return exitUsage
	case errors.Is(err, session.ErrNotApproved):
		return exitNotApproved
	case errors.Is(err, session.ErrBusy):
		return exitBusy
	case errors.Is(err, session.ErrNotStore), errors.Is(err, session.ErrNewer), errors.Is(err, session.ErrCorrupt):
		return exitStore
	case errors.Is(err, errNoTerminal):
		return exitNoTerminal
	}
	return exitFailure
}
