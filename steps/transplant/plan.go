package transplant

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Plan is what one run has to change. The zero Plan changes nothing.
type Plan struct {
	Changes []Change
	Omit    []Omission
	Leaps   []Leap
	Reach   []Reach         // also made on the way to the target
	Held    bool            // nothing is changed: the target is stopped at its exec, see Hold
	Role    []secret.Text   // the target's argv in a control: who merely carries it is left alone; nil: whoever matches is changed
	Hops    [][]secret.Text // what runs in front of it in a control; some of these match the target's pattern too
}

// isHop says whether a program that matches the target's pattern is only on the way to it.
func (p *Plan) isHop(argv []string) bool {
	if sameArgv(argv, reveal(p.Role)) {
		return false
	}
	for _, h := range p.Hops {
		if sameArgv(argv, reveal(h)) {
			return true
		}
	}
	return bears(argv, reveal(p.Role))
}

// Change is one factor and the value that it has to have. Which fields count
// depends on the kind; Absent wins over all of them.
type Change struct {
	fact.Factor
	Absent  bool
	Text    secret.Text   // env value, cwd, root, exe, argv0, cgroup path
	List    []secret.Text // argv: the words of the option; a list variable: the donor's elements in order
	From    []secret.Text // argv: the words that the recipient has in their place
	Numbers []int64       // umask, nice, ids, cpus, rlimit soft and hard, ...
	FD      snapshot.FD   // stdio, fd, fd_flags: what the donor has there
	Stream  Stream        // stdio
	Refs    []Ref         // parts of Text that belong to one run
	Inherit bool          // stdio: the donor's stream is its parent's own, so the parent's is taken where it is of that kind
	Omitted bool          // an omission has to bring it about; it is only read back
}

// Stream is the kind of end that a standard stream has to be.
type Stream string

const (
	Null     Stream = "null"
	Closed   Stream = "closed"
	File     Stream = "file"
	Drained  Stream = "pipe, drained"
	Unread   Stream = "pipe, nobody reads"
	TTY      Stream = "tty"
	Socket   Stream = "socket"
	Device   Stream = "device"
	Anything Stream = ""
)

// Ref is a stretch of a Change's Text that names something of one run, and what
// that is in every run: it is put in anew for each.
type Ref struct {
	At, Len int
	To      RefTo
}

// RefTo is what a Ref stands for.
type RefTo string

const (
	RefPID    RefTo = "pid"    // of the target
	RefParent RefTo = "ppid"   // of its parent
	RefSID    RefTo = "sid"    // of its session
	RefLaunch RefTo = "launch" // of the launched command; others name a variable, see refEnv
)

// Omission leaves a system call of the launcher out: it gets the value of a
// success and does nothing.
type Omission struct {
	fact.Factor
	Call  string        // "setsid", "prlimit64"
	Arg   int           // argument that tells the calls of one name apart; -1: all of them
	Value uint64        // and its value
	Bits  uint64        // for flags: only these bits of argument Arg are taken away
	After []secret.Text // only in processes that run this argv; nil: everywhere before the target
}

// Leap leaves a whole hop out: at its exec, the next one is started in its place.
type Leap struct {
	fact.Factor
	Argv []secret.Text // the hop, as the control had it
	Next []secret.Text // what it starts, as it asks for it: a script without its interpreter
	Path string        // the file of that
}

// Refusal is a factor that can't be moved, and why.
type Refusal struct {
	fact.Factor
	Reason string
}

func (r Refusal) String() string { return r.Factor.String() + ": " + r.Reason }

// Empty says that there is nothing to change.
func (p Plan) Empty() bool { return len(p.Changes)+len(p.Omit)+len(p.Leaps) == 0 && !p.Held }

// Window says that the run has to be stepped through the launcher's system calls.
func (p Plan) Window() bool { return len(p.Omit) > 0 }

// Encode is the plan as it travels to the helper, exact strings included.
func (p Plan) Encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(p); err != nil {
		return nil, fmt.Errorf("transplant: encode the plan: %w", err)
	}
	return b.Bytes(), nil
}

// Decode reads what Encode wrote. No bytes are the empty plan.
func Decode(b []byte) (Plan, error) {
	var p Plan
	if len(b) == 0 {
		return p, nil
	}
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("transplant: decode the plan: %w", err)
	}
	return p, nil
}
