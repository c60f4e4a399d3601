package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"casebook/notes"
	"casebook/steps"
	"casebook/steps/fact"
)

// Expect says what running a step would cost and what it needs first.
func (s *Session) Expect(step string) steps.Estimate {
	st := s.State()
	at := st.Step(step)
	if at == nil {
		return steps.Estimate{Missing: []string{"a step " + step + " in the plan"}}
	}
	exp, ok := s.opts.Experiments[at.Kind]
	if !ok {
		return steps.Estimate{Missing: []string{"an experiment of kind " + at.Kind + ": it is worked by hand"}}
	}
	in, missing := s.input(st, at)
	e := exp.Expect(in)
	e.Missing = append(missing, e.Missing...)
	return e
}

// Start runs a step in the background. It refuses with ErrByHand, ErrMissing,
// ErrNotApproved, ErrBusy or ErrReadOnly before anything has happened.
func (s *Session) Start(step string) (*Run, error) {
	st := s.State()
	at := st.Step(step)
	if at == nil {
		return nil, s.noStep(step)
	}
	exp, ok := s.opts.Experiments[at.Kind]
	if !ok {
		return nil, failf(ErrByHand, "do what its actions say, tick them, and write a conclusion", "step %s: %s steps are worked by hand", step, at.Kind)
	}
	in, missing := s.input(st, at)
	if missing = append(missing, exp.Expect(in).Missing...); len(missing) > 0 {
		return nil, failf(ErrMissing, "complete the case first", "step %s can't run yet: it needs %s", step, strings.Join(missing, ", "))
	}
	if pending := s.Pending(step); len(pending) > 0 {
		return nil, &NotApprovedError{Session: st.ID, Pending: pending}
	}
	return s.launch(exp, in, at.Kind)
}

// launch takes the lock, records that the step runs, and lets it.
func (s *Session) launch(exp steps.Experiment, in steps.Input, kind string) (*Run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("the session is closed")
	}
	if s.run != nil {
		return nil, &BusyError{Session: s.fold.s.ID, PID: os.Getpid()}
	}
	if s.store.ReadOnly {
		return nil, failf(ErrReadOnly, "copy the folder to a place that can be written", "session %s is open for reading only", s.fold.s.ID)
	}
	lock, err := takeLock(s.path)
	if err != nil {
		var busy *BusyError
		if errors.As(err, &busy) {
			busy.Session = s.fold.s.ID
		}
		return nil, err
	}
	rec := newRecord(s.now(), recRun, in.Step, bodyRun{PID: os.Getpid(), Kind: kind})
	if err := s.recordLocked(rec); err != nil {
		lock.release()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.run = newRun(s, in.Step, rec.ID, rec.At, lock, cancel)
	go s.run.do(ctx, exp, in)
	return s.run, nil
}

// input is what an experiment is given, and what is missing for it.
func (s *Session) input(st *State, at *StepState) (steps.Input, []string) {
	plan, c, missing := s.exact(st)
	if c.Dir == "" {
		c.Dir = st.Dir
	}
	return steps.Input{Kind: at.Kind, Step: at.ID, Prior: st.Trials, Resumed: st.resumed(at), FirstID: nextTrial(at), Mask: s.mask,
		Commands: commandsOf(actionsOf(plan, at.ID)),
		Case: steps.Case{Good: c.Good, Bad: c.Bad, Target: c.Target, Check: c.Check, Deadline: c.Deadline,
			GoodAs: c.GoodAs, BadAs: c.BadAs, Dir: c.Dir, Reset: c.Reset}}, missing
}

func actionsOf(plan notes.Plan, step string) []notes.Action {
	for _, st := range plan.Steps {
		if st.ID == step {
			return st.Actions
		}
	}
	return nil
}

func commandsOf(actions []notes.Action) []string {
	var all []string
	for _, a := range actions {
		all = append(all, a.Commands...)
		all = append(all, commandsOf(a.Sub)...)
	}
	return all
}

// nextTrial is a number that no trial of the step has: "1.g3" and "1.b2" make 4.
func nextTrial(at *StepState) int {
	next := 1
	for _, id := range at.Trials {
		digits := strings.TrimLeft(id[strings.LastIndexByte(id, '.')+1:], "abcdefghijklmnopqrstuvwxyz")
		if n, err := strconv.Atoi(digits); err == nil && n >= next {
			next = n + 1
		}
	}
	return next
}

// Running is the run that this process started and that has not ended, or nil.
func (s *Session) Running() *Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run
}

// labelOf is a trial in words: "good, control".
func labelOf(t fact.Trial) string {
	words := []string{string(t.Side), t.Role, t.Label}
	var said []string
	for _, w := range words {
		if w != "" {
			said = append(said, w)
		}
	}
	return strings.Join(said, ", ")
}

var errNoID = fmt.Errorf("a trial without an ID can't be recorded")
