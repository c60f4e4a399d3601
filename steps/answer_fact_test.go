package steps

import (
	"testing"

	"casebook/steps/fact"
	"casebook/steps/isolate"
)

func TestAnAnswerAsFact(t *testing.T) {
	env := fact.Difference{Factor: fact.Factor{Kind: fact.Env, Name: "MODE"}}
	cwd := fact.Difference{Factor: fact.Factor{Kind: fact.Cwd}}
	a := WhyAnswer{Verdict: isolate.Caused, Trials: 11, Differences: []fact.Difference{env, cwd, {}}, RuledOut: []fact.Difference{{}},
		Causes: []CauseFound{{
			Factors: []fact.Difference{env, cwd}, Direction: isolate.Both,
			Fixes: [][]fact.Difference{{env, cwd}, {cwd}, {cwd, env}, nil},
			Proof: isolate.Evidence{BadUndone: isolate.Count{Runs: 3, Passed: 3}, GoodBroken: isolate.Count{Runs: 3, Failed: 3},
				Removals: []isolate.Removal{{Count: isolate.Count{Runs: 2, Passed: 2}}, {Count: isolate.Count{Runs: 1, Passed: 1}}}},
		}}}
	f := a.Fact()
	if len(f.Fixes) != 2 || len(f.Fixes[0]) != 1 || f.Fixes[0][0].Kind != fact.Cwd {
		t.Errorf("the smallest fix stands first, and each once: %v", f.Fixes)
	}
	if p := f.Causes[0].Partial; p.Runs != 3 || p.Passed != 3 {
		t.Errorf("with one member left out: %+v", p)
	}
	if f.Causes[0].Undone.Passed != 3 || f.Causes[0].Broken.Failed != 3 || f.Seen != 3 || len(f.RuledOut) != 1 || f.Verdict != "cause" {
		t.Errorf("%+v", f)
	}
}
