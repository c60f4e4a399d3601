//go:build linux && (amd64 || arm64)

package transplant

import (
	"golang.org/x/sys/unix"

	"casebook/steps/snapshot"
)

// inherit gives the process its parent's stream, as a launcher does that does
// not redirect it: shared, with its place in the file, and without a relay. Not
// done: there is none of that kind, or its parent is none of the launch's.
func (w *work) inherit(c Change, n int) (done bool, err error) {
	if w.p.PID == w.helper.launch {
		return false, nil
	}
	parent, err := snapshot.CaptureProcess(w.p.PPID)
	if err != nil {
		return false, nil
	}
	from, ok := w.parents(parent, c.FD, n)
	if !ok {
		return false, nil
	}
	pidfd, err := w.in.Call(unix.SYS_PIDFD_OPEN, uint64(w.p.PPID), 0)
	if err != nil {
		return false, nil // it lives in another pid namespace, or the kernel is old
	}
	got, err := w.in.Call(unix.SYS_PIDFD_GETFD, pidfd, uint64(from), 0)
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

// firstSaved is where shells put a stream that they redirect for one command:
// dash and bash do that in their own process, from this number on.
const firstSaved = 10

// parents finds the parent's own stream n: the one it has, unless the process
// has that one too, or the only one of its kind that was put aside.
func (w *work) parents(parent *snapshot.Process, want snapshot.FD, n int) (int, bool) {
	mine, open := fdOf(w.p, n)
	var found []snapshot.FD
	for _, fd := range parent.FDs {
		same := open && fd.Ino == mine.Ino && fd.Dev == mine.Dev
		if (fd.Num != n && (fd.Num < firstSaved || !fd.Cloexec)) || same || !alike(fd, want) {
			continue
		}
		if fd.Num == n {
			return n, true
		}
		found = append(found, fd)
	}
	for _, fd := range found {
		if fd.Ino != found[0].Ino {
			return 0, false
		}
	}
	if len(found) == 0 {
		return 0, false
	}
	return found[0].Num, true
}

// alike says whether a descriptor could be what the donor inherited.
func alike(fd, want snapshot.FD) bool {
	return fd.Kind == want.Kind && fd.Flags&unix.O_ACCMODE == want.Flags&unix.O_ACCMODE &&
		(fd.Kind != snapshot.FDFile && fd.Kind != snapshot.FDDev || fd.Target == want.Target)
}
