package session

import (
	"errors"
	"fmt"
	"strings"

	"casebook/session/store"
)

// What callers look for with errors.Is. Errors of the package have a Hint()
// where something can be done about them.
var (
	ErrNoSession   = errors.New("there is no such session here")
	ErrAmbiguous   = errors.New("several sessions begin like that")
	ErrBusy        = errors.New("the session is running a step")
	ErrNotApproved = errors.New("a command of the plan was not approved")
	ErrByHand      = errors.New("this kind of step is worked by hand")
	ErrMissing     = errors.New("the case is not complete")
	ErrNoStep      = errors.New("the plan has no such step")

	ErrNotStore = store.ErrNotStore
	ErrNewer    = store.ErrNewer
	ErrCorrupt  = store.ErrCorrupt
	ErrReadOnly = store.ErrReadOnly
	ErrFull     = store.ErrFull
)

// trouble is an error with a kind to look for and a hint for people.
type trouble struct {
	kind error
	text string
	hint string
}

func (e *trouble) Error() string { return e.text }
func (e *trouble) Hint() string  { return e.hint }
func (e *trouble) Unwrap() error { return e.kind }

func failf(kind error, hint, format string, args ...any) error {
	return &trouble{kind: kind, hint: hint, text: fmt.Sprintf(format, args...)}
}

// BusyError says who runs a step of the session.
type BusyError struct {
	Session string
	PID     int // 0: not known
}

func (e *BusyError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("session %s: another process is running a step of it", e.Session)
	}
	return fmt.Sprintf("session %s: process %d is running a step of it", e.Session, e.PID)
}

// Hint says what can be done meanwhile.
func (e *BusyError) Hint() string {
	return "wait for it or stop it there; notes and everything that only reads work meanwhile"
}

// Is makes it an ErrBusy.
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

// NotApprovedError lists what has to be approved before a step may run.
type NotApprovedError struct {
	Session string
	Pending []Approval
}

func (e *NotApprovedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "step %s runs commands of the plan that were not approved:", e.Pending[0].Step)
	for _, p := range e.Pending {
		fmt.Fprintf(&b, "\n  %s   (%s:%d)", p.Command, p.File, p.Line)
	}
	return b.String()
}

// Hint is the line to say yes with.
func (e *NotApprovedError) Hint() string {
	return fmt.Sprintf("to say yes to exactly these: casebook run %s --yes --session %s", e.Pending[0].Step, e.Session)
}

// Is makes it an ErrNotApproved.
func (e *NotApprovedError) Is(target error) bool { return target == ErrNotApproved }

// maskedError says what an error says without its secrets; errors.Is and As see the error.
type maskedError struct {
	error
	text string
}

func (e *maskedError) Error() string { return e.text }
func (e *maskedError) Unwrap() error { return e.error }

func maskError(err error, mask func(string) string) error {
	if err == nil || mask(err.Error()) == err.Error() {
		return err
	}
	return &maskedError{err, mask(err.Error())}
}
