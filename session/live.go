package session

import (
	"strings"
	"sync"
	"time"

	"casebook/notes/safe"
	"casebook/steps"
	"casebook/steps/fact"
)

// Live is what a run shows at a moment: a value, safe to print.
type Live struct {
	Step     string
	Trial    string // the one that runs: "1.g2"; "" between trials
	Label    string // its side, role and label in words
	Command  string
	Started  time.Time     // of the step
	Elapsed  time.Duration // of the step
	Trials   int           // finished in this run
	Progress steps.Progress
	Streams  []LiveStream // of the running trial, or of the last one
	Stopping bool
}

// LiveStream is the end of one output stream: at most 2000 lines and 1 MiB.
type LiveStream struct {
	Trial, Name string
	Lines       []string // without control characters; the last may be unfinished
	Total       int64    // bytes seen
	Dropped     int64    // bytes of Total that are not in Lines
}

// liveView gathers what a run shows. Output costs a copy when it arrives, and
// masking only when somebody looks: a launch may print faster than anybody can read.
type liveView struct {
	mu      sync.Mutex
	v       Live
	now     func() time.Time
	mask    func(string) string
	tick    func()
	streams []*liveTail
	trial   string // whose output streams holds
	armed   bool   // a tick for output is on its way
}

// tickEvery keeps output from waking the screen more often than it can draw.
const tickEvery = 40 * time.Millisecond

func newLiveView(step string, at time.Time, now func() time.Time, mask func(string) string, tick func()) *liveView {
	return &liveView{v: Live{Step: step, Started: at}, now: now, mask: mask, tick: tick}
}

func (l *liveView) value() Live {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.v
	if v.Elapsed = l.now().Sub(v.Started); v.Elapsed < 0 {
		v.Elapsed = 0
	}
	for _, t := range l.streams {
		v.Streams = append(v.Streams, t.stream(l.trial, l.mask))
	}
	return v
}

func (l *liveView) begin(t fact.Trial, mask func(string) string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.v.Trial, l.v.Label, l.v.Command = t.ID, safe.Line(labelOf(t)), safe.Line(mask(t.Command))
	l.streams, l.trial = nil, t.ID
	l.tick()
}

func (l *liveView) finish(t fact.Trial) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.v.Trials++
	if l.v.Trial == t.ID {
		l.v.Trial, l.v.Label, l.v.Command = "", "", ""
	}
	for _, s := range l.streams {
		s.end()
	}
	l.tick()
}

func (l *liveView) progress(p steps.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.Text = safe.Line(l.mask(p.Text))
	l.v.Progress = p
	l.tick()
}

func (l *liveView) stopping() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.v.Stopping = true
	l.tick()
}

func (l *liveView) output(o *steps.Output) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.Trial != l.trial {
		l.streams, l.trial = nil, o.Trial
	}
	l.tail(o.Stream).write(o.Data, o.Dropped)
	if !l.armed {
		l.armed = true
		time.AfterFunc(tickEvery, l.wake)
	}
}

func (l *liveView) wake() {
	l.mu.Lock()
	l.armed = false
	l.mu.Unlock()
	l.tick()
}

func (l *liveView) tail(name string) *liveTail {
	for _, t := range l.streams {
		if t.name == name {
			return t
		}
	}
	t := &liveTail{name: strings.Clone(name)}
	l.streams = append(l.streams, t)
	return t
}
