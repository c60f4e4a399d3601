package isolate

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"casebook/steps/fact"

	"pgregory.net/rapid"
)

// brute is an arbitrary steady outcome per state, as a table over bit masks.
type brute struct {
	n       int
	verdict []fact.Verdict // by mask of what stands at its bad value
}

func (b brute) mask(r Request) int {
	m := 0
	for _, id := range r.Set {
		m |= 1 << id
	}
	if r.Side == fact.Bad {
		m = len(b.verdict) - 1 - m
	}
	return m
}

func (b brute) oracle(_ context.Context, r Request) (fact.Verdict, float64, error) {
	return b.verdict[b.mask(r)], 0, nil
}

func maskOfIDs(ids []ID) int {
	m := 0
	for _, id := range ids {
		m |= 1 << id
	}
	return m
}

// drawCauses draws minimal causes, none inside another.
func drawCauses(t *rapid.T, n int) [][]ID {
	var cs []int
	for range rapid.IntRange(1, 3).Draw(t, "causes") {
		m := 0
		for range rapid.IntRange(1, 3).Draw(t, "size") {
			m |= 1 << rapid.IntRange(0, n-1).Draw(t, "member")
		}
		cs = append(cs, m)
	}
	var out [][]ID
	for i, m := range cs {
		minimal := !slices.ContainsFunc(cs[:i], func(o int) bool { return o == m })
		for _, o := range cs {
			if o != m && o&m == o {
				minimal = false
			}
		}
		if minimal {
			var ids []ID
			for b := range n {
				if m&(1<<b) != 0 {
					ids = append(ids, ID(b))
				}
			}
			out = append(out, ids)
		}
	}
	return out
}

func drawDifferences(t *rapid.T, n int) []Difference {
	ds := differences(n)
	for i := range ds {
		ds[i].Score = rapid.SampledFrom([]float64{0, 0.2, 0.5, 1}).Draw(t, "score")
	}
	return ds
}

// A steady monotone failure: each answer is a minimal cause, together they leave
// bad mended, and every claim has its runs.
func TestMonotoneFailuresAreFoundExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 24).Draw(t, "n")
		causes := drawCauses(t, n)
		w := newWorld(1, n, 1, 1, causes...)
		a, err := Run(context.Background(), Config{Differences: drawDifferences(t, n), Jobs: rapid.IntRange(1, 4).Draw(t, "jobs")}, nil, locked(w.oracle))
		if err != nil {
			t.Fatal(err)
		}
		if a.Verdict != Caused || a.Confidence < 0.99 {
			t.Fatalf("causes %v: %s with confidence %v, %v", causes, a.Verdict, a.Confidence, a.Notes)
		}
		undone := map[ID]bool{}
		for _, c := range a.Causes {
			if !slices.ContainsFunc(causes, func(x []ID) bool { return slices.Equal(x, c.Set) }) {
				t.Fatalf("causes %v: claims %v", causes, c.Set)
			}
			if c.Direction != Both || c.Proof.GoodBroken.Failed < 3 || c.Proof.BadUndone.Passed < 3 || len(c.Set) > 1 && len(c.Proof.Removals) != len(c.Set) {
				t.Fatalf("proof of %v is thin: %+v", c.Set, c.Proof)
			}
			for _, id := range c.Set {
				undone[id] = true
			}
			checkFixes(t, w, c)
		}
		for _, c := range causes {
			if !slices.ContainsFunc(c, func(id ID) bool { return undone[id] }) {
				t.Fatalf("causes %v: %v was not found", causes, c)
			}
		}
		for _, id := range a.RuledOut {
			if undone[id] {
				t.Fatalf("%d is ruled out and a cause", id)
			}
		}
	})
}

// checkFixes: each fix mends bad, and no member of it can be spared.
func checkFixes(t *rapid.T, w *world, c Cause) {
	if len(c.Fixes) == 0 {
		t.Fatalf("no fix of %v", c.Set)
	}
	for _, f := range c.Fixes {
		if w.failing(w.state(Request{Side: fact.Bad, Set: f})) {
			t.Fatalf("fix %v does not mend bad", f)
		}
		for i := range f {
			if less := slices.Delete(slices.Clone(f), i, i+1); !w.failing(w.state(Request{Side: fact.Bad, Set: less})) {
				t.Fatalf("fix %v is not minimal: %v is enough", f, less)
			}
		}
	}
}

// Arbitrary outcomes, also unresolved ones: what is claimed holds.
func TestArbitraryOutcomesNeverMakeAWrongClaim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		b := brute{n: n, verdict: make([]fact.Verdict, 1<<n)}
		kinds := []fact.Verdict{fact.Pass, fact.Fail, fact.Pass, fact.Fail, fact.Pass, fact.Unresolved}
		for i := range b.verdict {
			b.verdict[i] = rapid.SampledFrom(kinds).Draw(t, "verdict")
		}
		b.verdict[0], b.verdict[len(b.verdict)-1] = fact.Pass, fact.Fail
		a, err := Run(context.Background(), Config{Differences: drawDifferences(t, n)}, nil, b.oracle)
		if err != nil {
			t.Fatal(err)
		}
		b.judge(t, a)
	})
}

