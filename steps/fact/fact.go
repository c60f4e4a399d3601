// Package fact holds the values that cross walls: what a launch decides
// (Factor), on which of them two launches disagree (Difference), what a run of
// one showed (Trial), and what was learned (Finding). It has no behaviour and
// everybody may import it.
package fact

import (
	"encoding/json"
	"time"

	"casebook/steps/secret"
)

// Side is one of the two launches.
type Side string

const (
	Good Side = "good" // the launch that works
	Bad  Side = "bad"  // the launch that fails
)

// Kind is the kind of a factor, in the words of code, JSON and screen.
type Kind string

const (
	Env               Kind = "env"
	Argv              Kind = "argv"
	Argv0             Kind = "argv0"
	Exe               Kind = "exe"
	Cwd               Kind = "cwd"
	Root              Kind = "root"
	Umask             Kind = "umask"
	Stdin             Kind = "stdin"
	Stdout            Kind = "stdout"
	Stderr            Kind = "stderr"
	FD                Kind = "fd"
	FDFlags           Kind = "fd_flags"
	Session           Kind = "session"
	ProcessGroup      Kind = "process_group"
	CTTY              Kind = "ctty"
	SignalMask        Kind = "signal_mask"
	SignalDisposition Kind = "signal_disposition"
	Hop               Kind = "hop"
	Rlimit            Kind = "rlimit"
	Nice              Kind = "nice"
	Sched             Kind = "sched"
	Affinity          Kind = "affinity"
	IOPrio            Kind = "ioprio"
	OOMScoreAdj       Kind = "oom_score_adj"
	Cgroup            Kind = "cgroup"
	Namespace         Kind = "namespace"
	Personality       Kind = "personality"
	Seccomp           Kind = "seccomp"
	NoNewPrivs        Kind = "no_new_privs"
	Securebits        Kind = "securebits"
	Credentials       Kind = "credentials"
	Groups            Kind = "groups"
	LoginUID          Kind = "loginuid"
	Capabilities      Kind = "capabilities"
	PyPath            Kind = "py_path"
	PyModule          Kind = "py_module"
	PyDist            Kind = "py_dist"
	OpenFile          Kind = "open_file"
	Socket            Kind = "socket"
	Library           Kind = "library"
)

// Factor names one thing that a launch decides. Name is empty for kinds of
// which there is only one (cwd, umask, stdin, ...). For env it is the variable,
// or VAR[element] for one element of a list variable; for argv the option
// ("--accept") or the position ("argv[2]"); for signals "SIGTERM"; for rlimit
// "NOFILE"; for namespace "net"; for fd the number.
type Factor struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
}

// String is kind and name as people read them: "env RABBITMQ_URL", "cwd".
func (f Factor) String() string {
	if f.Name == "" {
		return string(f.Kind)
	}
	return string(f.Kind) + " " + f.Name
}

// State tells an absent value from an empty one and from one that could not be read.
type State uint8

const (
	Absent  State = iota // the launch does not have it
	Present              // it has it, and Shown says what it is
	Unknown              // it could not be read; Shown says why
)

// Value is what one launch decided for a factor.
type Value struct {
	State State
	Shown string      // what people see: masked where secret, never with control characters
	Exact secret.Text // what a transplant needs, where the factor is a single string
}

// MarshalJSON writes null for absent, the shown text for present, and
// {"unknown": reason} for what could not be read.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.State {
	case Absent:
		return []byte("null"), nil
	case Unknown:
		return json.Marshal(map[string]string{"unknown": v.Shown})
	}
	return json.Marshal(v.Shown)
}

// UnmarshalJSON reads what MarshalJSON wrote. Exact stays empty: it never was in the JSON.
func (v *Value) UnmarshalJSON(b []byte) error {
	*v = Value{}
	if string(b) == "null" {
		return nil
	}
	if len(b) > 0 && b[0] == '{' {
		var u struct {
			Unknown string `json:"unknown"`
		}
		err := json.Unmarshal(b, &u)
		v.State, v.Shown = Unknown, u.Unknown
		return err
	}
	v.State = Present
	return json.Unmarshal(b, &v.Shown)
}

// Difference is a factor on which the two snapshots disagree.
type Difference struct {
	Rank int `json:"rank"` // 1 is the most suspicious; noise comes last
	Factor
	Good    Value   `json:"good"`
	Bad     Value   `json:"bad"`
	Movable bool    `json:"movable"`             // a transplant can change it on this host
	Why     string  `json:"immovable,omitempty"` // if not movable: why not
	Noise   bool    `json:"noise"`               // the value also differs between two runs of one launch
	Score   float64 `json:"score"`               // suspicion, 0 to 1
	Reason  string  `json:"reason"`              // the suspicion, in words
	Via     string  `json:"via,omitempty"`       // the hop or call that made it so: "timeout", "umask(077) between fork and exec"
}

// Verdict is what the check said of one run.
type Verdict string

const (
	Pass       Verdict = "pass"
	Fail       Verdict = "fail"
	Unresolved Verdict = "unresolved" // neither: a different failure, a check that was already true, a change that could not be applied
)

// Trial is one run of a launch, with its changes, its verdict and its evidence.
type Trial struct {
	ID       string        `json:"id"`
	Side     Side          `json:"side"`
	Role     string        `json:"role"` // "control", "candidate", "proof", "matrix", "command", "repro"
	Label    string        `json:"label,omitempty"`
	Command  string        `json:"command"`           // copy-pasteable, masked
	Changes  []Change      `json:"changes,omitempty"` // what was transplanted
	Traced   bool          `json:"traced"`
	Verdict  Verdict       `json:"verdict"`
	Reason   string        `json:"reason"`   // why this verdict, in words
	Evidence string        `json:"evidence"` // the line, exit or silence that decided
	Print    string        `json:"fingerprint,omitempty"`
	Exit     string        `json:"exit"` // "exit 0", "signal SIGKILL", "still running"
	Started  time.Time     `json:"started"`
	Took     time.Duration `json:"took"` // nanoseconds
	Output   []Stream      `json:"output,omitempty"`
}

// Change is one transplanted factor.
type Change struct {
	Factor
	To Value `json:"to"`
}

// Stream is what was kept of one output stream: head and tail, and how much fell between.
type Stream struct {
	Name    string `json:"name"` // "stdout", "stderr", "tty"
	Head    []byte `json:"head"`
	Tail    []byte `json:"tail,omitempty"`
	Total   int64  `json:"total"`   // bytes the launch wrote
	Dropped int64  `json:"dropped"` // bytes between Head and Tail that were not kept
}

// Finding is what was learned, in one sentence, with the trials that show it.
type Finding struct {
	Text   string   `json:"text"`
	Trials []string `json:"trials,omitempty"`
	Level  string   `json:"level"` // "lead", "conclusion", "warning"
}

// Table is a result that is shown as rows; the first column is the one a row is called by.
type Table struct {
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Marks   []string   `json:"marks,omitempty"` // per row: "", "guilty", "noise", "pass", "fail"
}
