// Package session is the spine: one saved investigation. What is on screen is a
// State, a fold over the records of the store; whoever wants it changed asks
// the Session, which records first and tells the watchers afterwards.
package session

import (
	"time"

	"casebook/notes"
	"casebook/steps/fact"
)

// Status is where the whole investigation stands.
type Status string

const (
	StatusOpen Status = "open"
	Blocked    Status = "blocked"
	Resolved   Status = "resolved"
)

// StepStatus is where one step stands.
type StepStatus string

const (
	ToDo        StepStatus = "todo"
	Running     StepStatus = "running"
	Done        StepStatus = "done"
	Skipped     StepStatus = "skipped"
	StepBlocked StepStatus = "blocked"
	Interrupted StepStatus = "interrupted" // was running when the session died
)

// Case is the two launches, the target and the check.
type Case struct {
	Good     string        `json:"good"`
	Bad      string        `json:"bad"`
	Target   string        `json:"target"`   // regular expression on the target's argv joined by blanks; empty: the launched command
	Check    string        `json:"check"`    // "exit:0", "stdout:/re/", "file:PATH"
	Deadline time.Duration `json:"deadline"` // 0: derived from the passing side
	GoodAs   string        `json:"good_as"`  // profile: shell, ci, cron, service
	BadAs    string        `json:"bad_as"`
	Dir      string        `json:"dir"` // where both launches start
	Reset    string        `json:"reset,omitempty"`
}

// State is the investigation as the records tell it. It is a value: nobody
// changes one that was handed out.
type State struct {
	ID         string
	Title      string
	Dir        string // working directory of the investigation
	Created    time.Time
	Number     int // "session 2": the how-manieth on its day and task
	Status     Status
	Plan       notes.Plan
	Case       Case
	Steps      []StepState
	Trials     []fact.Trial // without their output, see Session.Trial; Verdict "" while it runs
	Findings   []Found
	Notes      []Note
	LogPath    string
	LogTrouble string   // why the log could not be written, if so
	Recovered  []string // what the start found: interrupted work, an edited log
	Next       Proposal
	Records    int // how many records this state was folded from

	Task       string     // "7.2", where title or plan name one
	Why        string     // why it is blocked, resolved or open again
	Updated    time.Time  // of the last record
	Adopted    string     // the hand-written log that it goes on from
	LogChosen  bool       // LogPath is the user's choice
	FromPlan   []string   // fields of Case with a command line of the plan that nobody confirmed: "good", "bad", "reset"
	CaseRecord int64      // the record that set Case
	CaseMasked []string   // fields of Case that hold a secret: shown masked, run as they were written
	Active     []Active   // what runs, in whatever process
	Approved   []Approved // commands that may run, beside those approved for always
}

// Active is a step that runs.
type Active struct {
	Run   int64 // ID of the record that began it
	Step  string
	PID   int
	Since time.Time
}

// Approved is a command that the user said yes to.
type Approved struct {
	Step, Command string
	Hash          string // of the plan it stood in
	Scope         Scope
}

// StepState is a step of the plan and what became of it.
type StepState struct {
	notes.Step
	Kind        string // as the user set it, else the plan's
	Status      StepStatus
	Ticked      map[string]bool // action IDs
	Conclusion  string
	Tables      []fact.Table
	Answer      *fact.Answer // of the last search for the cause; nil: there was none
	Trials      []string     // IDs, in order
	Files       []string     // paths of files that it wrote into the session's folder
	ResumeFrom  time.Time    // start of the first of the interrupted runs that the next one goes on from; zero: it begins anew
	Started     time.Time
	Took        time.Duration
	Conditional bool   // it has a condition that is not (yet) met
	Why         string // why it stands as it does: the reason given, or what failed
	Available   bool   // Casebook runs its kind; else it is worked by hand
}

// Found is a finding with the step it belongs to.
type Found struct {
	fact.Finding
	Step string
	At   time.Time
}

// Note is what somebody wrote.
type Note struct {
	Step string // "" for the whole investigation
	Text string
	At   time.Time
}

// Proposal is the step that comes next, and why.
type Proposal struct {
	Step   string // "" where nothing is left to do
	Reason string
	Skip   bool // it is proposed to leave the step out
}

// Step returns the step with that ID, or nil.
func (s *State) Step(id string) *StepState {
	for i := range s.Steps {
		if s.Steps[i].ID == id {
			return &s.Steps[i]
		}
	}
	return nil
}
