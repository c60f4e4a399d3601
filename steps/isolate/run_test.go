package isolate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"casebook/steps/fact"
)

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
