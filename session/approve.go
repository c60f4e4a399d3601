package session

import (
	"fmt"
	"slices"

	"casebook/notes"
	"casebook/steps/launch"
)

// Scope is for how long an approval holds.
type Scope string

const (
	Once       Scope = "once"    // the next run of the step
	ForSession Scope = "session" // as long as the session's plan is this one
	Always     Scope = "always"  // on this plan, as long as its content is the same
)

// Approval is a command of the plan that asks to be run.
type Approval struct {
	Step        string
	Action      string   // the action's ID; "case.good" where the plan's front matter has it
	Command     string   // as the plan writes it, masked where secret
	Argv        []string // exactly what would be run, masked where secret; leading NAME=value are its environment
	Invalid     string   // why it can't be run as it is written; then Argv is empty
	File        string   // the plan
	Line        int
	Hash        string // sha256 of the plan, hex
	exact       string
	ChangedFrom string // what it was when it was approved for always, as a word diff; "" if it never was
}

// Pending lists the commands of a step that come from the plan and are not approved.
func (s *Session) Pending(step string) []Approval {
	st := s.State()
	at := st.Step(step)
	if at == nil {
		return nil
	}
	var pending []Approval
	for _, a := range s.asked(st, at) {
		if !approvedIn(st, a) {
			pending = append(pending, a)
		}
	}
	return s.withoutAlways(st, pending)
}

// asked lists every command of the plan that a run of the step would run.
func (s *Session) asked(st *State, at *StepState) []Approval {
	plan, c, _ := s.exact(st)
	var all []Approval
	if at.Kind == "command" {
		all = askedBy(actionsOf(plan, at.ID), all)
	} else {
		for _, name := range st.FromPlan {
			all = append(all, Approval{Action: "case." + name, exact: *c.fields()[name], Line: max(1, plan.CaseLines[name])})
		}
	}
	for i := range all {
		a := &all[i]
		a.Step, a.File, a.Hash, a.Command = at.ID, st.Plan.File, st.Plan.Hash, s.mask.Command(a.exact)
		cmd, err := launch.ParseCommand(a.exact)
		if err != nil {
			a.Invalid = s.maskText(err.Error())
			continue
		}
		for _, word := range append(slices.Clone(cmd.Env), cmd.Argv...) {
			a.Argv = append(a.Argv, s.maskText(word))
		}
	}
	return all
}

func askedBy(actions []notes.Action, all []Approval) []Approval {
	for _, a := range actions {
		for _, c := range a.Commands {
			all = append(all, Approval{Action: a.ID, exact: c, Line: a.Line})
		}
		all = askedBy(a.Sub, all)
	}
	return all
}

func approvedIn(st *State, a Approval) bool {
	return slices.ContainsFunc(st.Approved, func(ok Approved) bool {
		return ok.Command == a.Command && ok.Hash == a.Hash && (ok.Step == a.Step || ok.Scope != Once)
	})
}

// Approve says yes to one command of a step, exactly as Pending shows it.
func (s *Session) Approve(step, command string, scope Scope) error {
	if !slices.Contains([]Scope{Once, ForSession, Always}, scope) {
		return failf(nil, "", "there is no approval for %q", scope)
	}
	st := s.State()
	at := st.Step(step)
	if at == nil {
		return s.noStep(step)
	}
	all := s.asked(st, at)
	i := slices.IndexFunc(all, func(a Approval) bool { return a.Command == command })
	if i < 0 {
		return failf(ErrNotApproved, "approve what Pending lists", "step %s asks for no command %q", step, command)
	}
	if all[i].Invalid != "" {
		return failf(ErrNotApproved, "change the plan, or run it by hand", "step %s: %s", step, all[i].Invalid)
	}
	if scope == Always {
		if err := s.approveAlways(all[i]); err != nil {
			return fmt.Errorf("approve for always: %w", err)
		}
	}
	return s.recordStep(step, recApproval, bodyApproval{Command: command, Hash: st.Plan.Hash, Scope: scope})
}
