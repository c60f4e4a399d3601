package session

import (
	"fmt"
	"slices"
	"time"

	"casebook/session/store"
	"casebook/steps/fact"
)

func applyRun(f *folder, r *store.Record) error {
	b, err := read[bodyRun](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err != nil {
		return err
	}
	if st.Status != Interrupted || st.ResumeFrom.IsZero() {
		st.ResumeFrom = r.At
	}
	st.Status, st.Why, st.Started = Running, "", r.At
	f.s.Active = append(slices.Clip(f.s.Active), Active{Run: r.ID, Step: r.Step, PID: b.PID, Since: r.At})
	f.s.Approved = slices.DeleteFunc(slices.Clone(f.s.Approved), func(a Approved) bool { return a.Scope == Once && a.Step == r.Step })
	return nil
}

func applyTrial(f *folder, r *store.Record) error {
	t, err := read[fact.Trial](r)
	if err != nil {
		return err
	}
	t.Started = local(t.Started)
	if i, ok := f.trials[t.ID]; ok {
		f.own()
		f.s.Trials[i] = t
		return nil
	}
	if t.ID == "" {
		return fmt.Errorf("it has no ID")
	}
	f.trials[t.ID] = len(f.s.Trials)
	f.s.Trials = append(f.s.Trials, t)
	st, err := f.step(r)
	if err == nil {
		st.Trials = append(st.Trials, t.ID)
	}
	return err
}

// own makes s.Trials a list that nobody else looks at.
func (f *folder) own() {
	if f.shared {
		f.s.Trials = slices.Clone(f.s.Trials)
		f.shared = false
	}
}

// The results that a run can end with.
const (
	resultDone        = "done"
	resultStopped     = "stopped"
	resultFailed      = "failed"
	resultInterrupted = "interrupted"
)

// applyRunEnd ends a run. A run that has ended already is left as it is: two
// processes may notice at once that a third one died.
func applyRunEnd(f *folder, r *store.Record) error {
	b, err := read[bodyRunEnd](r)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(f.s.Active, func(a Active) bool { return a.Run == b.Run })
	if at < 0 {
		return nil
	}
	a := f.s.Active[at]
	f.s.Active = slices.Delete(slices.Clone(f.s.Active), at, at+1)
	i, ok := f.steps[a.Step]
	if !ok {
		return fmt.Errorf("there is no step %q", a.Step)
	}
	st := &f.s.Steps[i]
	took(st, f.endOf(b, st, r.At))
	f.endTrials(st, b)
	if st.Status != Running {
		return nil // somebody set it while it ran
	}
	switch st.Why = b.Why; b.Result {
	case resultDone:
		st.Status = Done
	case resultFailed:
		st.Status = StepBlocked
	default:
		st.Status = Interrupted
	}
	return nil
}

// endOf is when a run ended; one that died did so at some time after its last trial began.
func (f *folder) endOf(b bodyRunEnd, st *StepState, at time.Time) time.Time {
	if b.Result != resultInterrupted {
		return at
	}
	if n := len(st.Trials); n > 0 {
		t := f.s.Trials[f.trials[st.Trials[n-1]]]
		return t.Started.Add(t.Took)
	}
	return st.Started
}

// endTrials says of the trials that were running what became of them.
func (f *folder) endTrials(st *StepState, b bodyRunEnd) {
	for i := len(st.Trials) - 1; i >= 0; i-- {
		at := f.trials[st.Trials[i]]
		if f.s.Trials[at].Verdict != "" {
			continue
		}
		f.own()
		f.s.Trials[at].Verdict = fact.Unresolved
		f.s.Trials[at].Reason = trialEnds[b.Result]
	}
}

var trialEnds = map[string]string{
	resultInterrupted: "it was running when the session died",
	resultStopped:     "it was stopped",
	resultFailed:      "the step failed while it ran",
	resultDone:        "it never told how it ended",
}
