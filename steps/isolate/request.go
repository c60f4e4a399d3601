package isolate

import (
	"fmt"

	"casebook/steps/fact"
)

// Role is what a run is for, in the words of fact.Trial.
type Role string

const (
	Control   Role = "control"   // a launch as it is
	Candidate Role = "candidate" // a step of the search
	Proof     Role = "proof"     // a run that the answer rests on
)

// Request is one trial that should be run. Side good: the good launch with Set
// brought in. Side bad: the bad launch with Set undone.
type Request struct {
	Side fact.Side
	Set  []ID // ascending; never changed after it was handed out
	Role Role
}

// String is the request as people say it.
func (r Request) String() string {
	verb := "with"
	if r.Side == fact.Bad {
		verb = "without"
	}
	if len(r.Set) == 0 {
		return string(r.Side)
	}
	return fmt.Sprintf("%s %s %v", r.Side, verb, r.Set)
}

// Result is a trial that was run. A list of results, told in the order in
// which they were told first, makes the same search.
type Result struct {
	Request
	Verdict fact.Verdict
	Seconds float64 // what it took; 0: not measured
}
