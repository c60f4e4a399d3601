// Package snapshot says what a process was given: capture from /proc, the
// factors in words, the differences between launches and how suspicious each is.
//
// Contract: capturing reads and never writes into a process, needs no root, and
// takes what it can get: a field that can't be read is Unknown with its reason.
// Everything above capture (Factors, Differences, HopWords, CallWords, Drained)
// is pure.
//
// Glossary: a process is what one exec was given; a target is the process in
// question with the hops before it and the calls of its launcher; a snapshot is
// the targets of one launch; steady is what a target looked like later.
package snapshot

import (
	"time"

	"casebook/steps/secret"
)

// Mask makes exact strings showable. It is secret.Masker under the name that
// the experiments use.
type Mask = secret.Masker

// Snapshot is what one launch gave its targets.
type Snapshot struct {
	Host    Host
	Command secret.Text // the launched command line
	Profile string      // "shell", "ci", "cron", "service"
	When    time.Time
	Took    time.Duration

	Targets   []*Target
	Tree      []ExecNode // every exec of the launch, bounded
	Dropped   int        // execs that Tree has no room for
	Failed    []Hop      // execs that failed, with errno and argv
	Truncated []string   // what was cut, in words
	Masked    bool       // read from a file without secrets: values are fingerprints
	Key       []byte     // what those fingerprints were made with
}

// Host is where a snapshot was taken.
type Host struct {
	Kernel, Hostname, Arch, User string
}

// Target is one process in question.
type Target struct {
	Process    *Process
	Chain      []Hop    // from the launched command to the target, the target itself last
	Window     []Call   // between the fork, or the exec before, and the target's exec
	ForkParent *Process // who forked it, light; nil where nobody did
	Launcher   *Process // the launched command as it was exec'd, light
	Steady     []*Steady
}

// ExecNode is one exec of the launch.
type ExecNode struct {
	PID, PPID int
	Argv      []secret.Text
	At        time.Duration // since the launch started
	Errno     int
	Target    bool
}

// Steady is what a target and its descendants looked like while it ran.
type Steady struct {
	At      time.Duration // since the launch started; whoever samples fills it
	PID     int
	Process *Process // light
	Sockets []Socket
	Files   []OpenFile
	Threads []Thread
	Tree    []Child
	Libs    []string
	Pipes   []Pipe
	Unknown map[string]string
}

// Socket is one socket of the target.
type Socket struct {
	FD    int
	Proto string // "tcp", "tcp6", "udp", "udp6", "unix"
	Local string
	Peer  string
	State string // "ESTABLISHED", "LISTEN", ...
	Inode uint64
}

// OpenFile is one file that the target has open.
type OpenFile struct {
	FD   int
	Path string
	Mode string // "read", "write", "append", "read/write"
}

// Thread is one thread of the target and what it waits for.
type Thread struct {
	TID     int
	Comm    string
	State   string
	Wchan   string // the kernel function it sleeps in; empty: running or hidden
	Syscall string // "read(0)", "futex"; empty: running or hidden
}

// Child is one descendant.
type Child struct {
	PID, PPID int
	Comm      string
	State     string
	Argv      []secret.Text
}

// Pipe is the state of a pipe among descriptors 0 to 2.
type Pipe struct {
	FD       int
	Ino      uint64
	Fill     int  // bytes in it; -1: can't tell
	Capacity int  // -1: can't tell
	Blocked  bool // a thread of the target's tree is blocked writing to it
	Ends     []End
}

// End is who holds the other end of a pipe.
type End struct {
	PID   int
	FD    int
	Comm  string
	Reads bool // it was seen waiting in a read or poll of this descriptor, or running
	Wait  string
}
