//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// terminal is a pty of ours: streams of one target that have to be a terminal share it.
type terminal struct {
	master  int
	name    string
	started bool // its relay is under way
}

// terminal makes the pty of this target, once.
func (w *work) terminal(rows, cols int) (*terminal, error) {
	if w.pty == nil && w.helper.pty != nil {
		w.use(w.helper.pty)
	}
	if w.pty != nil {
		return w.pty, nil
	}
	master, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make a terminal: %w", err)
	}
	w.kept = append(w.kept, master)
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return nil, fmt.Errorf("unlock the terminal: %w", err)
	}
	n, err := unix.IoctlGetUint32(master, unix.TIOCGPTN)
	if err != nil {
		return nil, fmt.Errorf("name the terminal: %w", err)
	}
	if rows == 0 || cols == 0 {
		rows, cols = 24, 80
	}
	size := unix.Winsize{Row: uint16(rows), Col: uint16(cols)}
	if err := unix.IoctlSetWinsize(master, unix.TIOCSWINSZ, &size); err != nil {
		return nil, fmt.Errorf("size the terminal: %w", err)
	}
	t := &terminal{master: master, name: fmt.Sprintf("/dev/pts/%d", n)}
	_ = unix.Fchownat(unix.AT_FDCWD, t.name, w.p.UIDs[1], -1, 0) // of use where the target is another user
	w.use(t)
	return t, nil
}

// use relays what the target's streams on a terminal do, once for each terminal.
func (w *work) use(t *terminal) {
	w.pty = t
	w.starts = append(w.starts, func() {
		if t.started {
			for _, fd := range append(w.ttyOut, w.ttyIn) {
				if fd > 0 {
					w.helper.hold(fd)
				}
			}
			return
		}
		t.started = true
		w.helper.startTTY(t.master, w.ttyOut, w.ttyIn)
	})
}

// openTerminal opens the terminal's end in the process.
func (w *work) openTerminal(t *terminal) (uint64, error) {
	at, err := w.in.WriteString(t.name)
	if err != nil {
		return 0, err
	}
	return w.call("open the terminal", unix.SYS_OPENAT, atCwd, at, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
}

// ttyStream puts the terminal in the stream's place. All output goes to the
// launcher's end of the first stream for output that was changed.
func (w *work) ttyStream(c Change, n int) error {
	t, err := w.terminal(c.FD.Rows, c.FD.Cols)
	if err != nil {
		return err
	}
	if err := w.behindTTY(n); err != nil {
		return err
	}
	fd, err := w.openTerminal(t)
	if err != nil {
		return err
	}
	f, err := w.apart(int(fd))
	if err != nil {
		return err
	}
	if err := w.place(f, n); err != nil {
		return err
	}
	return w.mark(n)
}

// behindTTY takes the launcher's end of a stream that becomes a terminal.
func (w *work) behindTTY(n int) error {
	launcher, err := w.take(n)
	if err != nil && !errors.Is(err, unix.EBADF) {
		return fmt.Errorf("take the launcher's end: %w", err)
	}
	switch {
	case err != nil:
	case n == 0:
		w.ttyIn = launcher
	default:
		w.ttyOut = append(w.ttyOut, launcher)
	}
	w.relays = append(w.relays, streamName(n)+" is a new terminal; the launcher's end is fed through the helper")
	return nil
}
