package isolate

import (
	"fmt"
	"math/rand"
	"testing"
)

// BenchmarkSearch reports the mean number of candidates beside textbook ddmin:
// 16, 46 and 200 differences, 1 to 3 joint culprits, without and with an order of suspicion, steady and flaky.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{16, 46, 200} {
		for k := 1; k <= 3; k++ {
			for _, ordered := range []bool{false, true} {
				for _, flaky := range []bool{false, true} {
					b.Run(fmt.Sprintf("n=%d/culprits=%d/ordered=%v/flaky=%v", n, k, ordered, flaky), func(b *testing.B) {
						benchSearch(b, n, k, ordered, flaky)
					})
				}
			}
		}
	}
}

func benchSearch(b *testing.B, n, k int, ordered, flaky bool) {
	var s sums
	for i := range b.N {
		s.one(b, int64(i), n, k, ordered, flaky)
	}
	s.report(b)
}

// sums adds searches up.
type sums struct {
	searches, candidates, runs, searchRuns, right, claimed, claimedRight, ddmin int
}

func (s *sums) one(b testing.TB, seed int64, n, k int, ordered, flaky bool) {
	rnd := rand.New(rand.NewSource(seed))
	culprits := some(rnd, n, k)
	w := newWorld(seed+1, n, 1, 1, culprits)
	if flaky {
		w.badFails, w.goodFails = 0.90, 0.05
	}
	ds := differences(n)
	if ordered {
		ds = suspected(rnd, n, culprits, 0.15, 0.8)
	}
	a := mustRun(b, Config{Differences: ds}, w.oracle)
	s.searches++
	s.candidates += a.Candidates
	s.runs += a.Runs
	s.searchRuns += w.roles[Candidate]
	ok := exact(a, culprits)
	if ok {
		s.right++
	}
	if a.Confidence >= 0.99 {
		s.claimed++
		if ok {
			s.claimedRight++
		}
	}
	if !flaky {
		s.ddmin += textbookDdmin(n, func(in map[ID]bool) bool { return w.failing(in) })
	}
}

func (s *sums) report(b *testing.B) {
	per := func(x int) float64 { return float64(x) / float64(s.searches) }
	b.ReportMetric(per(s.candidates), "candidates")
	b.ReportMetric(per(s.runs), "runs")
	b.ReportMetric(float64(s.searchRuns)/float64(s.candidates), "runs/candidate")
	b.ReportMetric(100*per(s.right), "%right")
	b.ReportMetric(100*per(s.claimed), "%claimed")
	if s.ddmin > 0 {
		b.ReportMetric(per(s.ddmin), "ddmin-candidates")
	}
}

// textbookDdmin is Zeller and Hildebrandt's algorithm as printed: pieces
// first, then complements, then finer; it returns how many configurations it tests.
func textbookDdmin(n int, failing func(map[ID]bool) bool) int {
	tested := map[string]bool{}
	test := func(s []int) bool {
		in := map[ID]bool{}
		for _, i := range s {
			in[ID(i)] = true
		}
		tested[fmt.Sprint(s)] = true
		return failing(in)
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for g := 2; len(all) >= 2; {
		next, pieces := all, g
		for _, complement := range []bool{false, true} {
			for i := 0; i < g && len(next) == len(all); i++ {
				lo, hi := i*len(all)/g, (i+1)*len(all)/g
				try := all[lo:hi:hi]
				if complement {
					try = append(append([]int{}, all[:lo]...), all[hi:]...)
				}
				if len(try) > 0 && len(try) < len(all) && test(try) {
					next, pieces = try, 2
					if complement {
						pieces = max(g-1, 2)
					}
				}
			}
		}
		if len(next) == len(all) {
			if g >= len(all) {
				break
			}
			pieces = min(len(all), 2*g)
		}
		all, g = next, pieces
	}
	return len(tested)
}
