//go:build linux && (amd64 || arm64)

package transplant

import (
	"golang.org/x/sys/unix"
)

const (
	chunk      = 64 << 10
	lookAhead  = 4 << 10 // of input: what the target does not take stays with the launcher
	atOnce     = 4 << 10 // PIPE_BUF: poll promises room for that much
	memoryMost = 256 << 10
)

// pump copies from one descriptor to the other until the source ends or the
// destination is gone, and closes both. With always, the source is read whatever
// the destination takes, and the backlog goes to a file: that is what a drained
// pipe means. Without, only as much is read as was passed on.
func (h *Helper) pump(from, to int, always bool) {
	var b backlog
	defer b.close()
	defer closeAll(from, to)
	pass(h, from, to, always, &b)
}

func pass(h *Helper, from, to int, always bool, b *backlog) (ended bool) {
	buf := make([]byte, chunk)
	stopping := false
	for eof := false; ; {
		if eof && (b.empty() || to < 0) {
			return true
		}
		if stopping && eof {
			// what is left is given one more chance below
			if !b.flush(to) {
				return true
			}
			continue
		}
		fds := []unix.PollFd{{Fd: -1}, {Fd: int32(to)}, h.stopPoll()}
		if !eof && (always || b.size() < lookAhead) {
			fds[0] = unix.PollFd{Fd: int32(from), Events: unix.POLLIN}
		}
		if !b.empty() {
			fds[1].Events = unix.POLLOUT
		}
		timeout := -1
		if stopping {
			fds[2].Fd, timeout = -1, 0
		}
		n, err := unix.Poll(fds, timeout)
		if err == unix.EINTR {
			continue
		}
		if err != nil || stopping && n == 0 {
			return false
		}
		if fds[2].Revents != 0 {
			stopping = true // take what is there, then go
		}
		if fds[1].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return false // nobody reads the destination: the source learns it by our closing it
		}
		if fds[1].Revents&unix.POLLOUT != 0 && !b.flush(to) {
			return false
		}
		if fds[0].Revents != 0 {
			n, err := unix.Read(from, buf)
			switch {
			case err == unix.EINTR || err == unix.EAGAIN:
			case n <= 0 || err != nil: // EIO is the end of a terminal
				eof = true
			case to >= 0:
				b.add(buf[:n])
			}
		}
	}
}

// pumpTyped passes input on to a terminal. Its end is typed as ^D; the master
// stays open, since closing it would hang the terminal up.
func (h *Helper) pumpTyped(from, master int) {
	var b backlog
	defer b.close()
	defer closeAll(from, master)
	if isNull(from) {
		return // nobody types
	}
	if pass(h, from, master, false, &b) {
		_, _ = unix.Write(master, []byte{4})
	}
}

// isNull says that a descriptor is on /dev/null.
func isNull(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFCHR && unix.Major(st.Rdev) == 1 && unix.Minor(st.Rdev) == 3
}

// copyFile passes on what is appended to a file that a target writes, until the
// target has ended and everything was passed.
func (h *Helper) copyFile(r relay) {
	defer closeAll(r.mine, r.launcher)
	pidfd, err := unix.PidfdOpen(r.pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(pidfd)
	const look = 10 // ms between two looks at the file: there is nothing to poll for
	var at int64
	buf := make([]byte, atOnce)
	for last := false; ; {
		for {
			n, err := unix.Pread(r.mine, buf, at)
			if n <= 0 || err != nil {
				break
			}
			at += int64(n)
			if r.launcher >= 0 && !writeAll(r.launcher, buf[:n]) {
				return
			}
		}
		if last {
			return
		}
		fds := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}, h.stopPoll()}
		if _, err := unix.Poll(fds, look); err != nil && err != unix.EINTR {
			return
		}
		last = fds[0].Revents != 0 || fds[1].Revents != 0
	}
}

func writeAll(fd int, b []byte) bool {
	for len(b) > 0 {
		n, err := unix.Write(fd, b)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EAGAIN {
			fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
			if _, err := unix.Poll(fds, 1000); err != nil && err != unix.EINTR {
				return false
			}
			continue
		}
		if err != nil {
			return false
		}
		b = b[n:]
	}
	return true
}
