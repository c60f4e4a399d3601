package session

import (
	"encoding/json"
	"fmt"
	"strings"

	"casebook/notes"
	"casebook/notes/safe"
	"casebook/session/store"
	"casebook/steps/fact"
)

// entryOf is what the log tells of a record; false where it tells nothing. st
// gives titles only: a record reads the same however late it is written down.
func entryOf(st *State, r *store.Record) (notes.Entry, bool) {
	e := notes.Entry{ID: fmt.Sprintf("%s/%d", st.ID, r.ID), At: r.At.Local(), Step: r.Step}
	at := st.Step(r.Step)
	if at != nil {
		e.StepTitle = at.Title
	}
	tell, ok := tellers[r.Type]
	if !ok || !json.Valid(r.Body) {
		return e, false
	}
	return e, tell(&e, at, r)
}

// tellers fill in an entry; false: nothing to tell after all.
var tellers = map[string]func(e *notes.Entry, at *StepState, r *store.Record) bool{
	recCreated: tellCreated, recCase: tellCase, recStatus: tellStatus, recStepStatus: tellStepStatus,
	recKind: tellKind, recTick: tellTick, recConclusion: tellConclusion, recNote: tellNote,
	recTrial: tellTrial, recTable: tellTable, recFinding: tellFinding, recRunEnd: tellRunEnd,
	recDied: tellRunEnd, recApproval: tellApproval, recForgot: tellForgot,
}

func action(e *notes.Entry, text string) bool {
	e.Kind, e.Text = notes.EntryAction, text
	return text != ""
}

func tellCreated(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyCreated](r)
	return err == nil && action(e, caseWords(b.Case.Case))
}

func tellCase(e *notes.Entry, _ *StepState, r *store.Record) bool {
	c, err := read[Case](r)
	return err == nil && action(e, caseWords(c))
}

// caseWords is a case in one paragraph; "" for an empty one.
func caseWords(c Case) string {
	var said []string
	for _, f := range c.said() {
		if f.Value != "" {
			said = append(said, f.Name+" "+safe.Code(f.Value))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return "The case: " + strings.Join(said, ", ")
}

// said lists a case in the order in which people tell it.
func (c Case) said() []notes.ReportPair {
	deadline := ""
	if c.Deadline > 0 {
		deadline = c.Deadline.String()
	}
	return []notes.ReportPair{
		{Name: "good", Value: c.Good, Code: true}, {Name: "bad", Value: c.Bad, Code: true},
		{Name: "target", Value: c.Target, Code: true}, {Name: "check", Value: c.Check, Code: true},
		{Name: "deadline", Value: deadline}, {Name: "good as", Value: c.GoodAs}, {Name: "bad as", Value: c.BadAs},
		{Name: "folder", Value: c.Dir, Code: true}, {Name: "reset", Value: c.Reset, Code: true},
	}
}

func tellStatus(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyTo](r)
	e.Kind, e.Status, e.Text = notes.EntryStatus, b.To, b.Why
	return err == nil
}

var stepWords = map[string]string{string(ToDo): "Set back to do", string(Done): "Marked done",
	string(Skipped): "Skipped", string(StepBlocked): "Blocked"}

func tellStepStatus(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyTo](r)
	return err == nil && action(e, because(stepWords[b.To], b.Why))
}

func because(what, why string) string {
	if what == "" || why == "" {
		return what
	}
	return what + ": " + why
}

func tellKind(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyTo](r)
	return err == nil && action(e, "Kind of experiment set to "+b.To)
}

func tellTick(e *notes.Entry, at *StepState, r *store.Record) bool {
	b, err := read[bodyTick](r)
	if err != nil || at == nil {
		return false
	}
	word := "Done: "
	if !b.On {
		word = "Not done after all: "
	}
	return action(e, word+actionText(at.Actions, b.Action))
}

func actionText(actions []notes.Action, id string) string {
	for _, a := range actions {
		if a.ID == id {
			return a.Text
		}
		if text := actionText(a.Sub, id); text != "" {
			return text
		}
	}
	return ""
}

func tellConclusion(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyText](r)
	e.Kind, e.Text = notes.EntryConclusion, b.Text
	return err == nil && b.Text != ""
}

func tellNote(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyText](r)
	e.Kind, e.Text = notes.EntryNote, b.Text
	return err == nil
}

func tellTrial(e *notes.Entry, _ *StepState, r *store.Record) bool {
	t, err := read[fact.Trial](r)
	if err != nil {
		return false
	}
	e.Kind, e.Command, e.Side, e.Took = notes.EntryCommand, t.Command, string(t.Side), t.Took
	e.Verdict, e.Exit = string(t.Verdict), t.Exit
	if t.Evidence != t.Exit { // said once is enough
		e.Evidence = t.Evidence
	}
	e.Text = because(trialWords(t), t.Reason)
	return true
}

// trialWords is what a trial was for: "trial 1.g2, control".
func trialWords(t fact.Trial) string {
	words := []string{"trial " + t.ID}
	for _, w := range []string{t.Role, t.Label} {
		if w != "" {
			words = append(words, w)
		}
	}
	for _, c := range t.Changes {
		words = append(words, "with "+c.Factor.String()+" changed")
	}
	return strings.Join(words, ", ")
}

func tellTable(e *notes.Entry, _ *StepState, r *store.Record) bool {
	t, err := read[fact.Table](r)
	e.Kind, e.Table = notes.EntryTable, &t
	return err == nil
}

func tellFinding(e *notes.Entry, _ *StepState, r *store.Record) bool {
	f, err := read[fact.Finding](r)
	e.Kind, e.Text = notes.EntryFinding, f.Text
	return err == nil
}

var endWords = map[string]string{resultStopped: "Stopped before it was through", resultFailed: "Failed",
	resultInterrupted: "Interrupted"}

func tellRunEnd(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyRunEnd](r)
	if err != nil || b.Result == resultStopped {
		b.Why = ""
	}
	return err == nil && action(e, because(endWords[b.Result], b.Why))
}

func tellApproval(e *notes.Entry, _ *StepState, r *store.Record) bool {
	b, err := read[bodyApproval](r)
	return err == nil && action(e, fmt.Sprintf("Approved to run (%s): %s", b.Scope, safe.Code(b.Command)))
}

func tellForgot(e *notes.Entry, _ *StepState, _ *store.Record) bool {
	return action(e, "Exact secret values were dropped from the session")
}
