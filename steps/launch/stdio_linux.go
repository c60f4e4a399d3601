package launch

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// stdio is the ends of a launch and ours.
type stdio struct {
	theirs [3]*os.File
	ours   []*os.File // one for a pty, else stdout and stderr
	names  []string   // what /proc calls the launch's ends, per stream: to recognise them in a process
	tty    bool
	given  bool // nothing is ours: the launch has the helper's own
}

// closeTheirs is called when the launch has its ends.
func (s *stdio) closeTheirs() {
	seen := map[*os.File]bool{}
	for _, f := range s.theirs {
		if f != nil && !seen[f] {
			seen[f] = true
			f.Close()
		}
	}
}

func (s *stdio) closeAll() {
	s.closeTheirs()
	for _, f := range s.ours {
		f.Close()
	}
}

func (h *helper) openStdio() (*stdio, error) {
	switch {
	case h.spec.Inherit:
		return openGiven(), nil
	case h.spec.TTY:
		return openTTY(h.spec.Rows, h.spec.Cols)
	}
	return openPipes()
}

// openTTY makes a pty. Master and slave are opened by hand: the os package would
// make the slave non-blocking, and the launch would inherit that.
func openTTY(rows, cols int) (*stdio, error) {
	m, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	n, err := unix.IoctlGetInt(m, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(m, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(m, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(cols)})
	}
	sl := -1
	name := "/dev/pts/" + strconv.Itoa(n)
	if err == nil {
		sl, err = unix.Open(name, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		unix.Close(m)
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	slave := os.NewFile(uintptr(sl), name)
	return &stdio{theirs: [3]*os.File{slave, slave, slave}, ours: []*os.File{os.NewFile(uintptr(m), "/dev/ptmx")}, names: []string{name}, tty: true}, nil
}

func openPipes() (*stdio, error) {
	null, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/null: %w", err)
	}
	s := &stdio{}
	s.theirs[0] = os.NewFile(uintptr(null), "/dev/null")
	for i := 1; i <= 2; i++ {
		var p [2]int
		if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
			s.closeAll()
			return nil, fmt.Errorf("make a pipe: %w", err)
		}
		_ = unix.SetNonblock(p[0], true) // our end is a file of its own: the launch's stays blocking
		s.ours = append(s.ours, os.NewFile(uintptr(p[0]), "pipe"))
		s.theirs[i] = os.NewFile(uintptr(p[1]), "pipe")
		name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(p[1]))
		if err != nil {
			s.closeAll()
			return nil, err
		}
		s.names = append(s.names, name)
	}
	return s, nil
}
