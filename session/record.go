package session

import (
	"encoding/json"
	"fmt"
	"time"

	"casebook/notes"
	"casebook/session/store"
	"casebook/steps/fact"
)

// The types of records. They are the file format: a type keeps its name and its
// fields keep their meaning; what an older casebook does not know it skips.
const (
	recCreated    = "created"
	recStatus     = "status"
	recStepStatus = "step"
	recKind       = "kind"
	recCase       = "case"
	recTick       = "tick"
	recConclusion = "conclusion"
	recNote       = "note"
	recRun        = "run"         // a step begins to run
	recTrialStart = "trial-start" // before the launch
	recTrial      = "trial"       // after it
	recSnapshot   = "snapshot"
	recTable      = "table"
	recFinding    = "finding"
	recAnswer     = "answer"
	recFile       = "file" // a file that a step wrote into the folder
	recRunEnd     = "run-end"
	recDied       = "interrupted" // a run whose process is gone
	recApproval   = "approval"
	recForgot     = "forgot"
)

type bodyCreated struct {
	ID      string     `json:"id"`
	Number  int        `json:"number"`
	Title   string     `json:"title"`
	Dir     string     `json:"dir"`
	Plan    notes.Plan `json:"plan"`
	Case    bodyCase   `json:"case"`
	Log     string     `json:"log,omitempty"`
	Adopted string     `json:"adopted,omitempty"` // the log by hand that it goes on from
	Task    string     `json:"task,omitempty"`

	FromPlan []string   `json:"from_plan,omitempty"` // command lines of the case that the plan gave
	Begun    *bodyBegun `json:"begun,omitempty"`     // what the adopted log had already
}

type bodyTo struct {
	To  string `json:"to"`
	Why string `json:"why,omitempty"`
}

type bodyTick struct {
	Action string `json:"action"`
	On     bool   `json:"on"`
}

type bodyText struct {
	Text string `json:"text"`
}

type bodyRun struct {
	PID  int    `json:"pid"`
	Kind string `json:"kind"`
}

type bodyRunEnd struct {
	Run    int64  `json:"run"`    // ID of the record that began it
	Result string `json:"result"` // "done", "stopped", "failed", "interrupted"
	Why    string `json:"why,omitempty"`
}

type bodyFile struct {
	Path string `json:"path"`
	Size int    `json:"size"`
}

type bodySnapshot struct {
	Targets int `json:"targets"`
}

type bodyApproval struct {
	Command string `json:"command"`
	Hash    string `json:"hash"`
	Scope   Scope  `json:"scope"`
}

// newRecord makes a record of v, which must be maskable by its own MarshalJSON.
func newRecord(at time.Time, typ, step string, v any) *store.Record {
	body, err := json.Marshal(v)
	if err != nil { // only for values that no record has: channels, cycles
		body = []byte(fmt.Sprintf(`{"text":%q}`, err))
	}
	return &store.Record{At: at, Type: typ, Step: step, Body: body}
}

func newTrialRecord(at time.Time, typ, step string, t fact.Trial) *store.Record {
	t.Output = nil // kept as details, for whoever looks at the trial
	r := newRecord(at, typ, step, t)
	r.Trial = t.ID
	return r
}
