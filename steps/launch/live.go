package launch

import (
	"sync"
	"time"
)

// Live output is told at most this often, and this much of it at a time: more
// than that nobody sees, and a slow caller must not slow the launch.
const (
	liveEvery = 50 * time.Millisecond
	liveMost  = 32 << 10
)

// live holds the newest output of one stream that was not told yet.
type live struct {
	mu      sync.Mutex
	pending []byte
	dropped int64
	at      time.Duration
}

// write adds output and says whether nothing was pending before.
func (l *live) write(b []byte, at time.Duration) (first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first = len(l.pending) == 0
	l.at = at
	if over := len(l.pending) + len(b) - liveMost; over > 0 {
		l.dropped += int64(over)
		if over >= len(l.pending) {
			b = b[over-len(l.pending):]
			l.pending = l.pending[:0]
		} else {
			l.pending = l.pending[:copy(l.pending, l.pending[over:])]
		}
	}
	l.pending = append(l.pending, b...)
	return first
}

// take returns what is pending and forgets it.
func (l *live) take() (data []byte, at time.Duration, dropped int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	data, at, dropped = append([]byte(nil), l.pending...), l.at, l.dropped
	l.pending, l.dropped = l.pending[:0], 0
	return data, at, dropped
}
