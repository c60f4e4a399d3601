package launch

import (
	"encoding/binary"
	"io/fs"
	"syscall"
	"time"
)

// wireSpec is what a helper is told: a launch with everything decided.
type wireSpec struct {
	Path                 string
	Argv, Env            []string
	Dir                  string
	TTY, IgnorePipe      bool
	Inherit              bool
	Command, Profile     string
	Target               string
	Deadline             time.Duration
	Grace, Linger        time.Duration
	Trace, Window        bool
	SkipSteady           bool
	SteadyAt             []time.Duration
	Watch                []Watch
	HeadBytes, TailBytes int
	Rows, Cols           int
	Extra                []byte
}

func (s *Spec) wire(g *ground) *wireSpec {
	return &wireSpec{
		Path: g.path, Argv: g.argv, Env: g.env, Dir: g.dir, TTY: g.tty, IgnorePipe: g.sigpipe, Inherit: g.inherit,
		Command: s.Command.String(), Profile: or(s.Profile, Shell), Target: s.Target,
		Deadline: s.Deadline, Grace: or(s.Grace, DefaultGrace), Linger: or(s.Linger, DefaultLinger),
		Trace: s.Trace, Window: s.Window, SkipSteady: s.SkipSteady, SteadyAt: s.SteadyAt, Watch: s.Watch,
		HeadBytes: or(s.HeadBytes, DefaultHead), TailBytes: or(s.TailBytes, DefaultTail),
		Rows: or(s.Rows, DefaultRows), Cols: or(s.Cols, DefaultCols), Extra: s.Extra,
	}
}

// or is v, or the default where v is zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// wireError is an Error on its way; an errno is all that travels of its cause.
type wireError struct {
	Kind       ErrorKind
	What, Hint string
	Errno      int
}

func (w *wireError) error() *Error {
	e := &Error{Kind: w.Kind, What: w.What, Hint: w.Hint}
	switch {
	case w.Errno != 0:
		e.Err = syscall.Errno(w.Errno)
	case w.Kind == NotFound:
		e.Err = fs.ErrNotExist
	}
	return e
}

// outputHeader is stream number, nanoseconds since the start, bytes dropped.
const outputHeader = 1 + 8 + 8

func packOutput(stream int, at time.Duration, dropped int64) []byte {
	b := []byte{byte(stream)}
	b = binary.BigEndian.AppendUint64(b, uint64(at))
	return binary.BigEndian.AppendUint64(b, uint64(dropped))
}

func unpackOutput(b []byte) (stream int, at time.Duration, dropped int64, data []byte, ok bool) {
	if len(b) < outputHeader {
		return 0, 0, 0, nil, false
	}
	at = time.Duration(binary.BigEndian.Uint64(b[1:]))
	dropped = int64(binary.BigEndian.Uint64(b[9:]))
	return int(b[0]), at, dropped, b[outputHeader:], true
}

// streamNames are the streams of a launch in the order of their numbers.
func streamNames(tty, inherit bool) []string {
	switch {
	case inherit:
		return nil
	case tty:
		return []string{"tty"}
	}
	return []string{"stdout", "stderr"}
}
