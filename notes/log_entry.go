package notes

import (
	"time"

	"casebook/steps/fact"
)

// EntryKind says what an entry of the log tells.
type EntryKind string

const (
	EntryAction     EntryKind = "action"     // something was done: Text
	EntryCommand    EntryKind = "command"    // a command ran: Command, Took, Verdict, Exit, Evidence
	EntryFinding    EntryKind = "finding"    // something was learned: Text
	EntryConclusion EntryKind = "conclusion" // what the step showed: Text
	EntryNote       EntryKind = "note"       // what somebody wrote: Text, Markdown
	EntryTable      EntryKind = "table"      // a result in rows: Table
	EntryStatus     EntryKind = "status"     // where the investigation stands: Status, Text
)

// Entry is one thing that the log tells. What it holds is foreign text: the
// writer makes it harmless, the caller has masked what is secret.
type Entry struct {
	ID        string // the record's id, unique in the log
	At        time.Time
	Kind      EntryKind
	Step      string // the step's ID, "" for the whole investigation
	StepTitle string

	Text     string
	Command  string // copy-pasteable
	Side     string // "good", "bad" or ""
	Took     time.Duration
	Verdict  string
	Exit     string // "exit 1"
	Evidence string // the lines that decided; kept to the last 40
	Table    *fact.Table
	Status   string // "open", "blocked", "resolved"
}

// LogOptions say which log an investigation writes. Dir, Title and Day are needed.
type LogOptions struct {
	Dir       string    // working directory of the investigation
	Path      string    // the user's own choice; "" to derive it
	Task      string    // "7.2"; "" to read it off Title
	Title     string    // of the plan
	Objective string    // of the plan
	Plan      string    // path of the plan file, "" if none
	SessionID string    // unique; a session that goes on writes no second heading
	Number    int       // "Session 2"; 0: one more than the log holds
	Day       time.Time // when the session began or goes on; entries may be later
	Previous  string    // the log that this session wrote before, "" if none
}

// Written says what became of an entry.
type Written struct {
	Path    string
	Doubled bool   // it stood there already, and nothing was written
	Notice  string // what had to be mended: the log was deleted, an entry was torn
}
