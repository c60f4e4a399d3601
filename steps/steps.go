// Package steps runs experiments. One file per kind of step; the mechanisms
// they are made of are the packages below. It has never heard of Markdown and
// keeps nothing: what happens is emitted, and whoever called records it.
package steps

import (
	"context"
	"io/fs"
	"time"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// Case is what the experiments work on.
type Case struct {
	Good, Bad     string        // command lines, see launch.ParseCommand; "pid:N" is a running process
	Target        string        // regular expression on argv joined by blanks; empty: the launched command
	Check         string        // see package check
	Deadline      time.Duration // 0: derived from the passing side
	GoodAs, BadAs string        // profiles; empty: "shell"
	Dir           string        // working directory of both launches
	Reset         string        // command between trials; empty: none
}

// Input is one experiment to run.
type Input struct {
	Kind     string
	Step     string // the step's ID, for trial IDs such as "1.g1"
	Case     Case
	Commands []string     // kind command: the approved command lines
	Prior    []fact.Trial // trials of this session: nothing that is known is run again
	Resumed  []fact.Trial // trials of the interrupted run of this step that this one goes on from, with the same case
	FirstID  int          // trials are numbered from here
	Mask     snapshot.Mask
}

// Event is what an experiment tells while it runs. Exactly one field is set
// (Trial goes with Snapshot).
type Event struct {
	Start    *fact.Trial        // recorded before the run starts; verdict empty
	Output   *Output            // live output, bounded; neither masked nor made safe yet
	Done     *fact.Trial        // the finished trial
	Snapshot *snapshot.Snapshot // what the target of a trial was given
	Trial    string             // with Snapshot: the trial's ID
	Table    *fact.Table        // a result; a later one with the same ID replaces it
	Finding  *fact.Finding
	Answer   *fact.Answer // how the search for the cause ended; a later one replaces it
	Progress *Progress
	File     *File // to be kept beside the session, where there is one
}

// File is a file that a step made: text for people, masked.
type File struct {
	Name string // without a folder
	Data []byte
	Mode fs.FileMode
}

// Output is a piece of what a launch printed.
type Output struct {
	Trial, Stream string
	At            time.Time
	Data          []byte
	Dropped       int64 // bytes not forwarded before Data, because the launch printed faster than anybody reads
}

// Progress says how far long work is.
type Progress struct {
	Text       string
	Done, Left int // trials; Left is an upper bound
	ETA        time.Duration
}

// Estimate is what a step is expected to cost, said before it starts.
type Estimate struct {
	Runs    int
	Each    time.Duration // 0: not known yet
	Upper   time.Duration // the longest it may take
	Will    []string      // what will be run, exact command lines
	Missing []string      // what is needed first ("no bad command in the case"); empty: it can run
}

// Experiment is one kind of step.
type Experiment interface {
	// Expect says what a run would cost and what it needs, without running anything.
	Expect(Input) Estimate
	// Run does it. An error of emit stops it: what can't be recorded is not done.
	// When ctx ends it stops, ends every process it started and returns ctx.Err().
	Run(ctx context.Context, in Input, emit func(Event) error) error
}
