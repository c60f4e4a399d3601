//go:build linux && (amd64 || arm64)

package transplant

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Rules of relays: the launcher's end is shared with the launcher, so its flags
// are never touched, and it is written to only when poll says that it will not
// block. Every copy of an end is closed as soon as the other side has gone, so
// that end of file, half-close and SIGPIPE pass through.

// relay is one stream that the helper stands in.
type relay struct {
	number   int // 0, 1 or 2
	stream   Stream
	launcher int  // the launcher's end; -1: the stream was closed
	mine     int  // the new end that is ours
	ends     bool // of input: the donor's writer had gone when it was looked at
	pid      int  // for a file: the process whose end is the end of the file
}

// relays is what the helper of a run has under way.
type relays struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	held []int // ends that are kept open and never used
	stop [2]int
	open bool
}

// start begins a relay.
func (h *Helper) start(r relay) {
	switch {
	case r.number == 0 && (r.launcher < 0 || isNull(r.launcher)) && !r.ends:
		h.goRelay(func() { h.keepUnread(r) }) // nobody has anything to say, and nobody hangs up
	case r.stream == Unread && r.number != 0:
		h.goRelay(func() { h.keepUnread(r) })
	case r.stream == File:
		h.goRelay(func() { h.copyFile(r) })
	case r.number == 0:
		h.goRelay(func() { h.pump(r.launcher, r.mine, false) })
	default:
		h.goRelay(func() { h.pump(r.mine, r.launcher, true) })
	}
}

func (h *Helper) goRelay(f func()) {
	h.relays.wg.Add(1)
	go func() {
		defer h.relays.wg.Done()
		f()
	}()
}

// startTTY begins the relays of a terminal: what is printed goes to the first of
// out, what comes from in is typed.
func (h *Helper) startTTY(master int, out []int, in int) {
	to := -1
	if len(out) > 0 {
		to, out = out[0], out[1:]
	}
	if in > 0 {
		if typed, err := unix.FcntlInt(uintptr(master), unix.F_DUPFD_CLOEXEC, 3); err == nil {
			h.goRelay(func() { h.pumpTyped(in, typed) })
		}
	}
	h.goRelay(func() {
		defer closeAll(out...) // they end when the terminal does
		h.pump(master, to, true)
	})
}

// hold keeps an end open until the run is over.
func (h *Helper) hold(fd int) {
	h.relays.mu.Lock()
	defer h.relays.mu.Unlock()
	h.relays.held = append(h.relays.held, fd)
}

// keepUnread holds a pipe that nobody reads, and the launcher's end with it,
// until every writer has gone.
func (h *Helper) keepUnread(r relay) {
	defer closeAll(r.mine, r.launcher)
	fds := []unix.PollFd{{Fd: int32(r.mine)}, h.stopPoll()}
	for fds[0].Revents&(unix.POLLHUP|unix.POLLERR) == 0 && fds[1].Revents == 0 {
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return
		}
	}
}

func (h *Helper) stopPoll() unix.PollFd {
	return unix.PollFd{Fd: int32(h.relays.stop[0]), Events: unix.POLLIN}
}

func closeAll(fds ...int) {
	for _, fd := range fds {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}
