package session

import (
	"strings"

	"casebook/notes"
	"casebook/steps/fact"
)

// Report is the whole investigation as the export tells it. It depends on the
// records alone: the same session gives the same report.
func (s *Session) Report() notes.Report { return reportOf(s.State()) }

func reportOf(st *State) notes.Report {
	r := notes.Report{ID: st.ID, Title: st.Title, Task: st.Task, Number: st.Number, Status: string(st.Status),
		Objective: st.Plan.Objective, Background: st.Plan.Background, Plan: st.Plan.File, Log: st.LogPath,
		Created: st.Created, Updated: st.Updated, Answer: answerOf(st), Sections: st.Plan.Sections,
		Graph: st.Plan.Graph, GraphState: graphState(st), Steps: []notes.ReportStep{}}
	for _, f := range st.Case.said() {
		if f.Value != "" {
			r.Case = append(r.Case, f)
		}
	}
	if st.Next.Step != "" || st.Status != Resolved {
		r.Next = nextWords(st)
	}
	for _, f := range st.Findings {
		r.Findings = append(r.Findings, findingOf(f))
	}
	for i := range st.Steps {
		r.Steps = append(r.Steps, stepReport(st, &st.Steps[i]))
	}
	for _, n := range st.Notes {
		if n.Step == "" {
			r.Notes = append(r.Notes, notes.ReportNote{At: n.At, Text: n.Text})
		}
	}
	return r
}

// answerOf is the cause in words: what experiments concluded, or why it was resolved.
func answerOf(st *State) string {
	var said []string
	for _, f := range st.Findings {
		if f.Level == "conclusion" {
			said = append(said, f.Text)
		}
	}
	if len(said) == 0 && st.Status == Resolved {
		return st.Why
	}
	return strings.Join(said, " ")
}

func nextWords(st *State) string {
	at := st.Step(st.Next.Step)
	if at == nil {
		return st.Next.Reason
	}
	word := "step "
	if st.Next.Skip {
		word = "leave out step "
	}
	return because(word+at.ID+", "+at.Title, st.Next.Reason)
}

func findingOf(f Found) notes.ReportFinding {
	return notes.ReportFinding{Text: f.Text, Level: f.Level, Runs: f.Trials}
}

func stepReport(st *State, at *StepState) notes.ReportStep {
	r := notes.ReportStep{ID: at.ID, Title: at.Title, Kind: at.Kind, Status: string(at.Status), Goal: at.Goal,
		Condition: at.Condition, Actions: actionReports(at.Actions, at.Ticked, 0, nil), Tables: at.Tables,
		Conclusion: at.Conclusion, Took: at.Took}
	ids := map[string]bool{}
	for _, id := range at.Trials {
		ids[id] = true
	}
	for _, t := range st.Trials {
		if ids[t.ID] {
			r.Runs = append(r.Runs, runReport(t))
		}
	}
	for _, f := range st.Findings {
		if f.Step == at.ID {
			r.Findings = append(r.Findings, findingOf(f))
		}
	}
	for _, n := range st.Notes {
		if n.Step == at.ID {
			r.Notes = append(r.Notes, notes.ReportNote{At: n.At, Text: n.Text})
		}
	}
	return r
}

func actionReports(actions []notes.Action, ticked map[string]bool, depth int, all []notes.ReportAction) []notes.ReportAction {
	for _, a := range actions {
		all = append(all, notes.ReportAction{ID: a.ID, Text: a.Text, Done: ticked[a.ID], Depth: depth})
		all = actionReports(a.Sub, ticked, depth+1, all)
	}
	return all
}

func runReport(t fact.Trial) notes.ReportRun {
	verdict := string(t.Verdict)
	if verdict == "" {
		verdict = "running"
	}
	label := t.Role
	if t.Label != "" {
		label = strings.TrimPrefix(label+", "+t.Label, ", ")
	}
	return notes.ReportRun{ID: t.ID, Side: string(t.Side), Label: label, Command: t.Command, Verdict: verdict,
		Exit: t.Exit, Evidence: t.Evidence, Started: t.Started, Took: t.Took}
}

// graphState says of the graph's nodes what became of their step, and where we are.
func graphState(st *State) map[string]string {
	if st.Plan.Graph == nil {
		return nil
	}
	words := map[string]string{}
	for node, step := range st.Nodes() {
		if at := st.Step(step); at != nil && at.Status != ToDo {
			words[node] = string(at.Status)
		}
	}
	for _, node := range st.Where() {
		words[node] = "here"
	}
	return words
}
