// Package notes reads and writes Markdown: plans in, the dated log and the
// export out. It has never heard of a process.
//
// Glossary: a plan says what to investigate; a step is one heading or numbered
// item of it; an action is one thing the step asks for; the kind is the
// experiment its words ask for; a problem is a place in the plan that is
// malformed, told with file and line while the rest is used.
package notes

// Plan is what was understood of a Markdown debugging plan.
type Plan struct {
	File       string            `json:"file"`
	Title      string            `json:"title"`
	Objective  string            `json:"objective"`
	Background []string          `json:"background,omitempty"`
	Steps      []Step            `json:"steps"`
	Graph      *Graph            `json:"graph,omitempty"`
	Sections   []Section         `json:"sections,omitempty"`   // contingency, documentation, next steps, ...
	Case       map[string]string `json:"case,omitempty"`       // front matter "casebook:", keys as in DESIGN section 4
	CaseLines  map[string]int    `json:"case_lines,omitempty"` // where each key of Case stands
	Problems   []Problem         `json:"problems"`
	Hash       string            `json:"hash"` // sha256 of the file, hex
}

// Step is one thing the plan asks to investigate.
type Step struct {
	ID        string   `json:"id"` // "1", "2", ...: the position, stable for one plan
	Title     string   `json:"title"`
	Kind      string   `json:"kind"` // compare, tune, logging, minimal, trace, startup, eventloop, command, manual
	Goal      string   `json:"goal"`
	Lead      string   `json:"lead,omitempty"` // what stands before the actions: "In `a.py` (and apply findings to `b`):"
	Condition string   `json:"condition"`      // "If Necessary; Only if Steps 1-4 yield no clear cause"
	Actions   []Action `json:"actions"`
	Line      int      `json:"line"`
}

// Action is one thing a step asks for. Text is Markdown inline source with
// entities decoded and code spans kept in backquotes.
type Action struct {
	ID        string   `json:"id"` // "1.1" where the plan numbers it, else step.position
	Text      string   `json:"text"`
	Commands  []string `json:"commands,omitempty"` // code spans that look like commands
	Condition string   `json:"condition,omitempty"`
	Line      int      `json:"line"`
	Sub       []Action `json:"sub,omitempty"`
}

// Section is a part of the plan that is not a step.
type Section struct {
	Title string `json:"title"`
	Text  string `json:"text"` // Markdown source
	Line  int    `json:"line"`
}

// Problem is a place in a plan that is malformed.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 1-based; 0 where the whole file is meant
	Message string `json:"message"`
}

// Graph is the plan's mermaid flowchart.
type Graph struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// Node is a box of the graph.
type Node struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Shape string `json:"shape"` // "box", "round", "decision", "circle", "other"
}

// Edge is an arrow of the graph.
type Edge struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label"`
}
