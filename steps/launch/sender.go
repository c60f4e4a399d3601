package launch

import (
	"io"
	"sync"
	"time"
)

// sender is the helper's side of the pipe. Control frames are sent at once and
// in order; live output only as often as somebody can look, newest first.
type sender struct {
	frames *frameWriter
	mu     sync.Mutex
	wake   chan struct{}
	queue  []queued
	drains []*drain
	done   chan struct{}
	closed bool
}

type queued struct {
	kind frameKind
	v    any
}

func newSender(w io.Writer) *sender {
	s := &sender{frames: newFrameWriter(w), wake: make(chan struct{}, 1), done: make(chan struct{})}
	go s.run()
	return s
}

// send queues a frame; it never blocks.
func (s *sender) send(kind frameKind, v any) {
	s.mu.Lock()
	s.queue = append(s.queue, queued{kind, v})
	s.mu.Unlock()
	s.nudge()
}

func (s *sender) event(e Event) { s.send(frameEvent, &e) }

func (s *sender) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// finish sends the last frame, after the live output that is still pending.
func (s *sender) finish(kind frameKind, v any) {
	s.mu.Lock()
	s.queue = append(s.queue, queued{kind, v})
	s.closed = true
	s.mu.Unlock()
	s.nudge()
	<-s.done
}

func (s *sender) take() (q []queued, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, s.queue = s.queue, nil
	return q, s.closed
}

func (s *sender) run() {
	defer close(s.done)
	var last time.Time
	var tick <-chan time.Time
	for {
		select {
		case <-s.wake:
		case <-tick:
			tick = nil
		}
		q, closed := s.take()
		if closed {
			s.output()
		}
		for _, f := range q {
			if s.frames.gob(f.kind, f.v) != nil {
				s.broken(closed)
				return
			}
		}
		if closed {
			return
		}
		if wait := liveEvery - time.Since(last); wait > 0 {
			if tick == nil {
				tick = time.After(wait)
			}
			continue
		}
		last = time.Now()
		if s.output() {
			tick = time.After(liveEvery)
		}
	}
}

// broken goes on taking frames that nobody reads any more.
func (s *sender) broken(closed bool) {
	for !closed {
		<-s.wake
		_, closed = s.take()
	}
}

// output sends what is pending of each stream and says whether there was any.
func (s *sender) output() bool {
	any := false
	for i, d := range s.drains {
		data, at, dropped := d.live.take()
		if len(data) == 0 {
			continue
		}
		any = true
		_ = s.frames.raw(frameOutput, packOutput(i, at, dropped), data)
	}
	return any
}
