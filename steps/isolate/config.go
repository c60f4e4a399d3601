package isolate

import (
	"errors"
	"fmt"
)

// ID names a difference. The package never looks behind it.
type ID int

// Difference is one thing that can be moved between the launches.
type Difference struct {
	ID    ID
	Score float64 // suspicion, 0 to 1
}

// Cost is what a run is expected to take, in seconds; zero means not known.
// Only the ratio matters to the search: where a failure hangs until the
// deadline, questions that are likely to pass are preferred.
type Cost struct {
	Pass, Fail float64
}

// Config is what to search. The zero value of every field but Differences is a
// usable default.
type Config struct {
	Differences []Difference
	Groups      [][]ID         // differences that move together, as one
	Refine      func(ID) []ID  // the parts of a compound difference (elements of PATH); nil or empty: it has none
	NoGood      bool           // the good side is only a snapshot and can't be run
	NoBad       bool           // the bad side is only a snapshot and can't be run
	Confidence  float64        // wanted for the whole answer; 0: 0.99
	Jobs        int            // trials that may run at the same time; 0: 1
	Controls    int            // controls of each side before the search; 0: from 2 to 4, more where runs are quick
	MaxControls int            // controls of each side before "not reproduced"; 0: 14
	MaxRuns     int            // all runs; 0: from the number of differences
	MaxCauses   int            // independent causes to look for; 0: 4
	MinProof    int            // least runs of each direction of the proof; 0: 3
	Cost        Cost           // expected, until runs were measured
	Watch       func(Progress) // told by Run after every result; nil: nobody
}

var errNoSide = errors.New("neither launch can be run: at least one side must be more than a snapshot")

// withDefaults checks the configuration and fills in what was left out.
func (c Config) withDefaults() (Config, error) {
	if c.NoGood && c.NoBad {
		return c, errNoSide
	}
	if c.Confidence == 0 {
		c.Confidence = 0.99
	}
	if c.Confidence < 0.5 || c.Confidence >= 1 {
		return c, fmt.Errorf("confidence %v: want at least 0.5 and less than 1", c.Confidence)
	}
	for _, k := range []struct {
		name string
		v    *int
		def  int
	}{
		{"jobs", &c.Jobs, 1}, {"controls", &c.Controls, 0}, {"most controls", &c.MaxControls, 14},
		{"most runs", &c.MaxRuns, 150 + 60*log2(len(c.Differences)+1)}, {"most causes", &c.MaxCauses, 4}, {"least proof", &c.MinProof, 3},
	} {
		if *k.v < 0 {
			return c, fmt.Errorf("%s %d: want 0 or more", k.name, *k.v)
		}
		if *k.v == 0 {
			*k.v = k.def
		}
	}
	return c, nil
}

// log2 is rounded up.
func log2(n int) int {
	k := 0
	for 1<<k < n {
		k++
	}
	return k
}
