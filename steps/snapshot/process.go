package snapshot

import "casebook/steps/secret"

// Process is what one process was given, as /proc tells it. At an exec stop it
// is exact: nothing of the program has run yet. What could not be read has its
// reason in Unknown, under the name of the field; the rest still holds.
//
// Process is an immutable value once it was captured. It travels by
// encoding/gob with its exact strings and never by encoding/json: snapshot
// files have a form of their own (see File).
type Process struct {
	PID, PPID, PGID, SID int

	TTYNr int    // device number of the controlling terminal; 0: none
	TTY   string // its name ("/dev/pts/3"); empty: none, or not to be named
	TPGID int    // foreground process group of that terminal; -1: none

	Comm  string
	State string // "t", "S", ...: as /proc/PID/stat has it

	Argv []secret.Text
	Env  []Var // order and duplicates kept

	Exe  File
	Cwd  File
	Root File

	Umask   int // -1: unknown
	FDs     []FD
	Signals Signals
	Rlimits []Rlimit

	Nice     int
	Sched    string // "other", "fifo", "rr", "batch", "idle", "deadline"
	RTPrio   int
	Affinity []int  // cpus that may be used, ascending
	IOPrio   string // "none", "best-effort 4", "realtime 0", "idle"

	OOMScoreAdj     int
	Cgroups         []Cgroup
	Namespaces      []Namespace
	Personality     uint64
	Seccomp         int // 0 off, 1 strict, 2 filter
	SeccompFilters  int
	NoNewPrivs      bool
	UIDs, GIDs      [4]int // real, effective, saved, filesystem
	Groups          []int
	LoginUID        int64 // -1: never set
	Caps            Caps
	TimerSlack      uint64
	CoredumpFilter  uint64
	THPDisabled     bool
	Threads         int
	MountsHash      string // of mountinfo, without its counters
	Mounts          int
	StartTime       uint64            // clock ticks since boot: with PID it names the process for good
	Light           bool              // captured without descriptors and the slow fields
	Unknown         map[string]string // field -> why it could not be read
	Securebits      uint32
	SecurebitsKnown bool
}

// Var is one entry of the environment block.
type Var struct {
	Name  string
	Value secret.Text
	Naked bool // the entry had no '=': Name is all of it
}

// File is a path that a process holds, with what identifies the file behind it.
type File struct {
	Path    string
	Dev     uint64
	Ino     uint64
	Deleted bool // it is no longer there under that name
}

// FDKind is what a descriptor is open on.
type FDKind string

const (
	FDPipe   FDKind = "pipe"
	FDFifo   FDKind = "fifo" // a pipe with a name
	FDSocket FDKind = "socket"
	FDFile   FDKind = "file"
	FDDir    FDKind = "directory"
	FDTTY    FDKind = "tty"
	FDNull   FDKind = "null"
	FDDev    FDKind = "device"
	FDAnon   FDKind = "anon" // eventfd, epoll, pidfd, memfd, ...
	FDGone   FDKind = "unknown"
)

// FD is one open descriptor.
type FD struct {
	Num     int
	Kind    FDKind
	Target  string // "/path", "pipe:[81]", "socket:[82]", "anon_inode:[eventpoll]"
	Dev     uint64
	Ino     uint64
	Mode    uint32 // st_mode
	Rdev    uint64
	Size    int64
	Flags   int // open flags without O_CLOEXEC; -1: unknown
	Cloexec bool
	Pos     int64
	Locks   []string // "FLOCK ADVISORY WRITE", ...
	SameAs  int      // lowest descriptor that shares the open file; Num: none below it; -1: can't tell
	Rows    int      // size of a tty; 0: unknown
	Cols    int
	Deleted bool
}

// Signals are the sets of a process, bit N-1 for signal N.
type Signals struct {
	Blocked, Ignored, Caught, Pending uint64
}

// Unlimited is the value of a limit that limits nothing.
const Unlimited = ^uint64(0)

// Rlimit is one resource limit; Name is as in RLIMIT_NOFILE without its prefix.
type Rlimit struct {
	Name       string
	Soft, Hard uint64
}

// Cgroup is the group of one controller; an empty Controller is the unified hierarchy.
type Cgroup struct {
	Controller, Path string
}

// Namespace is one namespace; Own says that it is not the one of whoever captured.
type Namespace struct {
	Kind string
	Ino  uint64
	Own  bool
}

// Caps are the capability sets.
type Caps struct {
	Inheritable, Permitted, Effective, Bounding, Ambient uint64
}

// Hop is one exec on the way from the launched command to the target.
type Hop struct {
	Process *Process      // after the exec, light; nil for a failed exec
	PID     int           // the process that exec'd
	PPID    int           // its parent at that time
	Path    string        // the file that was asked for, where it was seen
	Argv    []secret.Text // what was asked for; for a failed exec the only trace
	Errno   int           // 0: it worked
	Changed []string      // what this hop changed for the next, in words; see HopWords
}

// Call is one system call between a fork, or the exec before, and an exec.
type Call struct {
	Nr   uint64 // number on this architecture
	Name string // "dup2"; empty: not known
	Args [6]uint64
	Path secret.Text // the string argument, where there is one (chdir, chroot, open)
	Ret  int64       // negative: -errno
}
