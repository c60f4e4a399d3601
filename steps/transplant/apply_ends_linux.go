//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// mark remembers a stream that was made here, so that it is not made once more
// for a process that inherits it.
func (w *work) mark(n int) error {
	fd, err := w.take(n)
	if err != nil {
		return err
	}
	var st unix.Stat_t
	err = unix.Fstat(fd, &st)
	w.helper.ours[st.Ino] = true
	w.kept = w.kept[:len(w.kept)-1]
	return errors.Join(err, unix.Close(fd))
}

// take copies a descriptor of the process into the helper. It works for every
// kind, where opening /proc/PID/fd/N fails for sockets and for other users.
func (w *work) take(n int) (int, error) {
	pidfd, err := unix.PidfdOpen(w.p.PID, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(pidfd)
	fd, err := unix.PidfdGetfd(pidfd, n, 0)
	if err != nil {
		return -1, err
	}
	w.kept = append(w.kept, fd)
	return fd, nil
}

// relay notes a relay to be started once the process can't be refused any more.
func (w *work) relay(r relay) {
	w.relays = append(w.relays, fmt.Sprintf("%s is a new %s; the launcher's end is fed through the helper", streamName(r.number), r.stream))
	w.starts = append(w.starts, func() { w.helper.start(r) })
}

// drop closes what was taken for relays that will not be.
func (w *work) drop() {
	for _, fd := range w.kept {
		_ = unix.Close(fd)
	}
	w.kept = nil
}

func streamName(n int) string {
	for kind, m := range streamNumbers {
		if m == n {
			return string(kind)
		}
	}
	return fmt.Sprintf("descriptor %d", n)
}
