package isolate

import (
	"context"
	"slices"
	"testing"

	"casebook/steps/fact"
)

// fixedSides fails in bad and passes in good whatever is moved.
func fixedSides(_ context.Context, r Request) (fact.Verdict, float64, error) {
	if r.Side == fact.Bad {
		return fact.Fail, 0, nil
	}
	return fact.Pass, 0, nil
}

func TestNothingMovableExplainsIt(t *testing.T) {
	ds := differences(10)
	ds[7].Score = 0.9
	a := mustRun(t, Config{Differences: ds}, fixedSides)
	if a.Verdict != NoCause || len(a.Causes) != 0 || len(a.Leads) == 0 || a.Leads[0].Set[0] != 7 {
		t.Fatalf("%+v", a)
	}
	if a.Runs > 16 {
		t.Errorf("it took %d runs to ask two questions", a.Runs)
	}
}

func TestNoDifferences(t *testing.T) {
	if a := mustRun(t, Config{}, fixedSides); a.Verdict != NoCause {
		t.Fatalf("%+v", a)
	}
}

// hidden is a world with a difference that can't be moved.
func hidden(w *world, fails func(moved bool, side fact.Side) bool) Oracle {
	return func(_ context.Context, r Request) (fact.Verdict, float64, error) {
		if fails(w.failing(w.state(r)), r.Side) {
			return fact.Fail, 0, nil
		}
		return fact.Pass, 0, nil
	}
}

func TestSomethingImmovableIsNeededToo(t *testing.T) {
	w := newWorld(1, 20, 1, 1, []ID{4, 11})
	a := mustRun(t, Config{Differences: differences(20)}, hidden(w, func(moved bool, side fact.Side) bool { return moved && side == fact.Bad }))
	if !exact(a, []ID{4, 11}) || a.Causes[0].Direction != BadOnly {
		t.Fatalf("%+v", a)
	}
	p := a.Causes[0].Proof
	if p.GoodBroken.Runs != 0 || p.BadKept.Failed < 3 || p.BadUndone.Passed < 3 {
		t.Fatalf("%+v", p)
	}
	if len(a.Causes[0].Fixes) != 2 {
		t.Errorf("either member mends: %v", a.Causes[0].Fixes)
	}
}

func TestSomethingImmovableIsACauseByItself(t *testing.T) {
	w := newWorld(1, 20, 1, 1, []ID{4, 11})
	a := mustRun(t, Config{Differences: differences(20)}, hidden(w, func(moved bool, side fact.Side) bool { return moved || side == fact.Bad }))
	if !exact(a, []ID{4, 11}) || a.Causes[0].Direction != GoodOnly || a.Causes[0].Proof.BadUndone.Passed != 0 || a.Causes[0].Fixes != nil {
		t.Fatalf("%+v", a)
	}
}

// 4 breaks either launch; 11 breaks bad together with something that can't be moved.
func TestSecondCauseOnlyInBad(t *testing.T) {
	w := newWorld(1, 20, 1, 1, []ID{4})
	a := mustRun(t, Config{Differences: differences(20)}, func(_ context.Context, r Request) (fact.Verdict, float64, error) {
		if in := w.state(r); in[4] || in[11] && r.Side == fact.Bad {
			return fact.Fail, 0, nil
		}
		return fact.Pass, 0, nil
	})
	if !exact(a, []ID{4}, []ID{11}) || a.Confidence < 0.99 {
		t.Fatalf("%+v", a)
	}
	if a.Causes[0].Direction != Both || a.Causes[1].Direction != BadOnly || !slices.Equal(a.Causes[0].Fixes[0], []ID{4, 11}) {
		t.Errorf("%+v", a.Causes)
	}
}

func onlySide(t *testing.T, side fact.Side, o Oracle) Oracle {
	return func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		if r.Side != side {
			t.Errorf("%s was run, which is only a snapshot", r)
		}
		return o(ctx, r)
	}
}

func TestSnapshotOfBad(t *testing.T) {
	for _, flaky := range []float64{1, 0.8} {
		w := newWorld(3, 30, 1, flaky, []ID{4, 11}, []ID{20})
		a := mustRun(t, Config{Differences: differences(30), NoBad: true}, onlySide(t, fact.Good, w.oracle))
		if !exact(a, []ID{4, 11}, []ID{20}) || a.Causes[0].Direction != GoodOnly || a.Confidence < 0.99 {
			t.Fatalf("%+v", a)
		}
	}
}

func TestSnapshotOfGood(t *testing.T) {
	for _, flaky := range []float64{1, 0.8} {
		w := newWorld(3, 30, 1, flaky, []ID{4, 11}, []ID{20})
		a := mustRun(t, Config{Differences: differences(30), NoGood: true}, onlySide(t, fact.Bad, w.oracle))
		if !exact(a, []ID{4, 11}, []ID{20}) || a.Causes[0].Direction != BadOnly || a.Confidence < 0.99 {
			t.Fatalf("%+v", a)
		}
		if len(a.Causes[0].Fixes) == 0 {
			t.Errorf("bad can be run, so fixes can be found")
		}
	}
}

func TestSnapshotThatExplainsNothing(t *testing.T) {
	a := mustRun(t, Config{Differences: differences(30), NoBad: true}, onlySide(t, fact.Good, fixedSides))
	if a.Verdict != NoCause || len(a.Leads) == 0 {
		t.Fatalf("%+v", a)
	}
}
