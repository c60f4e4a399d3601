package notes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"casebook/notes/safe"
)

// Log writes the dated log of an investigation. It only ever appends: every
// entry in one write that is synced before Append returns, with the record's id
// in a comment at its end, so that an entry stands there whole exactly if its
// id does. A repeated append is recognised, an interrupted one is completed.
// The cost of an append does not depend on the size of the file: it is read
// once, and after that only what others appended.
type Log struct {
	mu    sync.Mutex
	opts  LogOptions
	path  string
	state logState
}

// OpenLog chooses the log's path. It touches nothing yet.
func OpenLog(o LogOptions) (*Log, error) {
	if o.Day.IsZero() {
		return nil, errors.New("log: no day given")
	}
	if o.Path == "" && o.Dir == "" {
		return nil, errors.New("log: no working directory given")
	}
	l := &Log{opts: o, state: newLogState()}
	l.path = l.pathOn(o.Day)
	return l, nil
}

// Path is the file that is written now; a later day has another one.
func (l *Log) Path() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.path
}

func (l *Log) pathOn(day time.Time) string {
	if l.opts.Path != "" {
		return l.opts.Path
	}
	return filepath.Join(logFolder(l.opts.Dir), logName(day, l.opts.Task, l.opts.Title))
}

// turnDay moves to the file of a later day.
func (l *Log) turnDay(at time.Time) {
	if at.IsZero() || at.Format(time.DateOnly) <= l.opts.Day.Format(time.DateOnly) {
		return
	}
	l.opts.Day = at
	if next := l.pathOn(at); next != l.path {
		l.opts.Previous = l.path
		l.path = next
		l.state = newLogState()
	}
}

// header is what a session begins with: a whole head in a new file, a heading
// in one that other sessions of the day have written. n numbers the session
// where nobody else did.
func (l *Log) header(first bool, n int) string {
	o := l.opts
	if o.Number > 0 {
		n = o.Number
	}
	title := oneLine(titleKind.ReplaceAllString(o.Title, ""))
	if title == "" {
		title = "Investigation"
	}
	if o.Task != "" && TaskOf(title) == "" {
		title = "Task " + safe.Inline(o.Task) + " - " + title
	}
	var b []byte
	add := func(format string, args ...any) { b = fmt.Appendf(b, format+"\n\n", args...) }
	if first {
		add("# Debug Log: %s (%s Session %d)", title, o.Day.Format(time.DateOnly), n)
	} else {
		add("## %s (%s Session %d)", title, o.Day.Format(time.DateOnly), n)
	}
	if o.Objective != "" {
		add("**Objective:** %s", oneLine(o.Objective))
	}
	if o.Plan != "" {
		add("**Plan:** %s", relativeLink(l.path, o.Plan))
	}
	if prev := l.previous(); prev != "" && first {
		add("**Continues:** %s", relativeLink(l.path, prev))
	}
	return string(b) + "**Steps Taken & Findings:** " + markerFor(l.headerID()) + "\n"
}

func (l *Log) headerID() string {
	return "session/" + l.opts.SessionID + "/" + l.opts.Day.Format(time.DateOnly)
}

// previous is the log that this one goes on from, if it is still there.
func (l *Log) previous() string {
	if p := l.opts.Previous; p != "" && p != l.path {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return lastLogBefore(filepath.Dir(l.path), filepath.Base(l.path))
}
