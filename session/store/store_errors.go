package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// What can be wrong with a store; errors.Is tells which.
var (
	ErrNotStore = errors.New("it is not a casebook session")
	ErrNewer    = errors.New("it was written by a newer casebook")
	ErrCorrupt  = errors.New("it is damaged")
	ErrReadOnly = errors.New("it can't be written")
	ErrFull     = errors.New("there is no room left to write")
	ErrBusy     = errors.New("another process keeps it locked")
	ErrExists   = errors.New("it exists already")
)

var hints = map[error]string{
	ErrNotStore: "nothing was changed; move the file away if it does not belong there",
	ErrNewer:    "nothing was changed; install that version, or a later one",
	ErrCorrupt:  "nothing was changed; keep a copy, then try: sqlite3 FILE .recover",
	ErrReadOnly: "it can be read and exported elsewhere; to go on, make folder and file writable or copy the folder",
	ErrFull:     "everything recorded before is safe; free some space and do it again",
	ErrBusy:     "wait for the other casebook or end it, then do it again",
	ErrExists:   "choose another name",
}

// Error is a trouble with a store: which, where, and what to do about it.
type Error struct {
	Path string
	Kind error // one of the Err values, or nil
	Err  error // the cause, may be nil
}

func (e *Error) Error() string {
	switch {
	case e.Kind == nil:
		return fmt.Sprintf("session file %s: %v", e.Path, e.Err)
	case e.Err == nil:
		return fmt.Sprintf("session file %s: %v", e.Path, e.Kind)
	}
	return fmt.Sprintf("session file %s: %v (%v)", e.Path, e.Kind, e.Err)
}

// Hint says what somebody can do about it; "" where nothing is known.
func (e *Error) Hint() string { return hints[e.Kind] }

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	var all []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// told gives err its path and its kind; nil stays nil.
func told(path string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Path: path, Kind: kindOf(err), Err: err}
}

func kindOf(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return kindOfCode(se.Code())
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return ErrFull
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR):
		return ErrReadOnly
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	}
	return nil
}

// kindOfCode reads SQLite's result codes. A write that failed is told as a
// full disk: SQLite has a code of its own for that only where the system call
// said so, and a quota or a limit on file sizes is the same to the user.
func kindOfCode(code int) error {
	switch code {
	case lib.SQLITE_IOERR_WRITE, lib.SQLITE_IOERR_TRUNCATE, lib.SQLITE_IOERR_FSYNC, lib.SQLITE_IOERR_SHMSIZE:
		return ErrFull
	}
	switch code & 0xff {
	case lib.SQLITE_NOTADB:
		return ErrNotStore
	case lib.SQLITE_CORRUPT:
		return ErrCorrupt
	case lib.SQLITE_FULL:
		return ErrFull
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return ErrReadOnly
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return ErrBusy
	}
	return nil
}
