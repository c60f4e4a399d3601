package isolate

import (
	"context"
	"strings"
	"testing"

	"casebook/steps/fact"
)

func TestGoodThatFailsIsNotReproduced(t *testing.T) {
	w := newWorld(1, 10, 0, 1, []ID{3})
	a := mustRun(t, Config{Differences: differences(10)}, w.oracle)
	if a.Verdict != NotReproduced || a.Rates.Good.Passed != 0 || len(a.Causes) != 0 {
		t.Fatalf("%+v", a)
	}
}

func TestBadThatPassesIsNotReproduced(t *testing.T) {
	w := newWorld(1, 10, 1, 0, []ID{3})
	a := mustRun(t, Config{Differences: differences(10)}, w.oracle)
	if a.Verdict != NotReproduced || a.Rates.Bad.Failed != 0 || a.Runs > 20 {
		t.Fatalf("%+v", a)
	}
	if !strings.Contains(strings.Join(a.Notes, ";"), "bad passed 14 and failed 0 of 14") {
		t.Errorf("the rates are not told: %q", a.Notes)
	}
}

// A launch that is unresolved each time is not the failure that is looked for.
func TestAnotherFailureIsNotTheFailure(t *testing.T) {
	w := newWorld(1, 10, 1, 1, []ID{3})
	a := mustRun(t, Config{Differences: differences(10)}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		if w.failing(w.state(r)) {
			return fact.Unresolved, 0, nil
		}
		return w.oracle(ctx, r)
	})
	if a.Verdict != NotReproduced || a.Runs > 8 {
		t.Fatalf("%+v", a)
	}
}

// The launches change half way: bad is mended by somebody, later broken by something else.
func TestDriftVoidsWhatCameBefore(t *testing.T) {
	w := newWorld(1, 16, 1, 1, []ID{5})
	later := newWorld(1, 16, 1, 1, []ID{9})
	runs := 0
	a := mustRun(t, Config{Differences: differences(16)}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		runs++
		if runs > 9 && runs < 25 {
			return fact.Pass, 0, nil
		}
		if runs >= 25 {
			return later.oracle(ctx, r)
		}
		return w.oracle(ctx, r)
	})
	if a.Verdict == Caused && !exact(a, []ID{9}) {
		t.Fatalf("%+v", a)
	}
}

func TestBadThatStopsFailingIsToldAsDrift(t *testing.T) {
	w := newWorld(1, 16, 1, 1, []ID{5})
	runs := 0
	a := mustRun(t, Config{Differences: differences(16)}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		if runs++; runs > 10 {
			return fact.Pass, 0, nil
		}
		return w.oracle(ctx, r)
	})
	if a.Verdict != NotReproduced || a.Rates.DriftedTimes == 0 || !strings.Contains(a.Notes[0], "changed") {
		t.Fatalf("%+v", a)
	}
}
