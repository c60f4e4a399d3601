package session

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"casebook/notes"
	"casebook/session/flow"
)

// bodyBegun is what a session takes over from a log that was written by hand.
type bodyBegun struct {
	Status Status      `json:"status"`
	Why    string      `json:"why,omitempty"`
	Steps  []begunStep `json:"steps,omitempty"`
}

type begunStep struct {
	ID         string     `json:"id"`
	Status     StepStatus `json:"status"`
	Why        string     `json:"why,omitempty"`
	Conclusion string     `json:"conclusion,omitempty"`
	Notes      []string   `json:"notes,omitempty"` // what was done
}

// adopt takes steps, conclusions and status from a log that was written by
// hand. Where the log names a plan that is there, the steps are the plan's.
func (s *start) adopt(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("log %s: %w", path, err)
	}
	src, err := os.ReadFile(abs)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	log, problems := notes.AdoptLog(abs, src)
	plan, err := planOf(log)
	if err != nil {
		return err
	}
	b := &s.created
	b.Plan, b.Title, b.Task, b.Adopted = plan, log.Title, log.Task, abs
	b.Begun = &bodyBegun{Status: Status(log.Status), Why: log.StatusText}
	for i, was := range log.Steps {
		b.Begun.Steps = append(b.Begun.Steps, begunStep{ID: s.stepFor(was), Status: begunStatus(log.Steps, i),
			Why: begunWhy(log.Steps, i), Conclusion: was.Conclusion, Notes: was.Items})
	}
	b.Plan.Problems = append(b.Plan.Problems, problems...)
	return nil
}

// planOf reads the plan that a log names: as a path from the log's folder. One
// that is not there is no trouble: the log has steps of its own.
func planOf(log notes.Adopted) (notes.Plan, error) {
	if log.Plan == "" {
		return planFromLog(log), nil
	}
	path := log.Plan
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(log.File), path)
	}
	p, err := readPlan(path)
	if errors.Is(err, os.ErrNotExist) {
		p = planFromLog(log)
		p.Problems = append(p.Problems, notes.Problem{File: log.File, Message: "the plan " + log.Plan + " is not there: the steps are the log's"})
		return p, nil
	}
	return p, err
}

func planFromLog(log notes.Adopted) notes.Plan {
	return notes.Plan{Title: log.Title, Objective: log.Objective, Problems: []notes.Problem{}}
}

// stepFor finds the plan's step that a step of the log is, by its title, and
// adds one where the plan has none.
func (s *start) stepFor(was notes.AdoptedStep) string {
	p := &s.created.Plan
	var known []flow.Step
	for _, st := range p.Steps {
		if strings.EqualFold(st.Title, was.Title) {
			return st.ID
		}
		known = append(known, flow.Step{ID: st.ID, Title: st.Title})
	}
	node := notes.Graph{Nodes: []notes.Node{{ID: "log", Label: was.Title}}}
	if id := flow.Match(&node, known)["log"]; id != "" {
		return id
	}
	st := notes.Step{ID: s.freeID(was.ID), Title: was.Title, Line: was.Line, Kind: notes.RecognizeKind(was.Title, "", nil)}
	p.Steps = append(p.Steps, st)
	return st.ID
}

func (s *start) freeID(wish string) string {
	taken := map[string]bool{}
	for _, st := range s.created.Plan.Steps {
		taken[st.ID] = true
	}
	for n := len(taken) + 1; wish == "" || taken[wish]; n++ {
		wish = fmt.Sprint(n)
	}
	return wish
}

// begunStatus: what has a conclusion is done, and so is what others came after.
func begunStatus(all []notes.AdoptedStep, i int) StepStatus {
	if all[i].Conclusion != "" || i < len(all)-1 {
		return Done
	}
	if len(all[i].Items) > 0 {
		return Interrupted
	}
	return ToDo
}

func begunWhy(all []notes.AdoptedStep, i int) string {
	if begunStatus(all, i) == Interrupted {
		return "begun in the log, not concluded"
	}
	return ""
}

// begin applies what was taken over.
func (b *bodyBegun) begin(f *folder) {
	f.s.Status, f.s.Why = b.Status, b.Why
	for _, was := range b.Steps {
		i, ok := f.steps[was.ID]
		if !ok {
			continue
		}
		st := &f.s.Steps[i]
		st.Status, st.Why, st.Conclusion = was.Status, was.Why, was.Conclusion
		for _, text := range was.Notes {
			f.s.Notes = append(f.s.Notes, Note{Step: was.ID, Text: text, At: f.s.Created})
		}
	}
}
