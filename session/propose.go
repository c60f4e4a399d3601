package session

import "casebook/session/flow"

// propose fills in what depends on this program beside the records.
func propose(s *State, available func(kind string) bool) {
	for i := range s.Steps {
		s.Steps[i].Available = available(s.Steps[i].Kind)
	}
	in := s.standing()
	for i := range s.Steps {
		s.Steps[i].Conditional = s.Steps[i].Status == ToDo && flow.Read(s.Steps[i].Condition, i, in.Steps).Open(in)
	}
	p := flow.Next(in)
	s.Next = Proposal{Step: p.Step, Reason: p.Reason, Skip: p.Skip}
	if at := s.Step(p.Step); at != nil && at.Status == Interrupted && at.Why != "" {
		s.Next.Reason = at.Why + "; what was found is kept"
	}
}

// standing is what package flow wants to know.
func (s *State) standing() flow.Standing {
	in := flow.Standing{Status: string(s.Status), Proven: s.Proven()}
	leads := map[string]int{}
	for _, f := range s.Findings {
		if f.Level == "lead" {
			leads[f.Step]++
		}
	}
	for _, st := range s.Steps {
		in.Steps = append(in.Steps, flow.Step{ID: st.ID, Title: st.Title, Kind: st.Kind, Condition: st.Condition,
			Status: string(st.Status), Available: st.Available, Leads: leads[st.ID]})
	}
	return in
}

// Proven says whether a cause is proven: an experiment concluded, or the user resolved it.
func (s *State) Proven() bool {
	for _, f := range s.Findings {
		if f.Level == "conclusion" {
			return true
		}
	}
	return s.Status == Resolved
}

// Where names the nodes of the plan's graph at which the investigation stands.
func (s *State) Where() []string { return flow.Where(s.Plan.Graph, s.standing()) }

// Nodes says which step each node of the plan's graph stands for, where it stands for one.
func (s *State) Nodes() map[string]string { return flow.Match(s.Plan.Graph, s.standing().Steps) }
