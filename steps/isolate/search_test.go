package isolate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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

func TestGroupsMoveTogether(t *testing.T) {
	w := newWorld(1, 12, 1, 1, []ID{5})
	a := mustRun(t, Config{Differences: differences(12), Groups: [][]ID{{4, 5}, {5, 6}}}, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		in := w.state(r)
		if in[4] != in[5] || in[5] != in[6] {
			t.Errorf("%s takes the group apart", r)
		}
		return w.oracle(ctx, r)
	})
	if !exact(a, []ID{4, 5, 6}) {
		t.Fatalf("%+v", a)
	}
}

// parts 100, 101, ... of difference 2; the oracle sees the parts.
func refined(culprits ...ID) (Config, Oracle) {
	cfg := Config{Differences: differences(8), Refine: func(id ID) []ID {
		if id == 2 {
			return []ID{100, 101, 102, 103, 104}
		}
		return nil
	}}
	return cfg, func(_ context.Context, r Request) (fact.Verdict, float64, error) {
		bad := func(id ID) bool {
			moved := slices.Contains(r.Set, id) || id >= 100 && slices.Contains(r.Set, 2)
			return moved == (r.Side == fact.Good)
		}
		for _, c := range culprits {
			if !bad(c) {
				return fact.Pass, 0, nil
			}
		}
		return fact.Fail, 0, nil
	}
}

func TestCompoundDifferencesAreRefined(t *testing.T) {
	cfg, o := refined(102)
	if a := mustRun(t, cfg, o); !exact(a, []ID{102}) || !slices.Equal(a.Causes[0].Fixes[0], []ID{102}) || a.Confidence < 0.99 {
		t.Errorf("%+v", a)
	}
	cfg, o = refined(100, 104, 6)
	if a := mustRun(t, cfg, o); !exact(a, []ID{6, 100, 104}) || len(a.Causes[0].Fixes) != 3 {
		t.Errorf("%+v", a)
	}
	cfg, o = refined(100, 101, 102, 103, 104)
	if a := mustRun(t, cfg, o); !exact(a, []ID{2}) {
		t.Errorf("all parts are the whole: %+v", a)
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

func TestParallelTrialsFindTheSame(t *testing.T) {
	for jobs := 1; jobs <= 6; jobs++ {
		w := newWorld(1, 46, 1, 1, []ID{9, 30})
		a := mustRun(t, Config{Differences: differences(46), Jobs: jobs}, locked(w.oracle))
		if !exact(a, []ID{9, 30}) || a.Confidence < 0.99 {
			t.Fatalf("jobs %d: %+v", jobs, a)
		}
	}
}

func TestNextHandsOutNoMoreThanJobs(t *testing.T) {
	s, err := New(Config{Differences: differences(20), Jobs: 3})
	if err != nil {
		t.Fatal(err)
	}
	first := s.Next()
	if len(first) != 3 || len(s.Next()) != 0 {
		t.Fatalf("%v", first)
	}
	s.Forget(first[2])
	if again := s.Next(); len(again) != 1 {
		t.Fatalf("after one was taken back: %v", again)
	}
}

func TestProgressEndsAtNothingLeft(t *testing.T) {
	w := newWorld(1, 46, 1, 1, []ID{9, 30})
	s, err := New(Config{Differences: differences(46)})
	if err != nil {
		t.Fatal(err)
	}
	first := s.Progress()
	if first.Expected < 15 || first.Expected > 60 || first.Upper < first.Expected || first.Left < first.Upper {
		t.Errorf("at the start: %+v", first)
	}
	for {
		if _, ok := s.Done(); ok {
			break
		}
		before := s.Progress()
		for _, r := range s.Next() {
			v, _, _ := w.oracle(context.Background(), r)
			if err := s.Tell(Result{r, v, 2}); err != nil {
				t.Fatal(err)
			}
		}
		if p := s.Progress(); p.Done != before.Done+1 || p.Left > before.Left || p.Expected > 0 && math.Abs(p.Seconds-2*float64(p.Expected)) > 2*float64(p.Expected) {
			t.Fatalf("%+v then %+v", before, p)
		}
	}
	if p := s.Progress(); p.Expected != 0 || p.Left != 0 {
		t.Errorf("at the end: %+v", p)
	}
}

func TestLimitOfRunsIsKept(t *testing.T) {
	for limit := 1; limit < 40; limit++ {
		w := newWorld(1, 46, 1, 1, []ID{9, 30})
		a := mustRun(t, Config{Differences: differences(46), MaxRuns: limit}, w.oracle)
		if a.Runs > limit {
			t.Fatalf("limit %d: %d runs", limit, a.Runs)
		}
		if a.Confidence >= 0.99 && !exact(a, []ID{9, 30}) {
			t.Fatalf("limit %d: %+v", limit, a)
		}
	}
}

func TestWrongInputIsRefused(t *testing.T) {
	for name, cfg := range map[string]Config{
		"twice":       {Differences: []Difference{{1, 0}, {1, 0}}},
		"score":       {Differences: []Difference{{1, 1.5}}},
		"not a score": {Differences: []Difference{{1, math.NaN()}}},
		"group":       {Differences: differences(2), Groups: [][]ID{{1, 7}}},
		"sides":       {NoGood: true, NoBad: true},
		"confidence":  {Confidence: 1},
		"negative":    {Jobs: -1},
		"parts":       {Differences: differences(2), Refine: func(ID) []ID { return []ID{0, 1} }},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	s, _ := New(Config{Differences: differences(2)})
	for name, r := range map[string]Result{
		"verdict": {Request{fact.Good, nil, Control}, "maybe", 0},
		"side":    {Request{"ugly", nil, Control}, fact.Pass, 0},
		"role":    {Request{fact.Good, nil, "walk-on"}, fact.Pass, 0},
		"set":     {Request{fact.Good, []ID{9}, Candidate}, fact.Pass, 0},
	} {
		if err := s.Tell(r); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestErrorsAndCancellationStopTheRun(t *testing.T) {
	broken := errors.New("no pty left")
	_, err := Run(context.Background(), Config{Differences: differences(4), Jobs: 3}, nil, func(context.Context, Request) (fact.Verdict, float64, error) {
		return "", 0, broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	runs := 0
	_, err = Run(ctx, Config{Differences: differences(4)}, nil, func(_ context.Context, r Request) (fact.Verdict, float64, error) {
		if runs++; runs == 3 {
			stop()
		}
		return fixedSides(ctx, r)
	})
	if !errors.Is(err, context.Canceled) || runs != 3 {
		t.Errorf("got %v after %d runs", err, runs)
	}
}

// Two joint differences among twelve; undoing either mends bad.
func ExampleRun() {
	oracle := func(_ context.Context, r Request) (fact.Verdict, float64, error) {
		bad := func(id ID) bool { return slices.Contains(r.Set, id) == (r.Side == fact.Good) }
		if bad(3) && bad(8) {
			return fact.Fail, 0.1, nil
		}
		return fact.Pass, 0.1, nil
	}
	var cfg Config
	for id := range ID(12) {
		cfg.Differences = append(cfg.Differences, Difference{ID: id, Score: 0.1})
	}
	a, err := Run(context.Background(), cfg, nil, oracle)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := a.Causes[0]
	fmt.Println(a.Verdict, c.Set, "fixes", c.Fixes, c.Direction, c.Confidence > 0.99)
	// Output: cause [3 8] fixes [[3] [8]] both true
}
