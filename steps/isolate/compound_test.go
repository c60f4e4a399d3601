package isolate

import (
	"context"
	"slices"
	"testing"

	"casebook/steps/fact"
)

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
