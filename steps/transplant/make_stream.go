package transplant

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

var streamNumbers = map[fact.Kind]int{fact.Stdin: 0, fact.Stdout: 1, fact.Stderr: 2}

// stream says which kind of end is wanted. Whether anybody reads a pipe is in
// the difference's words only: it does not show at exec.
func (m *maker) stream(c *Change, want fact.Value) (*Change, error) {
	fd, open := fdOf(m.donor(), streamNumbers[c.Kind])
	if !open {
		c.Stream = Closed
		return c, nil
	}
	c.FD = fd
	c.Inherit = inherited(m.From, fd)
	switch fd.Kind {
	case snapshot.FDPipe, snapshot.FDFifo:
		c.Stream = Drained
		if fd.Num == 0 {
			c.Numbers = []int64{int64(b2i(writersGone(m.From)))}
		}
		if strings.Contains(want.Shown, string(snapshot.NobodyReads)) {
			c.Stream = Unread
		}
	case snapshot.FDTTY:
		c.Stream = TTY
	case snapshot.FDNull:
		c.Stream = Null
	case snapshot.FDSocket:
		c.Stream = Socket
	case snapshot.FDDev:
		c.Stream = Device
	case snapshot.FDFile:
		c.Stream = File
		if c.Kind == fact.Stdin {
			return m.remake(c)
		}
	default:
		return nil, fmt.Errorf("a stream on %s can't be made anew", fd.Kind)
	}
	return c, nil
}

// inherited says whether a stream is the launcher's own: it was not redirected.
func inherited(t *snapshot.Target, fd snapshot.FD) bool {
	if t.ForkParent == nil || fd.Ino == 0 {
		return false
	}
	parent, open := fdOf(t.ForkParent, fd.Num)
	return open && parent.Kind == fd.Kind && parent.Ino == fd.Ino && parent.Dev == fd.Dev
}

// writersGone says whether nobody could write into the donor's input any more
// when it was last looked at.
func writersGone(t *snapshot.Target) bool {
	gone := false
	for _, s := range t.Steady {
		for _, p := range s.Pipes {
			if p.FD == 0 {
				gone = len(p.Ends) == 0
			}
		}
	}
	return gone
}

// descriptor takes one of the others, or the flags of any.
func (m *maker) descriptor(c *Change) (*Change, error) {
	n, err := strconv.Atoi(c.Name)
	if err != nil {
		return nil, fmt.Errorf("%q is no descriptor", c.Name)
	}
	fd, open := fdOf(m.donor(), n)
	if c.Kind == fact.FDFlags {
		if !open && m.moves(n) { // it goes with the descriptor
			return nil, nil
		}
		if !open || fd.Flags < 0 {
			return nil, errors.New("the donor's flags are not known")
		}
		c.FD = fd
		return c, nil
	}
	if c.Absent = !open; open {
		c.FD = fd
	}
	return m.remake(c)
}

// moves says whether descriptor n itself is moved too.
func (m *maker) moves(n int) bool {
	for _, d := range m.Move {
		if s, ok := streamNumbers[d.Kind]; ok && s == n || d.Kind == fact.FD && d.Name == strconv.Itoa(n) {
			return true
		}
	}
	return false
}

// remake checks that a descriptor like the donor's can be opened in another run.
func (m *maker) remake(c *Change) (*Change, error) {
	fd := c.FD
	if c.Absent || fd.SameAs >= 0 && fd.SameAs < fd.Num {
		return c, nil
	}
	switch fd.Kind {
	case snapshot.FDFile, snapshot.FDDir:
		if fd.Deleted {
			return nil, errStale
		}
		path := Change{Factor: c.Factor, Text: secret.New(fd.Target)}
		if _, err := m.live(&path, false); err != nil {
			return nil, err
		}
		c.Refs = path.Refs
	case snapshot.FDAnon, snapshot.FDGone:
		return nil, fmt.Errorf("a descriptor on %s can't be made anew", fd.Target)
	}
	return c, nil
}

func fdOf(p *snapshot.Process, n int) (snapshot.FD, bool) {
	for _, fd := range p.FDs {
		if fd.Num == n {
			return fd, true
		}
	}
	return snapshot.FD{}, false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func widen(list []int) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func reveal(list []secret.Text) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = secret.Reveal(t)
	}
	return out
}
