package tui

import (
	"time"

	"casebook/session"
	"casebook/steps/fact"
)

// Book is what the screen needs of an investigation. Of makes one of a session.
// Its methods may wait and are only called from commands, but for State,
// Running and Available, which answer from memory.
type Book interface {
	State() *session.State
	Changed() <-chan struct{}

	SetStatus(to session.Status, why string) error
	SetStepStatus(step string, to session.StepStatus, why string) error
	SetKind(step, kind string) error
	SetCase(c session.Case) error
	Tick(step, action string, on bool) error
	Conclude(step, text string) error
	AddNote(step, text string) error

	Available(kind string) bool
	Expect(step string) Estimate
	Pending(step string) []session.Approval
	Approve(step, command string, scope session.Scope) error
	Start(step string) (StepRun, error)
	Running() StepRun // nil when nothing runs in this process

	Export(o session.ExportOptions) ([]string, error)
	LogText(max int) string
	Trial(id string) (fact.Trial, bool)
	Close() error
}

// StepRun is a step being run. *session.Run is one.
type StepRun interface {
	Step() string
	Live() session.Live
	Stop()
	Done() <-chan struct{}
	Err() error // after Done
}

// Estimate is what a step is expected to cost, said before it starts.
type Estimate struct {
	Runs    int
	Each    time.Duration // 0: not known yet
	Upper   time.Duration // the longest it may take; 0: not known
	Will    []string      // exact command lines
	Missing []string      // what is needed first; empty: it can run
}

// Of makes a Book of a session.
func Of(s *session.Session) Book { return sessionBook{s} }

// sessionBook turns the session's concrete values into what a test can fake.
type sessionBook struct{ *session.Session }

func (b sessionBook) Expect(step string) Estimate {
	e := b.Session.Expect(step)
	return Estimate{Runs: e.Runs, Each: e.Each, Upper: e.Upper, Will: e.Will, Missing: e.Missing}
}

func (b sessionBook) Start(step string) (StepRun, error) {
	r, err := b.Session.Start(step)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (b sessionBook) Running() StepRun {
	if r := b.Session.Running(); r != nil {
		return r
	}
	return nil
}
