package launch

import (
	"regexp"
	"time"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Profiles, see DESIGN "Base profile".
const (
	Shell   = "shell"   // a pty for all three ends, own session with it as controlling terminal, your environment
	CI      = "ci"      // stdin null, stdout and stderr drained pipes, own session without a terminal, your environment
	Cron    = "cron"    // as ci, with cron's environment, in HOME
	Service = "service" // as ci, with systemd's bare environment, in /, SIGPIPE ignored
	Inherit = "inherit" // exactly what this program itself was given, its output not read; for a capture in front of a command, not for the sides of a case. Linux only
)

// Profiles lists the profiles in the order in which they are offered.
func Profiles() []string { return []string{Shell, CI, Cron, Service} }

// Spec is one launch. Its zero values are good defaults but for Command.
type Spec struct {
	Command              Command
	Dir                  string          // working directory; empty: the caller's. Cron and service state their own; a relative command is still found from here
	Env                  []string        // exact environment; nil: the profile's, made from the caller's. The command's own NAME=value come last in either
	Secrets              []snapshot.Var  // set in the environment too, last; for values that must not stand in Env
	Profile              string          // empty: Shell
	Target               string          // regular expression on argv joined by blanks; empty: the launched command
	Deadline             time.Duration   // the run is ended after this; 0: never
	Grace                time.Duration   // between SIGTERM and SIGKILL; 0: 500 ms
	Linger               time.Duration   // how long what was left behind may go on after the launched command's end; 0: 200 ms; negative: not at all
	Trace                bool            // see the execs; without, the launched command itself is the target
	Window               bool            // step through the system calls between fork and exec
	SteadyAt             []time.Duration // moments after the target's exec for a steady capture; one more is taken just before the end
	SkipSteady           bool            // no steady capture at all, also not before the end: for the runs of a search
	Watch                []Watch
	HeadBytes, TailBytes int         // of each stream that are kept; 0: 64 KiB and 192 KiB
	Rows, Cols           int         // of the pty; 0: 24 and 80
	Extra                []byte      // opaque, for the helper's hooks
	Sink                 func(Event) `json:"-"` // told what happens, in order, from one goroutine; nil: nobody. It must not block for long
}

// Watch is a pattern that is looked for in every line of a stream.
type Watch struct {
	ID     int
	Stream string // "stdout", "stderr", "output" (either), with "target." in front for what the target itself wrote
	Regexp string
}

// Defaults of Spec.
const (
	DefaultGrace  = 500 * time.Millisecond
	DefaultLinger = 200 * time.Millisecond
	DefaultHead   = 64 << 10
	DefaultTail   = 192 << 10
	DefaultRows   = 24
	DefaultCols   = 80
)

// Event is what a run tells while it goes on. Exactly one field besides At is set.
type Event struct {
	At      time.Duration // since the launch started
	Started *Started
	Output  *Output
	Match   *Match
	Target  *TargetExec
	Steady  *SteadySeen
	Exited  *Exited
}

// Started says that the launched command exists.
type Started struct {
	PID    int
	At     time.Time
	Traced bool
	Why    string // if not traced though asked for: why not
}

// Output is a piece of what the launch printed. Under load only the newest is
// told: Dropped counts the bytes of this stream before Data that were not.
type Output struct {
	Stream  string // "stdout", "stderr", "tty"
	At      time.Time
	Data    []byte
	Dropped int64
}

// Match is a watched line that was seen.
type Match struct {
	Watch int // Watch.ID
	At    time.Duration
	Line  string // at most a few hundred bytes, without its line end
}

// TargetExec says that a process in question was exec'd. A later one with the
// same PID replaces it.
type TargetExec struct {
	PID  int
	Argv []secret.Text
	At   time.Duration
}

// SteadySeen says that a steady capture was taken.
type SteadySeen struct{ PID int }

// Exited says that the launched command, or a target, ended.
type Exited struct {
	PID    int
	Target bool // a target; the launched command can be one, then Launch is set too
	Launch bool // the launched command
	Exit   Exit
}

// check says what is wrong with a Spec before anything is started.
func (s *Spec) check() error {
	if len(s.Command.Argv) == 0 || s.Command.Argv[0] == "" {
		return &Error{Kind: BadSpec, What: "there is no command to run"}
	}
	switch s.Profile {
	case "", Shell, CI, Cron, Service:
	case Inherit:
		if !CanInherit {
			return &Error{Kind: BadSpec, What: "the profile inherit is for Linux", Hint: "profiles are shell, ci, cron and service"}
		}
	default:
		return &Error{Kind: BadSpec, What: "unknown profile " + s.Profile, Hint: "profiles are shell, ci, cron and service"}
	}
	if _, err := regexp.Compile(s.Target); err != nil {
		return &Error{Kind: BadSpec, What: "target pattern: " + err.Error(), Err: err}
	}
	for _, w := range s.Watch {
		if _, err := regexp.Compile(w.Regexp); err != nil {
			return &Error{Kind: BadSpec, What: "pattern of the check: " + err.Error(), Err: err}
		}
	}
	return nil
}
