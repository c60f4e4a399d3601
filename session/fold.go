package session

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"casebook/session/store"
	"casebook/steps/fact"
)

// Fold is the state that records tell, in the order of their IDs. A record that
// can't be understood changes nothing but is told in State.Recovered: the rest holds.
// What depends on this program and not on history (Next, LogTrouble) stays empty.
func Fold(records []*store.Record) State {
	f := newFolder()
	for _, r := range records {
		f.apply(r)
	}
	return f.state()
}

// folder is a fold under way. What it hands out is never changed afterwards:
// lists grow at their end only, and whatever changes inside is copied first.
type folder struct {
	s      State
	last   int64 // ID of the last record
	steps  map[string]int
	trials map[string]int
	shared bool  // s.Trials was handed out since it was copied
	cached int64 // ID of the last record that the cache has
	dirty  bool  // something was applied that is not in the store
}

func newFolder() *folder {
	return &folder{steps: map[string]int{}, trials: map[string]int{}}
}

// state hands out what was folded so far.
func (f *folder) state() State {
	f.shared = true
	s := f.s
	s.Steps = slices.Clone(f.s.Steps)
	return s
}

type applier func(*folder, *store.Record) error

var appliers = map[string]applier{
	recCreated: applyCreated, recStatus: applyStatus, recStepStatus: applyStepStatus, recKind: applyKind,
	recCase: applyCase, recTick: applyTick, recConclusion: applyConclusion, recNote: applyNote,
	recRun: applyRun, recTrialStart: applyTrial, recTrial: applyTrial, recTable: applyTable,
	recFinding: applyFinding, recFile: applyFile, recAnswer: applyAnswer, recRunEnd: applyRunEnd, recDied: applyRunEnd, recApproval: applyApproval,
}

func (f *folder) apply(r *store.Record) {
	r.At = local(r.At)
	f.s.Records++
	f.s.Updated = r.At
	if r.ID > 0 {
		f.last = r.ID
	} else {
		f.dirty = true
	}
	do, known := appliers[r.Type]
	if !known {
		return
	}
	if err := do(f, r); err != nil {
		f.s.Recovered = append(slices.Clip(f.s.Recovered), fmt.Sprintf("record %d (%s) can't be used: %v", r.ID, r.Type, err))
	}
}

func read[T any](r *store.Record) (T, error) {
	var v T
	err := json.Unmarshal(r.Body, &v)
	return v, err
}

func (f *folder) step(r *store.Record) (*StepState, error) {
	if i, ok := f.steps[r.Step]; ok {
		return &f.s.Steps[i], nil
	}
	return nil, fmt.Errorf("there is no step %q", r.Step)
}

func applyCreated(f *folder, r *store.Record) error {
	b, err := read[bodyCreated](r)
	if err != nil {
		return err
	}
	s := &f.s
	s.ID, s.Number, s.Title, s.Dir, s.Task = b.ID, b.Number, b.Title, b.Dir, b.Task
	s.Plan, s.FromPlan, s.LogPath, s.Adopted = b.Plan, b.FromPlan, b.Log, b.Adopted
	s.Case, s.CaseMasked, s.CaseRecord = b.Case.Case, b.Case.Masked, r.ID
	s.Created, s.Status, s.LogChosen = r.At, StatusOpen, b.Log != ""
	s.Steps = nil
	for i, p := range b.Plan.Steps {
		s.Steps = append(s.Steps, StepState{Step: p, Kind: p.Kind, Status: ToDo})
		f.steps[p.ID] = i
	}
	if b.Begun != nil {
		b.Begun.begin(f)
	}
	return nil
}

func applyStatus(f *folder, r *store.Record) error {
	b, err := read[bodyTo](r)
	if err == nil {
		f.s.Status, f.s.Why = Status(b.To), b.Why
	}
	return err
}

func applyStepStatus(f *folder, r *store.Record) error {
	b, err := read[bodyTo](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err == nil {
		st.Status, st.Why = StepStatus(b.To), b.Why
	}
	return err
}

func applyKind(f *folder, r *store.Record) error {
	b, err := read[bodyTo](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err == nil {
		st.Kind = b.To
	}
	return err
}

func applyCase(f *folder, r *store.Record) error {
	b, err := read[bodyCase](r)
	if err == nil {
		f.s.Case, f.s.CaseMasked, f.s.CaseRecord, f.s.FromPlan = b.Case, b.Masked, r.ID, nil
		for i := range f.s.Steps {
			f.s.Steps[i].ResumeFrom = time.Time{} // what is known is about another case
		}
	}
	return err
}

func applyTick(f *folder, r *store.Record) error {
	b, err := read[bodyTick](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err != nil {
		return err
	}
	st.Ticked = maps.Clone(st.Ticked)
	if st.Ticked == nil {
		st.Ticked = map[string]bool{}
	}
	if b.On {
		st.Ticked[b.Action] = true
	} else {
		delete(st.Ticked, b.Action)
	}
	return nil
}

func applyConclusion(f *folder, r *store.Record) error {
	b, err := read[bodyText](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err == nil {
		st.Conclusion = b.Text
	}
	return err
}

func applyNote(f *folder, r *store.Record) error {
	b, err := read[bodyText](r)
	if err == nil {
		f.s.Notes = append(f.s.Notes, Note{Step: r.Step, Text: b.Text, At: r.At})
	}
	return err
}

func applyTable(f *folder, r *store.Record) error {
	t, err := read[fact.Table](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err != nil {
		return err
	}
	for i := range st.Tables {
		if st.Tables[i].ID == t.ID {
			st.Tables = slices.Clone(st.Tables)
			st.Tables[i] = t
			return nil
		}
	}
	st.Tables = append(st.Tables, t)
	return nil
}

func applyAnswer(f *folder, r *store.Record) error {
	a, err := read[fact.Answer](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err == nil {
		st.Answer = &a
	}
	return err
}

func applyFinding(f *folder, r *store.Record) error {
	b, err := read[fact.Finding](r)
	if err == nil {
		f.s.Findings = append(f.s.Findings, Found{Finding: b, Step: r.Step, At: r.At})
	}
	return err
}

func applyApproval(f *folder, r *store.Record) error {
	b, err := read[bodyApproval](r)
	if err == nil {
		f.s.Approved = append(slices.Clip(f.s.Approved), Approved{Step: r.Step, Command: b.Command, Hash: b.Hash, Scope: b.Scope})
	}
	return err
}

// took adds what a run cost to its step.
func took(st *StepState, until time.Time) {
	if d := until.Sub(st.Started); !st.Started.IsZero() && d > 0 {
		st.Took += d
	}
}