// judge compares an answer with the table.
func (b brute) judge(t *rapid.T, a Answer) {
	if a.Verdict == NotReproduced {
		t.Fatalf("reproducible, but: %v", a.Notes)
	}
	united := 0
	for _, c := range a.Causes {
		united |= maskOfIDs(c.Set)
	}
	for _, c := range a.Causes {
		m := maskOfIDs(c.Set)
		if b.verdict[m] != fact.Fail {
			t.Fatalf("%v is claimed and does not fail; %v", c.Set, a.Notes)
		}
		if c.Direction == Both && b.verdict[(len(b.verdict)-1)&^united] != fact.Pass {
			t.Fatalf("%v: both directions are claimed, bad is not mended; %v", c.Set, a.Notes)
		}
		for _, r := range c.Proof.Removals {
			v := b.verdict[m&^maskOfIDs(r.Without)]
			if r.Needed != (v == fact.Pass) && v != fact.Unresolved {
				t.Fatalf("%v without %v: needed %v, verdict %v", c.Set, r.Without, r.Needed, v)
			}
			if v == fact.Fail && c.Confidence > 0.5 {
				t.Fatalf("%v is not minimal: %v can go", c.Set, r.Without)
			}
			if v == fact.Unresolved && c.Confidence > 0.9 {
				t.Fatalf("%v: removal of %v is unresolved, confidence %v", c.Set, r.Without, c.Confidence)
			}
		}
		for _, f := range c.Fixes {
			if b.verdict[(len(b.verdict)-1)&^maskOfIDs(f)] != fact.Pass {
				t.Fatalf("fix %v does not mend bad", f)
			}
		}
	}
}

// Some differences can't be applied without others, or never: the culprits are found
// all the same.
func TestUnresolvedConfigurationsAreWorkedRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 20).Draw(t, "n")
		causes := [][]ID{{ID(rapid.IntRange(0, n-1).Draw(t, "culprit"))}}
		if rapid.Bool().Draw(t, "joint") {
			causes[0] = append(causes[0], ID(rapid.IntRange(0, n-1).Draw(t, "second")))
			slices.Sort(causes[0])
			causes[0] = slices.Compact(causes[0])
		}
		w := newWorld(1, n, 1, 1, causes...)
		u, v := ID(rapid.IntRange(0, n-1).Draw(t, "u")), ID(rapid.IntRange(0, n-1).Draw(t, "v"))
		oracle := func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
			if in := w.state(r); in[u] != in[v] && len(r.Set) > len(causes[0]) {
				return fact.Unresolved, 0, nil
			}
			return w.oracle(ctx, r)
		}
		a, err := Run(context.Background(), Config{Differences: drawDifferences(t, n)}, nil, oracle)
		if err != nil {
			t.Fatal(err)
		}
		if !exact(a, causes...) {
			t.Fatalf("causes %v, %d and %d only together: %s %+v %v %+v", causes, u, v, a.Verdict, a.Causes, a.Notes, a.Leads)
		}
	})
}

// A search that is killed after any number of runs and told its results again
// makes the same decisions and repeats nothing.
func TestReplayMakesTheSameSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		causes := drawCauses(t, n)
		seed := rapid.Int64().Draw(t, "seed")
		cfg := Config{Differences: drawDifferences(t, n)}
		w := newWorld(seed, n, 0.97, 0.9, causes...)
		var log []Result
		a, err := Run(context.Background(), cfg, nil, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
			v, s, err := w.oracle(ctx, r)
			log = append(log, Result{r, v, s})
			return v, s, err
		})
		if err != nil {
			t.Fatal(err)
		}
		cut := rapid.IntRange(0, len(log)).Draw(t, "killed after")
		next := cut
		b, err := Run(context.Background(), cfg, log[:cut], func(_ context.Context, r Request) (fact.Verdict, float64, error) {
			if next >= len(log) || r.String() != log[next].String() || r.Role != log[next].Role {
				return "", 0, fmt.Errorf("run %d is %s (%s), it was %s", next, r, r.Role, log[min(next, len(log)-1)])
			}
			next++
			return log[next-1].Verdict, 0, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) || next != len(log) {
			t.Fatalf("answers differ:\n%+v\n%+v", a, b)
		}
	})
}

// A difference that can never be applied spoils both big questions, and every
// configuration that moves it.
func TestDifferenceThatCanNeverBeApplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		u := ID(rapid.IntRange(0, n-1).Draw(t, "never"))
		var cause []ID
		for range rapid.IntRange(1, 2).Draw(t, "size") {
			if id := ID(rapid.IntRange(0, n-1).Draw(t, "culprit")); id != u && !slices.Contains(cause, id) {
				cause = append(cause, id)
			}
		}
		if len(cause) == 0 {
			t.Skip("the culprit can't be moved")
		}
		slices.Sort(cause)
		w := newWorld(1, n, 1, 1, cause)
		a, err := Run(context.Background(), Config{Differences: drawDifferences(t, n)}, nil, func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
			if slices.Contains(r.Set, u) {
				return fact.Unresolved, 0, nil
			}
			return w.oracle(ctx, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		if !exact(a, cause) || a.Confidence < 0.99 || a.Causes[0].Direction != Both {
			t.Fatalf("cause %v, never %d: %s %+v %v %+v", cause, u, a.Verdict, a.Causes, a.Notes, a.Leads)
		}
	})
}
