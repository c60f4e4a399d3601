//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// setFD closes a descriptor, or opens one like the donor's. Behind a pipe or a
// socket there is the helper, which holds the other end until the run is over.
func (w *work) setFD(c Change) error {
	n, err := strconv.Atoi(c.Name)
	if err != nil {
		return fmt.Errorf("%q is no descriptor", c.Name)
	}
	if c.Absent {
		return w.closeFD(n)
	}
	if c.FD.SameAs >= 0 && c.FD.SameAs < n {
		_, err := w.call("dup3", unix.SYS_DUP3, uint64(c.FD.SameAs), uint64(n), 0)
		return err
	}
	switch c.FD.Kind {
	case snapshot.FDFile, snapshot.FDDir, snapshot.FDNull, snapshot.FDDev:
		return w.fdOnPath(c, n)
	case snapshot.FDPipe, snapshot.FDFifo:
		r, wr, err := w.pair("pipe2", unix.SYS_PIPE2, nil, unix.O_CLOEXEC)
		if err != nil {
			return err
		}
		if c.FD.Flags >= 0 && c.FD.Flags&unix.O_ACCMODE == unix.O_WRONLY {
			return w.fdPair(n, wr, r)
		}
		return w.fdPair(n, r, wr)
	case snapshot.FDSocket:
		a, b, err := w.pair("socketpair", unix.SYS_SOCKETPAIR, []uint64{unix.AF_UNIX, unix.SOCK_STREAM | unix.SOCK_CLOEXEC, 0})
		if err != nil {
			return err
		}
		return w.fdPair(n, a, b)
	case snapshot.FDTTY:
		t, err := w.terminal(c.FD.Rows, c.FD.Cols)
		if err != nil {
			return err
		}
		fd, err := w.openTerminal(t)
		if err != nil {
			return err
		}
		return w.place(int(fd), n)
	}
	return fmt.Errorf("a descriptor on %s can't be made anew", c.FD.Kind)
}

func (w *work) fdPair(n, theirs, ours int) error {
	mine, err := w.take(ours)
	if err != nil {
		return err
	}
	w.starts = append(w.starts, func() { w.helper.hold(mine) })
	if err := w.closeFD(ours); err != nil {
		return err
	}
	return w.place(theirs, n)
}

// fdOnPath opens the donor's file, at the donor's place and with its lock.
func (w *work) fdOnPath(c Change, n int) error {
	if c.FD.Deleted {
		return errStale
	}
	path, err := w.text(Change{Text: secret.New(c.FD.Target), Refs: c.Refs})
	if err != nil {
		return err
	}
	keep := unix.O_ACCMODE | unix.O_APPEND | unix.O_NONBLOCK | unix.O_DIRECTORY | unix.O_PATH | unix.O_SYNC
	err = w.openAt(n, path, max(c.FD.Flags, 0)&keep)
	if errors.Is(err, unix.ENOENT) {
		return errStale
	}
	if err != nil {
		return err
	}
	if c.FD.Kind == snapshot.FDFile && c.FD.Pos > 0 {
		if _, err = w.call("lseek", unix.SYS_LSEEK, uint64(n), uint64(c.FD.Pos), unix.SEEK_SET); err != nil {
			return err
		}
	}
	for _, l := range c.FD.Locks {
		if !strings.HasPrefix(l, "FLOCK") {
			continue
		}
		how := uint64(unix.LOCK_SH)
		if strings.Contains(l, "WRITE") {
			how = unix.LOCK_EX
		}
		if _, err = w.call("flock", unix.SYS_FLOCK, uint64(n), how|unix.LOCK_NB); err != nil {
			return err
		}
	}
	return nil
}

// setFDFlags sets the flags of the open file. Whoever shares it sees them too,
// as with the donor.
func (w *work) setFDFlags(c Change) error {
	n, err := strconv.Atoi(c.Name)
	if err != nil {
		m, ok := map[string]int{"stdin": 0, "stdout": 1, "stderr": 2}[c.Name]
		if !ok {
			return fmt.Errorf("%q is no descriptor", c.Name)
		}
		n = m
	}
	if c.FD.Flags < 0 {
		return errors.New("the value to be set is not known")
	}
	is, err := w.call("fcntl", unix.SYS_FCNTL, uint64(n), unix.F_GETFL)
	if err != nil {
		return err
	}
	const can = unix.O_NONBLOCK | unix.O_APPEND | unix.O_ASYNC | unix.O_DIRECT | unix.O_NOATIME
	_, err = w.call("fcntl", unix.SYS_FCNTL, uint64(n), unix.F_SETFL, is&^can|uint64(c.FD.Flags)&can)
	return err
}
