package isolate

import "testing"

// The targets of the search, on few seeds; BenchmarkSearch has them at length.
func TestCandidatesStayWithinTheTargets(t *testing.T) {
	const searches = 60
	for _, c := range []struct {
		name           string
		ordered, flaky bool
		candidates     float64 // mean, at most; 0: not a target
	}{
		{"in any order", false, false, 16},
		{"in order of suspicion", true, false, 11},
		{"flaky", false, true, 0},
	} {
		var s sums
		for seed := range searches {
			s.one(t, int64(seed), 46, 2, c.ordered, c.flaky)
		}
		mean := float64(s.candidates) / searches
		per := float64(s.searchRuns) / float64(s.candidates)
		t.Logf("%s: %.1f candidates, %.1f runs of each, %d of %d right; textbook ddmin %.1f", c.name, mean, per, s.right, searches, float64(s.ddmin)/searches)
		if c.candidates > 0 && mean > c.candidates {
			t.Errorf("%s: %.1f candidates on average, want at most %.0f", c.name, mean, c.candidates)
		}
		if per > 3 || s.right < searches*95/100 || !c.flaky && s.right < searches {
			t.Errorf("%s: %.1f runs per candidate, %d of %d right", c.name, per, s.right, searches)
		}
	}
}
