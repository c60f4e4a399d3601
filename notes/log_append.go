package notes

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Start writes the session's heading, if it does not stand there yet. Append
// does it too; Start tells early that the log can't be written.
func (l *Log) Start() (Written, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.locked(func(f *os.File) (bool, error) { return l.start(f) })
}

// Append writes an entry. It is on disk when Append returns.
func (l *Log) Append(e Entry) (Written, error) {
	if e.ID == "" {
		return Written{}, errors.New("log: an entry without an id can't be recognised again")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turnDay(e.At)
	return l.locked(func(f *os.File) (bool, error) {
		if l.state.known[cleanID(e.ID)] {
			return true, nil
		}
		if _, err := l.start(f); err != nil {
			return false, err
		}
		return false, l.putEntry(f, e)
	})
}

// locked opens the log, takes its lock, reads what others did and runs do.
func (l *Log) locked(do func(*os.File) (bool, error)) (Written, error) {
	w := Written{Path: l.path}
	f, created, err := openLocked(l.path)
	if err != nil {
		return w, fmt.Errorf("log: %w", err)
	}
	defer func() { _ = f.Close() }() // all that was written is synced
	if w.Notice, err = l.catchUp(f, created); err != nil {
		l.state = newLogState()
		return w, fmt.Errorf("log: read %s: %w", l.path, err)
	}
	if w.Doubled, err = do(f); err != nil {
		l.state.info = nil // what stands there now is read again
		return w, fmt.Errorf("log: write %s: %w (nothing is lost: the entry is written again later)", l.path, err)
	}
	if created {
		if err := syncDir(filepath.Dir(l.path)); err != nil {
			return w, fmt.Errorf("log: %w", err)
		}
	}
	return w, nil
}

// catchUp brings the state up to the file as it is now.
func (l *Log) catchUp(f *os.File, created bool) (notice string, err error) {
	fi, err := f.Stat()
	if err != nil {
		return "", err
	}
	had := l.state.info
	switch {
	case had == nil:
		if created && l.opts.Previous == l.path {
			notice = "the log was deleted; it goes on in a new file"
		}
		known := l.state.known
		l.state = newLogState()
		for id := range known {
			l.state.known[id] = true
		}
	case created:
		notice = "the log was deleted; it goes on in a new file"
		l.forget(true)
	case !os.SameFile(had, fi):
		notice = "the log was replaced by another file; it goes on there"
		l.forget(fi.Size() == 0)
	case fi.Size() < l.state.size:
		notice = "the log was shortened by somebody; it goes on behind what is left"
		l.forget(fi.Size() == 0)
	case fi.Size() == l.state.size:
		l.state.info = fi
		return "", nil
	}
	l.state.info = fi
	return notice, l.state.read(f, fi.Size())
}

// forget drops what was known of the text, but not which entries were written:
// what somebody deleted does not come back. An empty file needs its head again.
func (l *Log) forget(empty bool) {
	known := l.state.known
	if empty {
		delete(known, cleanID(l.headerID()))
	}
	l.state = newLogState()
	l.state.known = known
}

func (l *Log) start(f *os.File) (doubled bool, err error) {
	if l.state.known[cleanID(l.headerID())] {
		return true, nil
	}
	text, err := l.chooseHeader(f)
	if err != nil {
		return false, err
	}
	return false, l.put(f, chunk{text: text, apart: true})
}

// chooseHeader is the header that an interrupted write began, else a new one.
// A begun header counts as a session already, and the file is no longer empty.
func (l *Log) chooseHeader(f *os.File) (string, error) {
	n := l.state.sessions + 1
	for _, h := range []string{l.header(true, 1), l.header(false, n-1), l.header(true, n)} {
		if torn, err := tornAt(f, l.state.size, h); err != nil || torn > 0 {
			return h, err
		}
	}
	return l.header(l.state.size == 0, n), nil
}

// chunk is what is appended in one write.
type chunk struct {
	text  string
	apart bool // an empty line goes before it
}

// place renders an entry for the end of the log: below the heading of its step,
// or with a new one.
func (l *Log) place(e Entry) chunk {
	s := &l.state
	switch n, err := strconv.Atoi(e.Step); {
	case e.Kind == EntryStatus || e.Step == "":
		return chunk{renderEntry(e, byItself), true}
	case s.step == e.Step && s.list:
		return chunk{renderEntry(e, inList), false}
	case s.step == e.Step:
		return chunk{renderEntry(e, inItems), false}
	case err == nil && n >= 0 && n < 1e9 && !s.headed[e.Step] && (!s.list || s.number+1 == n):
		return chunk{fmt.Sprintf("%-4s**%s:**\n", e.Step+". ", stepTitleText(e)) + renderEntry(e, inList), true}
	default:
		again := ""
		if s.headed[e.Step] {
			again = " (continued)"
		}
		return chunk{fmt.Sprintf("**%s%s. %s:**\n\n", oneLine(e.Step), again, stepTitleText(e)) + renderEntry(e, inItems), true}
	}
}

// putEntry appends an entry. A last line that somebody left open counts as a
// whole one, unless it is the entry's own beginning.
func (l *Log) putEntry(f *os.File, e Entry) error {
	c := l.place(e)
	if l.state.partial > 0 {
		torn, err := tornAt(f, l.state.size, c.text)
		if err != nil {
			return err
		}
		if torn == 0 {
			if err := l.state.endLine(f); err != nil {
				return err
			}
			c = l.place(e)
		}
	}
	return l.put(f, c)
}

func stepTitleText(e Entry) string {
	if t := strings.ReplaceAll(oneLine(e.StepTitle), "**", ""); t != "" {
		return t
	}
	return "Step " + oneLine(e.Step)
}

// put appends a chunk in one write and syncs it. Where the file ends in the
// beginning of the same chunk, an append was interrupted there and only the
// rest is written.
func (l *Log) put(f *os.File, c chunk) error {
	torn, err := tornAt(f, l.state.size, c.text)
	if err != nil {
		return err
	}
	text := c.text[torn:]
	if torn == 0 {
		text = l.separator(c.apart) + text
	}
	if n, err := f.WriteString(text); err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", n, len(text), err)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return l.state.read(f, l.state.size+int64(len(text)))
}

// separator ends a line that somebody left open, and parts what stands apart.
func (l *Log) separator(apart bool) string {
	s := ""
	if l.state.partial > 0 {
		s = "\n"
	}
	if apart && l.state.size > 0 && (l.state.partial > 0 || !l.state.blank) {
		s += "\n"
	}
	return s
}

// tornAt is how many bytes of text the file ends in, counted from a line start.
func tornAt(f *os.File, size int64, text string) (int, error) {
	from := max(0, size-int64(len(text))-1)
	tail := make([]byte, size-from)
	if _, err := io.ReadFull(io.NewSectionReader(f, from, size-from), tail); err != nil {
		return 0, err
	}
	for p := 0; p < len(tail); p++ {
		if (p == 0 && from == 0 || p > 0 && tail[p-1] == '\n') && strings.HasPrefix(text, string(tail[p:])) {
			return len(tail) - p, nil
		}
	}
	return 0, nil
}
