package notes

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strconv"
)

// logState is what the writer knows of the file as it stands: which entries it
// holds, and below which step its end is. It is a fold over the lines, so that
// what others append is read once and nothing is read twice.
type logState struct {
	info     os.FileInfo // of the file that was read, nil if none was
	size     int64       // up to where it was read
	partial  int         // bytes behind the last line end
	blank    bool        // the last line is empty, or the file is
	known    map[string]bool
	headed   map[string]bool // steps that have a heading
	step     string          // the step that the end of the file belongs to, "" if none
	list     bool            // that step is an item of a numbered list
	number   int             // its number
	sessions int             // session headings
}

func newLogState() logState {
	return logState{blank: true, known: map[string]bool{}, headed: map[string]bool{}}
}

// read goes on from where the last read ended.
func (s *logState) read(f *os.File, size int64) error {
	from := s.size - int64(s.partial)
	r := io.NewSectionReader(f, from, size-from)
	buf := make([]byte, 256<<10)
	var carry []byte
	for {
		n, err := r.Read(buf)
		carry = s.lines(append(carry, buf[:n]...))
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	s.partial = len(carry)
	s.size = size
	return nil
}

// endLine folds the line that has no end yet.
func (s *logState) endLine(f *os.File) error {
	b := make([]byte, s.partial)
	if _, err := f.ReadAt(b, s.size-int64(s.partial)); err != nil {
		return err
	}
	s.line(b)
	return nil
}

// lines folds all whole lines of b and returns what is behind them.
func (s *logState) lines(b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return append([]byte(nil), b...)
		}
		s.line(bytes.TrimSuffix(b[:i], []byte("\r")))
		b = b[i+1:]
	}
}

var (
	listHeading = regexp.MustCompile(`^(\d{1,9})\. +\*\*.*\*\*$`)
	boldHeading = regexp.MustCompile(`^\*\*(\d{1,9})(?: \(continued\))?\. .*\*\*$`)
	sessionHead = regexp.MustCompile(`^#{1,2} .*\bSession (\d+)\)?`)
)

func (s *logState) line(l []byte) {
	s.blank = len(bytes.TrimSpace(l)) == 0
	if s.blank {
		return
	}
	if bytes.Contains(l, []byte(markerOpen)) {
		if m := marker.FindSubmatch(l); m != nil {
			s.known[string(m[1])] = true
			if len(m[0]) == len(l) {
				return
			}
		}
	}
	if l[0] == ' ' || l[0] == '\t' {
		return
	}
	if m := listHeading.FindSubmatch(l); m != nil {
		s.head(string(m[1]), true)
	} else if m := boldHeading.FindSubmatch(l); m != nil {
		s.head(string(m[1]), false)
	} else if s.list || !bytes.HasPrefix(l, []byte("*   ")) {
		s.step, s.list, s.number = "", false, 0
		if sessionHead.Match(l) {
			s.sessions++
		}
	}
}

func (s *logState) head(id string, list bool) {
	s.step, s.list, s.headed[id] = id, list, true
	s.number, _ = strconv.Atoi(id)
}
