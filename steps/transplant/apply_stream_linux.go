//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"casebook/steps/secret"
)

// setStream makes a standard stream another kind of end. What the target writes
// still reaches the launcher's end, and what the launcher sends still reaches
// the target, through the helper.
func (w *work) setStream(c Change) error {
	n := streamNumbers[c.Kind]
	if fd, open := fdOf(w.p, n); open && w.helper.ours[fd.Ino] && fd.Kind == streamKinds[c.Stream] {
		return nil // it came from a process that was changed before
	}
	if other, ok := w.twin(c, n); ok {
		if c.Stream == TTY {
			if err := w.behindTTY(n); err != nil {
				return err
			}
		}
		_, err := w.call("dup3", unix.SYS_DUP3, uint64(other), uint64(n), 0)
		return err
	}
	if c.Inherit && c.Stream != Unread {
		if done, err := w.inherit(c, n); done || err != nil {
			return err
		}
	}
	switch c.Stream {
	case Closed:
		return w.closeFD(n)
	case Null:
		return w.openAt(n, "/dev/null", c.access())
	case Device:
		return w.openAt(n, c.FD.Target, c.FD.Flags&(unix.O_ACCMODE|unix.O_APPEND))
	case File:
		return w.fileStream(c, n)
	case Drained, Unread:
		return w.pipeStream(c, n)
	case Socket:
		return w.socketStream(c, n)
	case TTY:
		return w.ttyStream(c, n)
	}
	return fmt.Errorf("%q is no kind of stream", c.Stream)
}

// access is how the donor has the stream open.
func (c Change) access() int {
	if c.FD.Kind == "" || c.FD.Flags < 0 {
		return unix.O_RDWR
	}
	return c.FD.Flags & unix.O_ACCMODE
}

// twin is the stream that shares its open file with this one at the donor, if
// it is or was made of the same kind here.
func (w *work) twin(c Change, n int) (int, bool) {
	m := c.FD.SameAs
	if m < 0 || m >= n || c.Stream == Closed || m == 0 && c.Stream != TTY { // input does not go the way of output
		return 0, false
	}
	for _, o := range w.plan.Changes {
		if s, ok := streamNumbers[o.Kind]; ok && s == m {
			return m, o.Stream == c.Stream && w.done(o.Factor)
		}
	}
	fd, open := fdOf(w.p, m)
	return m, open && fd.Kind == c.FD.Kind
}

// closeFD closes a descriptor; one that is not open is as good as closed.
func (w *work) closeFD(n int) error {
	_, err := w.in.Call(unix.SYS_CLOSE, uint64(n))
	if errors.Is(err, unix.EBADF) {
		return nil
	}
	return err
}

