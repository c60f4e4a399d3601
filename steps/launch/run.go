package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// Run is one launch under way.
type Run struct {
	helper  *helperProcess
	sink    func(Event)
	streams []string
	began   time.Time
	pid     int // of the launched command

	mu      sync.Mutex // guards writing to the helper
	started chan error // nil: the launched command exists
	done    chan struct{}
	result  Result
	err     error
	release func() bool // ends the watch on the context
}

// Start starts a launch and returns when the launched command exists or could
// not be started; the error is an *Error. When ctx ends, the run is stopped.
func Start(ctx context.Context, spec Spec) (*Run, error) { return (*Pool)(nil).Start(ctx, spec) }

// Start is as the function Start, with a helper that waits already.
func (p *Pool) Start(ctx context.Context, spec Spec) (*Run, error) {
	if err := ctx.Err(); err != nil {
		return nil, &Error{Kind: Refused, What: "stopped before it started", Err: err}
	}
	if err := spec.check(); err != nil {
		return nil, err
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil, &Error{Kind: NoDir, What: "working directory: " + err.Error(), Err: err}
	}
	g, err := groundOf(&spec, os.Environ(), wd)
	if err != nil {
		return nil, err
	}
	take := p.take
	if g.inherit {
		take = startInheriting
	}
	helper, err := take()
	if err != nil {
		return nil, &Error{Kind: NoHelper, What: err.Error(), Err: err}
	}
	r := &Run{helper: helper, sink: spec.Sink, streams: streamNames(g.tty, g.inherit), started: make(chan error, 1), done: make(chan struct{})}
	if r.sink == nil {
		r.sink = func(Event) {}
	}
	if err := helper.send(frameSpec, spec.wire(g)); err != nil {
		helper.abandon()
		return nil, &Error{Kind: NoHelper, What: err.Error(), Err: err}
	}
	go r.read()
	if err := <-r.started; err != nil {
		<-r.done
		return nil, err
	}
	r.release = context.AfterFunc(ctx, r.Stop)
	p.warm()
	return r, nil
}

// Stop ends the run and everything that it started. It does not wait.
func (r *Run) Stop() { r.tell(frameStop) }

// Decided ends the run because the verdict is certain; what was started still
// gets the time to end by itself after a SIGTERM. It does not wait.
func (r *Run) Decided() { r.tell(frameDecided) }

// Signal sends a signal to the launched command, as long as the run goes on.
func (r *Run) Signal(s syscall.Signal) {
	select {
	case <-r.done:
	default:
		_ = syscall.Kill(r.pid, s)
	}
}

func (r *Run) tell(kind frameKind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.helper.send(kind, nil) // a helper that is gone has nothing to end
}

// Wait returns when nothing of the launch is left. The error says that the
// helper was lost; what was learned until then is in the result.
func (r *Run) Wait() (Result, error) {
	<-r.done
	if r.release != nil {
		r.release()
	}
	return r.result, r.err
}

// read takes the helper's frames until it has gone.
func (r *Run) read() {
	defer close(r.done)
	began := false
	for {
		kind, payload, err := r.helper.frames.next()
		if err == nil {
			err = r.frame(kind, payload, &began)
		}
		if err != nil {
			r.lost(err, began)
			return
		}
		if kind == frameResult || kind == frameFailed {
			r.leave()
			return
		}
	}
}

// leave takes leave of the helper. It has told everything and nothing of the
// launch is left, so nobody waits for the milliseconds of its own end.
func (r *Run) leave() {
	if !raceDetector {
		go func() { _ = r.helper.wait() }()
		return
	}
	if err := r.helper.wait(); err != nil {
		r.err = &Error{Kind: NoHelper, What: err.Error(), Err: err}
	}
}

// frame handles one frame.
func (r *Run) frame(kind frameKind, payload []byte, began *bool) error {
	switch kind {
	case frameEvent:
		var e Event
		if err := r.helper.frames.decode(payload, &e); err != nil {
			return err
		}
		if e.Started != nil {
			*began = true
			r.began, r.pid = e.Started.At, e.Started.PID
			r.sink(e)
			r.started <- nil
			return nil
		}
		if *began {
			r.sink(e)
		}
	case frameOutput:
		if n, at, dropped, data, ok := unpackOutput(payload); ok && n < len(r.streams) && *began {
			r.sink(Event{At: at, Output: &Output{Stream: r.streams[n], At: r.began.Add(at), Data: data, Dropped: dropped}})
		}
	case frameFailed:
		var w wireError
		if err := r.helper.frames.decode(payload, &w); err != nil {
			return err
		}
		r.started <- w.error()
	case frameResult:
		return r.helper.frames.decode(payload, &r.result)
	}
	return nil
}

// lost tells that the helper went without a result.
func (r *Run) lost(err error, began bool) {
	words := r.helper.abandon()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the helper process ended before the run did")
	}
	if words != "" {
		err = fmt.Errorf("%w: %s", err, words)
	}
	e := &Error{Kind: NoHelper, What: err.Error(), Err: err, Hint: "processes of the launch may still run"}
	r.err = e
	if !began {
		r.started <- e
	}
}
