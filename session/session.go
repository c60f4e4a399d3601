package session

import (
	"errors"
	"time"

	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// Options is what a session is opened with. The zero value opens one that can
// be read and written but runs nothing.
type Options struct {
	Experiments map[string]steps.Experiment // by kind; a kind that is not in it is worked by hand
	Approvals   string                      // file of the commands approved for always; "": in the user's state folder
	Now         func() time.Time            // nil: time.Now
}

// CreateOptions says what a new session starts from: a plan, a log written by
// hand, or neither, which makes an investigation of two commands.
type CreateOptions struct {
	Options
	Plan    string // path of a plan
	Log     string // path of a log to adopt
	Case    Case   // wins, field by field, over what the plan says
	Title   string // "": the plan's
	LogPath string // "": chosen by day, task and memory bank
}

// Summary is one session of a folder, without its details.
type Summary struct {
	ID      string    `json:"id"`
	Path    string    `json:"path"`
	Title   string    `json:"title"`
	Plan    string    `json:"plan,omitempty"`
	Status  Status    `json:"status"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Steps   int       `json:"steps"`
	Done    int       `json:"done"`
	Trials  int       `json:"trials"`
	Runner  int       `json:"runner,omitempty"`  // the process that runs a step of it now
	Trouble string    `json:"trouble,omitempty"` // why it can't be opened; then the rest may be empty
}

// Session is an open investigation. Its methods may be called from any
// goroutine; what they change is recorded before they return.
type Session struct{}

var errTodo = errors.New("not there yet")

// List tells the sessions of dir/.casebook, newest first.
func List(dir string) ([]Summary, error) { return nil, errTodo }

// Create starts a session in dir/.casebook.
func Create(dir string, o CreateOptions) (*Session, error) { return nil, errTodo }

// Open opens the session whose ID is id or begins with it; "" is the newest.
func Open(dir, id string, o Options) (*Session, error) { return nil, errTodo }

// State is what the records tell so far. Nobody may change what it points to.
func (s *Session) State() *State { return &State{} }

// Changed gets one value after any number of changes: of the state, by whatever
// process, and of what a run shows. It is one channel, for one watcher.
func (s *Session) Changed() <-chan struct{} { return nil }

func (s *Session) SetStatus(to Status, why string) error                      { return errTodo }
func (s *Session) SetStepStatus(step string, to StepStatus, why string) error { return errTodo }
func (s *Session) SetKind(step, kind string) error                            { return errTodo }
func (s *Session) SetCase(c Case) error                                       { return errTodo }
func (s *Session) Tick(step, action string, on bool) error                    { return errTodo }
func (s *Session) Conclude(step, text string) error                           { return errTodo }
func (s *Session) AddNote(step, text string) error                            { return errTodo } // step "": for the whole

// Available says whether kind has an experiment; one that has not is worked by hand.
func (s *Session) Available(kind string) bool { return false }

// Expect says what running a step would cost and what it needs first.
func (s *Session) Expect(step string) steps.Estimate { return steps.Estimate{} }

// Start runs a step in the background. ErrBusy, ErrNotApproved, ErrByHand, ErrMissing are what to look for.
func (s *Session) Start(step string) (*Run, error) { return nil, errTodo }

// Running is the run that this process started and that has not ended, or nil.
func (s *Session) Running() *Run { return nil }

// Run is a step being run by this process.
type Run struct{}

func (r *Run) Step() string          { return "" }
func (r *Run) Live() Live            { return Live{} }
func (r *Run) Stop()                 {}             // ends what was started; Done follows
func (r *Run) Done() <-chan struct{} { return nil } // closed when all is recorded
func (r *Run) Err() error            { return nil } // after Done; nil, context.Canceled when stopped, or why it failed

// Live is what a run shows at a moment: a value, safe to print.
type Live struct {
	Step     string
	Trial    string // the one that runs: "1.g2"; "" between trials
	Label    string // its side, role and label in words
	Command  string
	Started  time.Time     // of the step
	Elapsed  time.Duration // of the step
	Trials   int           // finished in this run
	Progress steps.Progress
	Streams  []LiveStream // of the running trial, or of the last one
	Stopping bool
}

// LiveStream is the end of one output stream: at most 2000 lines and 1 MiB.
type LiveStream struct {
	Trial, Name string
	Lines       []string // without control characters; the last may be unfinished
	Total       int64    // bytes seen
	Dropped     int64    // bytes of Total that are not in Lines
}

// Scope is for how long an approval holds.
type Scope string

const (
	Once       Scope = "once"    // the next run of the step
	ForSession Scope = "session" // until the session is resolved or its plan changes
	Always     Scope = "always"  // on this plan, as long as its content is the same
)

// Approval is a command of the plan that asks to be run.
type Approval struct {
	Step        string
	Action      string   // the action's ID
	Command     string   // as the plan writes it
	Argv        []string // exactly what would be run
	File        string   // the plan
	Line        int
	Hash        string // sha256 of the plan, hex
	ChangedFrom string // what it was when it was approved for always, as a word diff; "" if it never was
}

// Pending lists the commands of a step that are not approved.
func (s *Session) Pending(step string) []Approval { return nil }

// Approve says yes to one command of a step.
func (s *Session) Approve(step, command string, scope Scope) error { return errTodo }

// ExportOptions says where to and as what: "md" (the default), "html", "json".
type ExportOptions struct {
	To     string // a folder; "": beside the log, or into the memory bank
	Format string
}

// Export writes the report and returns the files that were written or changed.
func (s *Session) Export(o ExportOptions) ([]string, error) { return nil, errTodo }

// LogText is the end of the log file: at most max bytes, from a line's beginning.
func (s *Session) LogText(max int) string { return "" }

// Trial returns a trial with its kept output.
func (s *Session) Trial(id string) (fact.Trial, bool) { return fact.Trial{}, false }

// Snapshot returns what the target of a trial was given; nil if it was not kept.
func (s *Session) Snapshot(trial string) *snapshot.Snapshot { return nil }

// Where names the nodes of the plan's graph at which the investigation stands.
func (s *State) Where() []string { return nil }

// Pack writes a copy to send, without raw values.
func (s *Session) Pack(dst string) error { return errTodo }

// ForgetSecrets drops every raw value; what was recorded masked stays.
func (s *Session) ForgetSecrets() error { return errTodo }

// Close stops what runs and lets go of the files.
func (s *Session) Close() error { return nil }