// openAt opens a path as descriptor n.
func (w *work) openAt(n int, path string, flags int) error {
	at, err := w.in.WriteString(path)
	if err != nil {
		return err
	}
	fd, err := w.call("open", unix.SYS_OPENAT, atCwd, at, uint64(flags)|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	return w.place(int(fd), n)
}

// place moves a new descriptor to the number that it has to have, to stay open across execs.
func (w *work) place(fd, n int) error {
	if fd == n {
		_, err := w.call("fcntl", unix.SYS_FCNTL, uint64(n), unix.F_SETFD, 0)
		return err
	}
	if _, err := w.call("dup3", unix.SYS_DUP3, uint64(fd), uint64(n), 0); err != nil {
		return err
	}
	_, err := w.call("close", unix.SYS_CLOSE, uint64(fd))
	return err
}

// apart makes sure that a new descriptor does not sit on one of the numbers 0 to
// 2, which are about to be filled.
func (w *work) apart(fd int) (int, error) {
	if fd > 2 {
		return fd, nil
	}
	v, err := w.call("fcntl", unix.SYS_FCNTL, uint64(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return fd, err
	}
	_, err = w.call("close", unix.SYS_CLOSE, uint64(fd))
	return int(v), err
}

// pair makes two descriptors by a call that writes them to memory.
func (w *work) pair(what string, nr uintptr, before []uint64, after ...uint64) (a, b int, err error) {
	at, err := w.in.Write(make([]byte, 8))
	if err != nil {
		return 0, 0, err
	}
	args := append(append(append([]uint64{}, before...), at), after...)
	if _, err := w.call(what, nr, args...); err != nil {
		return 0, 0, err
	}
	raw, err := w.in.Peek(at, 8)
	if err != nil {
		return 0, 0, err
	}
	a, b = int(le32(raw)), int(le32(raw[4:]))
	if a, err = w.apart(a); err != nil {
		return 0, 0, err
	}
	b, err = w.apart(b)
	return a, b, err
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// pipeStream puts a new pipe in the stream's place.
func (w *work) pipeStream(c Change, n int) error {
	r, wr, err := w.pair("pipe2", unix.SYS_PIPE2, nil, unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	theirs, ours := wr, r
	if n == 0 {
		theirs, ours = r, wr
	}
	return w.relayed(c, n, theirs, ours)
}

// socketStream puts one end of a new socket pair in the stream's place.
func (w *work) socketStream(c Change, n int) error {
	a, b, err := w.pair("socketpair", unix.SYS_SOCKETPAIR, []uint64{unix.AF_UNIX, unix.SOCK_STREAM | unix.SOCK_CLOEXEC, 0})
	if err != nil {
		return err
	}
	return w.relayed(c, n, a, b)
}

// relayed takes the launcher's end and our end out of the process, and puts
// theirs in its place.
func (w *work) relayed(c Change, n, theirs, ours int) error {
	launcher, err := w.take(n)
	if err != nil && !errors.Is(err, unix.EBADF) { // a closed stream has nobody behind it
		return fmt.Errorf("take the launcher's end: %w", err)
	}
	mine, err := w.take(ours)
	if err != nil {
		return fmt.Errorf("take the new end: %w", err)
	}
	if err := w.closeFD(ours); err != nil {
		return err
	}
	if err := w.place(theirs, n); err != nil {
		return err
	}
	if err := w.mark(n); err != nil {
		return err
	}
	w.relay(relay{number: n, stream: c.Stream, launcher: launcher, mine: mine, ends: len(c.Numbers) > 0 && c.Numbers[0] == 1})
	return nil
}

// fileStream puts a regular file in the stream's place: the donor's own for
// input; for output a nameless one, whose growth the helper passes on.
func (w *work) fileStream(c Change, n int) error {
	if n == 0 || c.FD.Flags >= 0 && c.FD.Flags&unix.O_ACCMODE == unix.O_RDONLY {
		path, err := w.text(Change{Text: secret.New(c.FD.Target), Refs: c.Refs})
		if err != nil {
			return err
		}
		if err := w.openAt(n, path, unix.O_RDONLY); err != nil {
			return err
		}
		if c.FD.Pos > 0 {
			_, err = w.call("lseek", unix.SYS_LSEEK, uint64(n), uint64(c.FD.Pos), unix.SEEK_SET)
		}
		return err
	}
	flags := unix.O_RDWR | unix.O_TMPFILE | unix.O_CLOEXEC
	if c.FD.Flags > 0 {
		flags |= c.FD.Flags & unix.O_APPEND
	}
	at, err := w.in.WriteString("/tmp")
	if err != nil {
		return err
	}
	fd, err := w.in.Call(unix.SYS_OPENAT, atCwd, at, uint64(flags), 0o600)
	if err != nil {
		return fmt.Errorf("a nameless file in /tmp: %w", err)
	}
	f, err := w.apart(int(fd))
	if err != nil {
		return err
	}
	launcher, err := w.take(n)
	if err != nil && !errors.Is(err, unix.EBADF) {
		return fmt.Errorf("take the launcher's end: %w", err)
	}
	mine, err := w.take(f)
	if err != nil {
		return fmt.Errorf("take the new end: %w", err)
	}
	w.relay(relay{number: n, stream: File, launcher: launcher, mine: mine, pid: w.p.PID})
	if err := w.place(f, n); err != nil {
		return err
	}
	return w.mark(n)
}
