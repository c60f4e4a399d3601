package notes

import (
	"time"

	"casebook/steps/fact"
)

// Report is a whole investigation, as the export renders it. Everything in it
// is masked where secret; the renderers make it harmless.
type Report struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Task       string            `json:"task,omitempty"`
	Number     int               `json:"session"`
	Status     string            `json:"status"` // open, blocked, resolved
	Objective  string            `json:"objective"`
	Background []string          `json:"background,omitempty"`
	Plan       string            `json:"plan,omitempty"` // path
	Log        string            `json:"log,omitempty"`  // path
	Created    time.Time         `json:"created"`
	Updated    time.Time         `json:"updated"` // of the last record: a report is dated by it, never by now
	Case       []ReportPair      `json:"case,omitempty"`
	Answer     string            `json:"answer,omitempty"` // the cause, in a paragraph of Markdown
	Findings   []ReportFinding   `json:"findings,omitempty"`
	Steps      []ReportStep      `json:"steps"`
	Notes      []ReportNote      `json:"notes,omitempty"` // of the whole investigation
	Sections   []Section         `json:"sections,omitempty"`
	Next       string            `json:"next,omitempty"`
	Graph      *Graph            `json:"graph,omitempty"`
	GraphState map[string]string `json:"graph_state,omitempty"` // node ID to "done", "here", ...
}

// ReportPair is one line of the case: what it is called and what it is.
type ReportPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Code  bool   `json:"code,omitempty"` // it is a command or a pattern
}

// ReportStep is a step and what became of it.
type ReportStep struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Kind       string          `json:"kind"`
	Status     string          `json:"status"`
	Goal       string          `json:"goal,omitempty"`
	Condition  string          `json:"condition,omitempty"`
	Actions    []ReportAction  `json:"actions,omitempty"`
	Runs       []ReportRun     `json:"runs,omitempty"`
	Tables     []fact.Table    `json:"tables,omitempty"`
	Findings   []ReportFinding `json:"findings,omitempty"`
	Notes      []ReportNote    `json:"notes,omitempty"`
	Conclusion string          `json:"conclusion,omitempty"`
	Took       time.Duration   `json:"took"` // nanoseconds
}

// ReportAction is one item of a step's checklist.
type ReportAction struct {
	ID    string `json:"id"`
	Text  string `json:"text"` // Markdown, as in the plan
	Done  bool   `json:"done"`
	Depth int    `json:"depth,omitempty"`
}

// ReportRun is one run of a launch or a command.
type ReportRun struct {
	ID       string        `json:"id"`
	Side     string        `json:"side,omitempty"`
	Label    string        `json:"label,omitempty"`
	Command  string        `json:"command"`
	Verdict  string        `json:"verdict"`
	Exit     string        `json:"exit,omitempty"`
	Evidence string        `json:"evidence,omitempty"`
	Started  time.Time     `json:"started"`
	Took     time.Duration `json:"took"` // nanoseconds
}

// ReportFinding is what was learned, and the runs that show it.
type ReportFinding struct {
	Text  string   `json:"text"`
	Level string   `json:"level,omitempty"`
	Runs  []string `json:"runs,omitempty"`
}

// ReportNote is what somebody wrote.
type ReportNote struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"` // Markdown
}
