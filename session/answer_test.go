package session

import (
	"context"
	"testing"

	"casebook/steps"
	"casebook/steps/fact"
)

func TestTheLastAnswerStaysWithItsStep(t *testing.T) {
	exps := map[string]steps.Experiment{"compare": fake{run: func(_ context.Context, _ steps.Input, emit func(steps.Event) error) error {
		for _, n := range []int{7, 9} {
			a := fact.Answer{Verdict: "no-cause", Trials: n, Leads: []fact.Lead{{Factors: []fact.Factor{{Kind: fact.Cwd}}, Why: "good runs elsewhere"}}}
			if err := emit(steps.Event{Answer: &a}); err != nil {
				return err
			}
		}
		return nil
	}}}
	dir := t.TempDir()
	s, err := Create(dir, CreateOptions{Options: options(t, exps)})
	if err != nil {
		t.Fatal(err)
	}
	runOne(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir, "", options(t, exps)); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := s.State().Step("1").Answer
	if a == nil || a.Trials != 9 || len(a.Leads) != 1 || a.Leads[0].Factors[0].Kind != fact.Cwd {
		t.Errorf("the answer is %+v", a)
	}
	if other := s.State().Step("2").Answer; other != nil {
		t.Errorf("step 2 has an answer: %+v", other)
	}
}
