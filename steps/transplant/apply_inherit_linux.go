//go:build linux && (amd64 || arm64)

package transplant

import (
	"golang.org/x/sys/unix"

	"casebook/steps/snapshot"
)

// inherit gives the process its parent's stream, as a launcher does that does
// not redirect it: shared, with its place in the file, and without a relay. Not
// done: the parent's is of another kind, or its parent is none of the launch's.
func (w *work) inherit(c Change, n int) (done bool, err error) {
	if w.p.PID == w.helper.launch {
		return false, nil
	}
	parent, err := snapshot.CaptureLight(w.p.PPID)
	if err != nil {
		return false, nil
	}
	fd, open := fdOf(parent, n)
	if !open || fd.Kind != c.FD.Kind {
		return false, nil
	}
	pidfd, err := w.in.Call(unix.SYS_PIDFD_OPEN, uint64(w.p.PPID), 0)
	if err != nil {
		return false, nil // it lives in another pid namespace, or the kernel is old
	}
	got, err := w.in.Call(unix.SYS_PIDFD_GETFD, pidfd, uint64(n), 0)
	if _, cerr := w.in.Call(unix.SYS_CLOSE, pidfd); err == nil {
		err = cerr
	}
	if err != nil {
		return false, nil // it may not look into its parent
	}
	f, err := w.apart(int(got))
	if err != nil {
		return true, err
	}
	return true, w.place(f, n)
}
