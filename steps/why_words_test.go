package steps

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/transplant"
)

var update = flag.Bool("update", false, "write the golden files anew")

func present(s string) fact.Value { return fact.Value{State: fact.Present, Shown: s} }

// answers are fixed; what is said of them is in testdata/answers.
func answers() map[string]*WhyAnswer {
	testing := fact.Difference{Factor: fact.Factor{Kind: fact.Env, Name: "WORKER_TESTING"}, Bad: present("1"), Via: "conftest.py"}
	stderr := fact.Difference{Factor: fact.Factor{Kind: fact.Stderr}, Good: present("tty 80x24"), Bad: present("pipe, nobody reads")}
	umask := fact.Difference{Factor: fact.Factor{Kind: fact.Umask}, Good: present("022"), Bad: present("077"), Via: "umask(077) between fork and exec"}
	empty := fact.Difference{Factor: fact.Factor{Kind: fact.Env, Name: "FROZEN"}, Bad: present("")}
	both := isolate.Evidence{BadUndone: isolate.Count{Runs: 3, Passed: 3}, GoodBroken: isolate.Count{Runs: 3, Failed: 3}}
	joint := both
	joint.Removals = []isolate.Removal{{Count: isolate.Count{Runs: 2, Passed: 2}}, {Count: isolate.Count{Runs: 2, Passed: 2}}}
	three := both
	three.Removals = append(joint.Removals, isolate.Removal{Count: isolate.Count{Runs: 2, Passed: 1, Failed: 1}})
	others := make([]fact.Difference, 55)
	library := func(n string) transplant.Refusal {
		return transplant.Refusal{Factor: fact.Factor{Kind: fact.Library, Name: n}, Reason: "seen and compared only: the program loaded it itself"}
	}
	one := func(c CauseFound) []CauseFound { return []CauseFound{c} }
	sets := func(ds ...[]fact.Difference) [][]fact.Difference { return ds }
	is := func(ds ...fact.Difference) []fact.Difference { return ds }
	all := map[string]*WhyAnswer{
		"one": {Verdict: isolate.Caused, Trials: 12, Took: 8400 * time.Millisecond, Answer: isolate.Answer{Confidence: 0.99997}, RuledOut: others[:1],
			Causes: one(CauseFound{Factors: is(empty), Fixes: sets(is(empty)), Proof: both, Direction: isolate.Both}), Popen: []string{`env.pop("FROZEN", None)`},
			Refused: []transplant.Refusal{library("a.so"), library("b.so"), {Factor: fact.Factor{Kind: fact.Env, Name: "API_TOKEN"}, Reason: "the value is masked in the snapshot file: only its fingerprint is known"}}},
		"joint": {Verdict: isolate.Caused, Trials: 21, Took: 124 * time.Second, Answer: isolate.Answer{Confidence: 0.9912}, RuledOut: others,
			Causes: one(CauseFound{Factors: is(testing, stderr), Fixes: sets(is(testing), is(stderr)), Proof: joint, OneUndone: isolate.Count{Runs: 2, Passed: 2}, Direction: isolate.Both}),
			Popen:  []string{`env.pop("WORKER_TESTING", None)`}},
		"three": {Verdict: isolate.Caused, Trials: 40, Took: 61 * time.Second, Answer: isolate.Answer{Confidence: 0.99},
			Causes: one(CauseFound{Factors: is(testing, stderr, umask), Fixes: sets(is(umask)), Proof: three, Direction: isolate.Both})},
		"independent": {Verdict: isolate.Caused, Trials: 40, Took: 61 * time.Second, Answer: isolate.Answer{Confidence: 0.99},
			Causes: []CauseFound{{Factors: is(testing), Fixes: sets(is(testing, umask)), Proof: both, Direction: isolate.Both}, {Factors: is(umask), Fixes: sets(is(testing, umask)), Proof: both, Direction: isolate.Both}}},
		"good-only": {Verdict: isolate.Caused, Trials: 9, Took: time.Second, Answer: isolate.Answer{Confidence: 0.995},
			Causes: one(CauseFound{Factors: is(umask), Proof: isolate.Evidence{GoodBroken: isolate.Count{Runs: 4, Failed: 4}}, Direction: isolate.GoodOnly})},
		"none": {Verdict: isolate.NoCause, Trials: 10, Took: time.Second, Leads: []LeadFound{{Factors: is(testing, umask), Why: "undone with all others, bad passed once"}},
			Refused: []transplant.Refusal{{Factor: fact.Factor{Kind: fact.Seccomp}, Reason: "a filter can't be taken off"}}, Notes: []string{"bad is flaky"}},
		"not-reproduced": {Verdict: isolate.NotReproduced, Trials: 14, Took: 3 * time.Second,
			Answer: isolate.Answer{Rates: isolate.Rates{Good: isolate.Count{Runs: 7, Passed: 7}, Bad: isolate.Count{Runs: 7, Passed: 6, Failed: 1}}}},
	}
	for _, a := range all {
		a.Differences = append(others, others...)
		for i := range a.Causes {
			a.Causes[i].Confidence = a.Answer.Confidence
		}
	}
	return all
}

func TestTheAnswerInWords(t *testing.T) {
	for name, a := range answers() {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(append(a.Words(), "", "as findings:"), "\n") + "\n" + strings.Join(a.sentences(), "\n") + "\n"
			path := filepath.Join("testdata", "answers", name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
