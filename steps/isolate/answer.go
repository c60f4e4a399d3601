package isolate

// Verdict is how a search ended.
type Verdict string

const (
	Caused        Verdict = "cause"
	NoCause       Verdict = "no-cause"
	NotReproduced Verdict = "not-reproduced"
)

// Direction is in which launches a cause was shown.
type Direction string

const (
	Both     Direction = "both"      // it breaks good, and undone it mends bad
	GoodOnly Direction = "good-only" // it breaks good; bad could not be mended or not be run
	BadOnly  Direction = "bad-only"  // undone it mends bad, alone left it keeps bad failing; good could not be broken or not be run
)

// Answer is what a search found.
type Answer struct {
	Verdict    Verdict
	Causes     []Cause // strongest claims first found; empty unless Verdict is Caused
	Confidence float64 // that every claim about every cause holds
	RuledOut   []ID    // neither needed to break good nor able to keep bad failing
	Leads      []Lead  // the best guesses, where there is no cause or it is not proven
	Rates      Rates
	Runs       int // all runs, controls and proof included
	Candidates int // distinct configurations that the search tried: without controls, the two big questions and the proof
	Method     string
	Notes      []string // what a reader should know: flaky launches, drift, unresolved runs, outcomes that are not monotone
}

// Cause is a minimal set of differences that makes the difference.
type Cause struct {
	Set        []ID
	Fixes      [][]ID // minimal sets which undone in bad make it pass; with several causes each mends all of them
	Proof      Evidence
	Confidence float64 // that the set is a minimal cause, as far as Direction goes
	Direction  Direction
}

// Evidence counts the runs that were made to prove a cause.
type Evidence struct {
	BadUndone  Count     // bad with this cause (and the others) undone
	GoodBroken Count     // good with the cause brought in
	BadKept    Count     // direction bad-only: bad with everything else undone
	Removals   []Removal // the cause without one member
}

// Count is runs of one configuration by verdict.
type Count struct {
	Runs, Passed, Failed, Unresolved int
}

// Removal is the check that one member of a cause is needed: without it the launch passes.
type Removal struct {
	Without []ID
	Count
	Needed bool // shown; false where all runs were unresolved
}

// Lead is a guess worth a look, best first.
type Lead struct {
	Set []ID
	Why string
}

// Rates is how often each launch failed as it is, and the estimate from all runs.
type Rates struct {
	Good, Bad         Count   // controls since the last drift
	GoodFails         float64 // estimated rate at which passing states fail
	BadFails          float64 // estimated rate at which failing states fail
	Reproducible      bool    // good passes and bad fails, as far as they can be run
	GoodSteady        bool    // no control of good ever failed
	BadSteady         bool    // no control of bad ever passed
	DriftedTimes      int
	UnresolvedOfTotal float64
}

// Progress says how far a search is.
type Progress struct {
	Done     int     // runs told
	Left     int     // runs left at most, by the limit of runs
	Upper    int     // runs left if the one cause has three members, badly placed
	Expected int     // runs left with a cause of middling luck
	Seconds  float64 // what the expected runs take, by the measured means; 0: not known
	Phase    string  // "controls", "search", "proof", ...
}
