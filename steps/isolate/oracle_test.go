package isolate

import (
	"context"
	"math/rand"
	"slices"
	"sync"
	"testing"

	"casebook/steps/fact"
)

// world is a pair of launches to search in: a state fails when it holds
// one of the causes, and shows it with a rate.
type world struct {
	n         int
	causes    [][]ID
	goodFails float64 // rate at which passing states fail
	badFails  float64 // rate at which failing states fail
	rnd       *rand.Rand
	roles     map[Role]int
	asked     map[string]int // by request without role
}

func newWorld(seed int64, n int, goodPasses, badFails float64, causes ...[]ID) *world {
	return &world{n: n, causes: causes, goodFails: 1 - goodPasses, badFails: badFails,
		rnd: rand.New(rand.NewSource(seed)), asked: map[string]int{}, roles: map[Role]int{}}
}

func (w *world) state(r Request) map[ID]bool {
	in := map[ID]bool{}
	for i := range w.n {
		in[ID(i)] = r.Side == fact.Bad
	}
	for _, id := range r.Set {
		in[id] = r.Side == fact.Good
	}
	return in
}

func (w *world) failing(in map[ID]bool) bool {
	return slices.ContainsFunc(w.causes, func(c []ID) bool {
		return !slices.ContainsFunc(c, func(id ID) bool { return !in[id] })
	})
}

func (w *world) oracle(_ context.Context, r Request) (fact.Verdict, float64, error) {
	w.roles[r.Role]++
	w.asked[r.String()]++
	rate := w.goodFails
	if w.failing(w.state(r)) {
		rate = w.badFails
	}
	if w.rnd.Float64() < rate {
		return fact.Fail, 0, nil
	}
	return fact.Pass, 0, nil
}

// differences with flat suspicion.
func differences(n int) []Difference {
	ds := make([]Difference, n)
	for i := range ds {
		ds[i] = Difference{ID: ID(i), Score: 0.3}
	}
	return ds
}

// suspected gives a share of the differences a high score; each culprit is
// among them with a chance of hit.
func suspected(rnd *rand.Rand, n int, culprits []ID, share, hit float64) []Difference {
	ds := differences(n)
	for i := range ds {
		ds[i].Score = 0.15
	}
	room := int(share*float64(n) + 0.5)
	for _, c := range culprits {
		if rnd.Float64() < hit && room > 0 {
			ds[c].Score, room = 0.8, room-1
		}
	}
	for _, i := range rnd.Perm(n) {
		if room > 0 && !slices.Contains(culprits, ID(i)) {
			ds[i].Score, room = 0.8, room-1
		}
	}
	return ds
}

// some draws k of n, ascending.
func some(rnd *rand.Rand, n, k int) []ID {
	var out []ID
	for _, i := range rnd.Perm(n)[:k] {
		out = append(out, ID(i))
	}
	slices.Sort(out)
	return out
}

func mustRun(t testing.TB, cfg Config, o Oracle) Answer {
	t.Helper()
	a, err := Run(context.Background(), cfg, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func exact(a Answer, causes ...[]ID) bool {
	if a.Verdict != Caused || len(a.Causes) != len(causes) {
		return false
	}
	for _, want := range causes {
		if !slices.ContainsFunc(a.Causes, func(c Cause) bool { return slices.Equal(c.Set, want) }) {
			return false
		}
	}
	return true
}

// locked makes an oracle safe for parallel trials.
func locked(o Oracle) Oracle {
	var mu sync.Mutex
	return func(ctx context.Context, r Request) (fact.Verdict, float64, error) {
		mu.Lock()
		defer mu.Unlock()
		return o(ctx, r)
	}
}
