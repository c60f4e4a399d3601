package launch

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// execError is why the launched command could not be started, from the child's report.
func execError(s *wireSpec, stage int, errno unix.Errno) error {
	e := &Error{Kind: Refused, Err: errno}
	switch stage {
	case stageSession:
		e.What = "new session: " + errno.Error()
	case stageTTY:
		e.What = "controlling terminal: " + errno.Error()
	case stageStdio:
		e.What = "standard ends: " + errno.Error()
	case stageDir:
		e.Kind, e.What = NoDir, s.Dir+": "+errno.Error()
		e.Hint = "it has to be there, and may be entered by you"
	default:
		explainExec(e, s, errno)
	}
	return e
}

func explainExec(e *Error, s *wireSpec, errno unix.Errno) {
	e.Kind, e.What = NotExecutable, s.Path+": "+errno.Error()
	switch errno {
	case unix.ENOENT:
		if _, err := os.Stat(under(s.Dir, s.Path)); err == nil {
			e.What = s.Path + ": the interpreter in its first line (or its loader) does not exist"
			e.Hint = "look at the line that begins with #!"
			return
		}
		e.Kind = NotFound
	case unix.ENOEXEC:
		e.What, e.Hint = s.Path+" is no program that this system can run", "a script needs a first line such as #!/bin/sh; or start it with its interpreter"
	case unix.EACCES:
		e.Hint = "chmod +x it; on a file system that is mounted noexec, start it with its interpreter"
	case unix.E2BIG:
		e.What, e.Hint = s.Path+": arguments and environment are too large", "a single string may have 128 KiB"
	}
}

func wireErrorOf(err error) *wireError {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Kind: NoHelper, What: err.Error(), Err: err}
	}
	w := &wireError{Kind: e.Kind, What: e.What, Hint: e.Hint}
	var errno unix.Errno
	if errors.As(e.Err, &errno) {
		w.Errno = int(errno)
	}
	if errors.Is(e.Err, fs.ErrNotExist) && w.Errno == 0 {
		w.Errno = int(unix.ENOENT)
	}
	return w
}
