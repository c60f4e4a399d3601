package launch

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"casebook/steps/fact"
)

// readSize is more than a pipe holds: one read empties it.
const readSize = 256 << 10

// drain empties one end of a launch's output as fast as it can: a launch that
// has to wait for its reader would be another launch.
type drain struct {
	name   string
	file   *os.File // our end; it can be waited for with a deadline
	tty    bool     // a pty's end: EIO is its end of file, and may be followed by more
	since  func() time.Duration
	keep   *keeper
	live   live
	lines  lines
	first  atomic.Int64    // nanoseconds until the first byte; 0: none yet
	begins func()          // told of the first byte, before anything else is told of it; may be nil
	match  func(m Match)   // told of every hit
	dirty  func()          // told when live output is pending
	gone   <-chan struct{} // closed when nothing of the launch is left
	done   chan struct{}   // closed at the end
	held   bool            // at the end somebody outside the launch still held the other end
}

// ttyPause is how long a pty without any holder is left alone before it is
// looked at again: a process of the launch may open it once more.
const ttyPause = 5 * time.Millisecond

func (d *drain) run() {
	defer close(d.done)
	defer d.file.Close()
	defer d.lines.end(d.hit)
	buf := make([]byte, readSize)
	for {
		n, err := d.file.Read(buf)
		if n > 0 {
			d.take(buf[:n])
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			d.held = true
			return
		case d.tty && errors.Is(err, syscall.EIO):
			if !d.pause() {
				return
			}
		default:
			return
		}
	}
}

// pause waits a moment; false: nothing of the launch is left.
func (d *drain) pause() bool {
	select {
	case <-d.gone:
		return false
	default:
	}
	select {
	case <-d.gone: // one more look
	case <-time.After(ttyPause):
	}
	return true
}

func (d *drain) take(b []byte) {
	at := d.since()
	if d.first.CompareAndSwap(0, max(int64(at), 1)) && d.begins != nil {
		d.begins()
	}
	d.keep.write(b)
	d.lines.feed(b, d.hit)
	if d.live.write(b, at) {
		d.dirty()
	}
}

func (d *drain) hit(id int, line string) {
	d.match(Match{Watch: id, At: d.since(), Line: line})
}

// expire gives up on an end that somebody outside the launch still holds.
func (d *drain) expire(patience time.Duration) {
	_ = d.file.SetReadDeadline(time.Now().Add(patience))
	<-d.done
}

func (d *drain) stream() fact.Stream { return d.keep.stream(d.name) }
