package flow

import (
	"fmt"
	"strings"
)

// Step is what is known of a step when the next one is chosen.
type Step struct {
	ID, Title, Kind string
	Condition       string
	Status          string // as in package session: todo, running, done, skipped, blocked, interrupted
	Available       bool   // its kind has an experiment
	Leads           int    // leads that were found in it
}

// Standing is the whole investigation when the next step is chosen.
type Standing struct {
	Steps  []Step
	Status string // open, blocked, resolved
	Proven bool   // a cause is proven
}

// Proposal is the step that comes next; no step where there is nothing to do.
type Proposal struct {
	Step   string
	Reason string
	Skip   bool // propose to leave it out
}

// Next chooses a step: the one that runs, one that was interrupted, then the
// first in the plan's order that waits and whose condition does not forbid it.
func Next(in Standing) Proposal {
	if in.Status == "resolved" {
		return Proposal{Reason: "the investigation is resolved"}
	}
	for _, status := range []string{"running", "interrupted"} {
		for _, s := range in.Steps {
			if s.Status == status {
				return Proposal{Step: s.ID, Reason: atWork[status]}
			}
		}
	}
	if in.Proven {
		return afterCause(in)
	}
	for i, s := range in.Steps {
		if s.Status == "todo" && Read(s.Condition, i, in.Steps).Met(in) {
			return Proposal{Step: s.ID, Reason: reason(in, i)}
		}
	}
	return nothingLeft(in)
}

var atWork = map[string]string{
	"running":     "it is running",
	"interrupted": "it was interrupted; what it had found is kept",
}

func afterCause(in Standing) Proposal {
	for i, s := range in.Steps {
		if s.Status == "todo" && Read(s.Condition, i, in.Steps).Void(in) {
			return Proposal{Step: s.ID, Skip: true, Reason: "a cause is proven, and the plan asks for it only without one: " + s.Condition}
		}
	}
	return Proposal{Reason: "a cause is proven: write the conclusion and set the status"}
}

func nothingLeft(in Standing) Proposal {
	var waiting, blocked []string
	for _, s := range in.Steps {
		switch s.Status {
		case "todo":
			waiting = append(waiting, s.ID)
		case "blocked":
			blocked = append(blocked, s.ID)
		}
	}
	switch {
	case len(in.Steps) == 0:
		return Proposal{Reason: "the plan has no steps"}
	case len(blocked) > 0:
		return Proposal{Step: blocked[0], Reason: "all that is left is blocked or waits for it"}
	case len(waiting) > 0:
		return Proposal{Step: waiting[0], Reason: "all that is left depends on a condition"}
	}
	return Proposal{Reason: "every step is done: write the conclusion and set the status"}
}

// reason says in words why step i is next.
func reason(in Standing, i int) string {
	s := in.Steps[i]
	var words []string
	if leads, from := leadsBefore(in.Steps[:i]); leads > 0 && s.Kind == "tune" {
		words = append(words, fmt.Sprintf("%s of step %s can be tried", count(leads, "lead"), from))
	}
	if c := Read(s.Condition, i, in.Steps); c.Kind != Always {
		words = append(words, c.reason())
	}
	if len(words) == 0 {
		words = append(words, order(in.Steps[:i]))
	}
	if !s.Available && s.Kind != "manual" && s.Kind != "" {
		words = append(words, s.Kind+" is worked by hand for now")
	}
	return strings.Join(words, "; ")
}

func order(before []Step) string {
	if len(before) == 0 {
		return "it is the first of the plan"
	}
	return "it comes next in the plan"
}

func leadsBefore(before []Step) (int, string) {
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].Leads > 0 {
			return before[i].Leads, before[i].ID
		}
	}
	return 0, ""
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
