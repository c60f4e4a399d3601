package launch

// ErrorKind says why a launch could not be started.
type ErrorKind string

const (
	BadSpec       ErrorKind = "bad request"
	NotFound      ErrorKind = "command not found"
	NotExecutable ErrorKind = "not executable"
	NoDir         ErrorKind = "no such directory"
	NoHelper      ErrorKind = "helper trouble" // our own helper process failed
	Refused       ErrorKind = "refused"        // the system said no
)

// Error is a launch that could not be started, with what to do about it.
type Error struct {
	Kind ErrorKind
	What string // in words, the subject first
	Hint string // what to do
	Err  error
}

func (e *Error) Error() string {
	s := "launch: " + e.What
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }
