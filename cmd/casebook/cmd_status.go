package main

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebook/session"
	"casebook/steps/fact"
)

// status is a session for machines.
type status struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Status    string       `json:"status"`
	Dir       string       `json:"dir"`
	Plan      string       `json:"plan"`
	Log       string       `json:"log"`
	Case      caseStatus   `json:"case"`
	Steps     []stepStatus `json:"steps"`
	Findings  []finding    `json:"findings"`
	Notes     []note       `json:"notes"`
	Trials    int          `json:"trials"`
	Next      next         `json:"next"`
	Recovered []string     `json:"recovered"`
	Trouble   string       `json:"log_trouble,omitempty"`
}

type caseStatus struct {
	Good     string `json:"good"`
	Bad      string `json:"bad"`
	Target   string `json:"target"`
	Check    string `json:"check"`
	Deadline string `json:"deadline"`
	GoodAs   string `json:"good_as"`
	BadAs    string `json:"bad_as"`
}

type stepStatus struct {
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Kind       string       `json:"kind"`
	Status     string       `json:"status"`
	Condition  string       `json:"condition"`
	Conclusion string       `json:"conclusion"`
	Trials     []string     `json:"trials"`
	Tables     []fact.Table `json:"tables"`
}

type finding struct {
	Step   string   `json:"step"`
	Level  string   `json:"level"`
	Text   string   `json:"text"`
	Trials []string `json:"trials"`
}

type note struct {
	Step string    `json:"step"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

type next struct {
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

func statusOf(s *session.State) status {
	st := status{ID: s.ID, Title: s.Title, Status: string(s.Status), Dir: s.Dir, Plan: s.Plan.File, Log: s.LogPath,
		Case: caseStatus{Good: s.Case.Good, Bad: s.Case.Bad, Target: s.Case.Target, Check: s.Case.Check,
			Deadline: s.Case.Deadline.String(), GoodAs: s.Case.GoodAs, BadAs: s.Case.BadAs},
		Steps: []stepStatus{}, Findings: []finding{}, Notes: []note{}, Trials: len(s.Trials),
		Next: next{s.Next.Step, s.Next.Reason}, Recovered: append([]string{}, s.Recovered...), Trouble: s.LogTrouble}
	for _, x := range s.Steps {
		st.Steps = append(st.Steps, stepStatus{ID: x.ID, Title: x.Title, Kind: x.Kind, Status: string(x.Status), Condition: x.Condition,
			Conclusion: x.Conclusion, Trials: append([]string{}, x.Trials...), Tables: append([]fact.Table{}, x.Tables...)})
	}
	for _, f := range s.Findings {
		st.Findings = append(st.Findings, finding{f.Step, f.Level, f.Text, append([]string{}, f.Trials...)})
	}
	for _, n := range s.Notes {
		st.Notes = append(st.Notes, note{n.Step, n.Text, n.At})
	}
	return st
}

func (a *app) printStatus(s *session.State) {
	w := a.out
	fmt.Fprintf(w, "%s  %s  %s\n", s.ID, s.Status, a.clean(s.Title))
	for _, r := range s.Recovered {
		fmt.Fprintln(w, "  found at the start:", a.clean(r))
	}
	for _, x := range s.Steps {
		fmt.Fprintf(w, "  %s %s  %s [%s]", mark(x.Status), x.ID, a.clean(x.Title), x.Kind)
		if x.Conditional && x.Condition != "" {
			fmt.Fprintf(w, " (%s)", a.clean(x.Condition))
		}
		fmt.Fprintln(w)
		if x.Conclusion != "" {
			fmt.Fprintln(w, "      "+a.clean(oneLine(x.Conclusion)))
		}
	}
	if s.Next.Step != "" {
		fmt.Fprintf(w, "  next: %s, %s\n", s.Next.Step, a.clean(s.Next.Reason))
	}
	if s.LogPath != "" {
		fmt.Fprintln(w, "  log:", s.LogPath)
	}
}

func mark(s session.StepStatus) string {
	switch s {
	case session.Done:
		return "✓"
	case session.Running:
		return "▸"
	case session.Skipped:
		return "–"
	case session.StepBlocked:
		return "■"
	case session.Interrupted:
		return "!"
	}
	return "○"
}

func (a *app) statusCmd() *cobra.Command {
	var asJSON bool
	var set, why string
	c := &cobra.Command{
		Use:   "status",
		Short: "where the investigation stands; --set changes it",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			if set != "" {
				st := session.Status(set)
				if st != session.StatusOpen && st != session.Blocked && st != session.Resolved {
					return usage("open, blocked or resolved", "%q is not a status", set)
				}
				if err := s.SetStatus(st, why); err != nil {
					return err
				}
			}
			a.leave(s) // afterwards the state says whether the log could be written
			if asJSON {
				return writeJSON(a.out, statusOf(s.State()))
			}
			a.printStatus(s.State())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	c.Flags().StringVar(&set, "set", "", "set the status: open, blocked, resolved")
	c.Flags().StringVar(&why, "why", "", "with --set: the reason, for the log")
	return c
}

func (a *app) runCmd() *cobra.Command {
	var yes, asJSON bool
	var cf caseFlags
	c := &cobra.Command{
		Use:   "run STEP",
		Short: "run a step of the plan without the notebook",
		Args:  args(1, "a step", "casebook run 1"),
		RunE: func(c *cobra.Command, argv []string) error {
			s, err := a.open()
			if err != nil {
				return err
			}
			defer a.leave(s)
			if err := a.fillCase(s, &cf); err != nil {
				return err
			}
			return a.runStep(c.Context(), s, argv[0], yes, asJSON)
		},
	}
	cf.register(c)
	c.Flags().BoolVar(&yes, "yes", false, "approve the commands of this step, as they are shown")
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

// fillCase changes those parts of the session's case that were given as flags.
func (a *app) fillCase(s *session.Session, cf *caseFlags) error {
	want, err := cf.sessionCase()
	if err != nil {
		return err
	}
	c := s.State().Case
	was := c
	for _, f := range []struct{ to, from *string }{
		{&c.Good, &want.Good}, {&c.Bad, &want.Bad}, {&c.Target, &want.Target}, {&c.Check, &want.Check},
		{&c.GoodAs, &want.GoodAs}, {&c.BadAs, &want.BadAs}, {&c.Reset, &want.Reset},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if want.Deadline != 0 {
		c.Deadline = want.Deadline
	}
	if c == was {
		return nil
	}
	return s.SetCase(c)
}

func (a *app) runStep(ctx context.Context, s *session.Session, id string, yes, asJSON bool) error {
	step := s.State().Step(id)
	if step == nil {
		var ids []string
		for _, x := range s.State().Steps {
			ids = append(ids, x.ID)
		}
		sort.Strings(ids)
		return usage("steps are "+strings.Join(ids, ", "), "there is no step %q", id)
	}
	if yes {
		for _, p := range s.Pending(id) {
			if err := s.Approve(id, p.Command, session.Once); err != nil {
				return err
			}
		}
	}
	if !asJSON {
		a.printEstimate(s, id)
	}
	r, err := s.Start(id)
	if err != nil {
		return err
	}
	told, found := len(step.Trials), len(s.State().Findings)
	for done := false; !done; {
		select {
		case <-r.Done():
			done = true
		case <-ctx.Done():
			r.Stop()
			<-r.Done()
			done = true
		case <-s.Changed():
		}
		if !asJSON {
			told = a.tellTrials(s.State(), id, told)
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	return a.printOutcome(s.State(), id, found, asJSON)
}

func (a *app) printEstimate(s *session.Session, id string) {
	e := s.Expect(id)
	line := fmt.Sprintf("%d runs", e.Runs)
	if e.Runs == 1 {
		line = "1 run"
	}
	if e.Each > 0 {
		line += fmt.Sprintf(" of about %s", short(e.Each))
	}
	if e.Upper > 0 {
		line += fmt.Sprintf(", %s at the most", short(e.Upper))
	}
	fmt.Fprintln(a.err, line)
	for _, w := range e.Will {
		fmt.Fprintln(a.err, "  "+a.clean(w))
	}
}

// tellTrials prints the finished trials of a step that were not told yet.
func (a *app) tellTrials(s *session.State, id string, told int) int {
	step := s.Step(id)
	if step == nil {
		return told
	}
	for ; told < len(step.Trials); told++ {
		t := trial(s, step.Trials[told])
		if t == nil || t.Verdict == "" && t.Exit == "" {
			return told
		}
		fmt.Fprintln(a.err, doneLine(t.ID, t.Verdict, t.Took, t.Exit))
	}
	return told
}

func trial(s *session.State, id string) *fact.Trial {
	for i := range s.Trials {
		if s.Trials[i].ID == id {
			return &s.Trials[i]
		}
	}
	return nil
}

// printOutcome prints a step and what its last run found: the findings from index found on.
func (a *app) printOutcome(s *session.State, id string, found int, asJSON bool) error {
	st := statusOf(s)
	st.Findings = st.Findings[min(found, len(st.Findings)):]
	for _, x := range st.Steps {
		if x.ID != id {
			continue
		}
		if asJSON {
			fs := []finding{}
			for _, f := range st.Findings {
				if f.Step == id {
					fs = append(fs, f)
				}
			}
			return writeJSON(a.out, struct {
				stepStatus
				Findings []finding `json:"findings"`
			}{x, fs})
		}
		for _, f := range st.Findings {
			if f.Step == id {
				fmt.Fprintf(a.out, "%s: %s\n", f.Level, a.clean(f.Text))
			}
		}
	}
	return nil
}
