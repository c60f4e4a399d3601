package isolate

import (
	"context"
	"strings"
	"testing"

	"casebook/steps/fact"
)

// A non-monotone failure: 3 breaks good unless 8 comes with it, and everything breaks it.
func TestOutcomesThatAreNotMonotoneAreSaid(t *testing.T) {
	said := 0
	for culprit := range ID(10) {
		a := mustRun(t, Config{Differences: differences(10)}, func(_ context.Context, r Request) (fact.Verdict, float64, error) {
			w := newWorld(1, 10, 1, 1)
			in := w.state(r)
			mend := (culprit + 5) % 10
			if in[culprit] && (!in[mend] || in[(mend+1)%10]) {
				return fact.Fail, 0, nil
			}
			return fact.Pass, 0, nil
		})
		if a.Verdict == Caused && a.Confidence >= 0.99 && !exact(a, []ID{culprit}) {
			t.Errorf("culprit %d: %+v", culprit, a)
		}
		if strings.Contains(strings.Join(a.Notes, ";"), "not monotone") && a.Method == "ddmin" {
			said++
		}
	}
	if said == 0 {
		t.Error("no search noticed")
	}
}

// A failing run that hangs costs fifty times as much: fewer of them are made.
func TestDearFailuresAreAvoided(t *testing.T) {
	failures := func(c Cost) (n int) {
		for culprit := range ID(40) {
			w := newWorld(1, 40, 1, 1, []ID{culprit})
			mustRun(t, Config{Differences: differences(40), Cost: c, Controls: 3}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
				v, _, err := w.oracle(ctx, r)
				if v == fact.Fail && r.Role == Candidate {
					n++
				}
				return v, 0, err
			})
		}
		return n
	}
	if dear, even := failures(Cost{1, 50}), failures(Cost{1, 1}); dear >= even*3/4 {
		t.Errorf("%d failing candidates where they are dear, %d where not", dear, even)
	}
}

// Bad is four times as fast as good where it passes: the search works there, the proof in both.
func TestSearchInTheFasterLaunch(t *testing.T) {
	w := newWorld(1, 40, 1, 1, []ID{5, 22})
	inBad, inGood := 0, 0
	a := mustRun(t, Config{Differences: differences(40)}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		v, _, err := w.oracle(ctx, r)
		if r.Role == Candidate && r.Side == fact.Good {
			inGood++
		} else if r.Role == Candidate {
			inBad++
		}
		if r.Side == fact.Good {
			return v, 4, err
		}
		return v, 1, err
	})
	if !exact(a, []ID{5, 22}) || a.Causes[0].Direction != Both || a.Causes[0].Proof.GoodBroken.Failed < 3 {
		t.Fatalf("%+v", a)
	}
	if inBad < 2*inGood {
		t.Errorf("%d candidates in bad, %d in good", inBad, inGood)
	}
}

// What the proof found wanting is not claimed: the failing rate of the cause in good is far lower than that of bad.
func TestWeakerFailureInGood(t *testing.T) {
	w := newWorld(5, 30, 1, 1, []ID{7})
	a := mustRun(t, Config{Differences: differences(30)}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		if r.Side == fact.Good && w.failing(w.state(r)) && w.rnd.Float64() > 0.6 {
			return fact.Pass, 0, nil
		}
		return w.oracle(ctx, r)
	})
	if !exact(a, []ID{7}) {
		t.Fatalf("%+v", a)
	}
}
