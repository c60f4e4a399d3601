package launch

import (
	"fmt"
	"time"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Exit is how a process ended.
type Exit struct {
	Code    int    // exit status; -1: it did not exit by itself
	Signal  string // "SIGKILL"; empty: no signal ended it
	Core    bool   // it dumped core
	Running bool   // it still ran when the run was ended, and was ended with it
}

// String is "exit 0", "signal SIGKILL" or "still running".
func (e Exit) String() string {
	switch {
	case e.Running:
		return "still running"
	case e.Signal != "":
		return "signal " + e.Signal
	}
	return fmt.Sprintf("exit %d", e.Code)
}

// Ending is why a run ended.
type Ending string

const (
	ByItself   Ending = "exited"   // the launched command ended
	AtDeadline Ending = "deadline" // Spec.Deadline passed
	Stopped    Ending = "stopped"  // Run.Stop, or the context
	Certain    Ending = "decided"  // Run.Decided: the verdict was certain
	Orphaned   Ending = "orphaned" // the caller died
)

// Never is a moment that did not come.
const Never time.Duration = -1

// Times are moments since the launch started, by the monotonic clock.
type Times struct {
	TargetExec  time.Duration // the first target's exec, or Never
	FirstOutput time.Duration
	Exited      time.Duration // the launched command's end, or Never: it was ended
	Ended       time.Duration // when everything was over
}

// Result is one finished run.
type Result struct {
	PID      int
	Exit     Exit // of the launched command
	Ending   Ending
	Started  time.Time
	Times    Times
	Streams  []fact.Stream // "stdout" and "stderr", or "tty"
	Matches  []Match       // first ones of each watch, in order of time
	Targets  []TargetExit  // in order of exec
	Snapshot snapshot.Snapshot
	Left     []Left   // what still ran after the launched command's end and had to be ended
	Traced   bool     // seen by a tracer to the end
	Trouble  []string // what could not be done, in words; for example why nobody traced
	Blind    []int    // IDs of watches that could not be observed, reason in Trouble
	Extra    []byte   // what the hooks returned
}

// TargetExit is one target and how it ended.
type TargetExit struct {
	PID  int
	Exec time.Duration
	End  time.Duration // or Never
	Exit Exit
}

// Left is a process that the launch left behind.
type Left struct {
	PID  int
	Argv []secret.Text
	By   string // the signal that ended it: "SIGTERM", "SIGKILL"
}
