package fact

import "time"

// Answer is how a search for the cause ended, as it is shown and kept. Values
// are what people see: nothing in it is exact.
type Answer struct {
	Verdict    string        `json:"verdict"` // "cause", "no-cause", "not-reproduced"
	Causes     []Cause       `json:"causes,omitempty"`
	Fixes      [][]Factor    `json:"fixes,omitempty"` // each is enough to mend bad, as in good; the smallest first
	Confidence float64       `json:"confidence"`
	Trials     int           `json:"trials"` // all runs, controls and proof included
	Took       time.Duration `json:"took"`
	Good       Tally         `json:"good"` // the launches as they are
	Bad        Tally         `json:"bad"`
	Seen       int           `json:"seen"`    // differences
	Movable    int           `json:"movable"` // of them: those that were searched
	RuledOut   []Factor      `json:"ruled_out,omitempty"`
	Leads      []Lead        `json:"leads,omitempty"`     // best first
	Immovable  []Lead        `json:"immovable,omitempty"` // differ too, and why they can't be moved here
	Notes      []string      `json:"notes,omitempty"`
	Popen      []string      `json:"popen,omitempty"`  // the fix as arguments of Python's subprocess.Popen
	Script     *Script       `json:"script,omitempty"` // nil: none was asked for
}

// Script is the cause as a script of its own, and what its runs through the
// check gave; where there is none, Why says why.
type Script struct {
	Why    string `json:"why,omitempty"`
	Broken Tally  `json:"broken"` // good with only the cause
	Fixed  Tally  `json:"fixed"`  // bad with the cause undone
}

// Cause is a smallest set of differences that makes the difference. Several
// causes of one answer are independent: each is enough to fail.
type Cause struct {
	Factors    []Difference `json:"factors"`
	Direction  string       `json:"direction"` // "both", "good-only", "bad-only"
	Confidence float64      `json:"confidence"`
	Undone     Tally        `json:"undone"`  // bad, with all causes undone
	Broken     Tally        `json:"broken"`  // good, with the cause brought in
	Partial    Tally        `json:"partial"` // good, with one member of the cause left out
}

// Tally is runs of one configuration by verdict; the rest is unresolved.
type Tally struct {
	Runs   int `json:"runs"`
	Passed int `json:"passed"`
	Failed int `json:"failed"`
}

// Lead is factors that are worth a look, and why.
type Lead struct {
	Factors []Factor `json:"factors"`
	Why     string   `json:"why"`
}
