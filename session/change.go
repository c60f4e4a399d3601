package session

import (
	"slices"
	"strings"

	"casebook/notes"
)

// SetStatus says where the whole investigation stands, and why.
func (s *Session) SetStatus(to Status, why string) error {
	if !slices.Contains([]Status{StatusOpen, Blocked, Resolved}, to) {
		return failf(nil, "it is open, blocked or resolved", "there is no status %q", to)
	}
	return s.record(newRecord(s.now(), recStatus, "", bodyTo{string(to), s.clean(why)}))
}

// SetStepStatus says where a step stands, and why. Running is not for saying.
func (s *Session) SetStepStatus(step string, to StepStatus, why string) error {
	if !slices.Contains([]StepStatus{ToDo, Done, Skipped, StepBlocked}, to) {
		return failf(nil, "a step can be set to todo, done, skipped or blocked", "a step can't be set to %q", to)
	}
	return s.recordStep(step, recStepStatus, bodyTo{string(to), s.clean(why)})
}

// kinds are those that a plan can ask for.
var kinds = []string{"compare", "tune", "logging", "minimal", "trace", "startup", "eventloop", "command", "manual"}

// SetKind says what kind of experiment a step is.
func (s *Session) SetKind(step, kind string) error {
	if !slices.Contains(kinds, kind) {
		return failf(nil, "kinds are "+strings.Join(kinds, ", "), "there is no kind %q", kind)
	}
	return s.recordStep(step, recKind, bodyTo{To: kind})
}

// Tick marks an action of a step as done, or as not done.
func (s *Session) Tick(step, action string, on bool) error {
	st := s.State().Step(step)
	if st == nil {
		return s.noStep(step)
	}
	if !hasAction(st.Actions, action) {
		return failf(ErrNoStep, "", "step %s has no action %q", step, action)
	}
	return s.recordStep(step, recTick, bodyTick{action, on})
}

func hasAction(actions []notes.Action, id string) bool {
	return slices.ContainsFunc(actions, func(a notes.Action) bool { return a.ID == id || hasAction(a.Sub, id) })
}

// Conclude writes what a step showed; it replaces what was written before.
func (s *Session) Conclude(step, text string) error {
	return s.recordStep(step, recConclusion, bodyText{s.clean(text)})
}

// AddNote keeps what somebody wrote, about a step or, with "", about the whole.
func (s *Session) AddNote(step, text string) error {
	if text = strings.TrimSpace(text); text == "" {
		return failf(nil, "", "an empty note is no note")
	}
	if step == "" {
		return s.record(newRecord(s.now(), recNote, "", bodyText{s.clean(text)}))
	}
	return s.recordStep(step, recNote, bodyText{s.clean(text)})
}

func (s *Session) recordStep(step, typ string, body any) error {
	if s.State().Step(step) == nil {
		return s.noStep(step)
	}
	return s.record(newRecord(s.now(), typ, step, body))
}

func (s *Session) noStep(step string) error {
	var ids []string
	for _, st := range s.State().Steps {
		ids = append(ids, st.ID)
	}
	return failf(ErrNoStep, "steps are "+strings.Join(ids, ", "), "the plan has no step %q", step)
}

// clean makes text that came from outside fit to be kept: valid, and masked where secret.
func (s *Session) clean(text string) string {
	return s.maskText(strings.ToValidUTF8(text, "�"))
}
