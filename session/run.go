package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"casebook/session/store"
	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// Run is a step being run by this process.
type Run struct {
	s      *Session
	step   string
	record int64
	lock   *runnerLock
	cancel context.CancelFunc
	done   chan struct{}
	err    error // set before done is closed

	emitting sync.Mutex // an experiment may tell things from several goroutines
	live     *liveView
}

func newRun(s *Session, step string, record int64, at time.Time, lock *runnerLock, cancel context.CancelFunc) *Run {
	return &Run{s: s, step: step, record: record, lock: lock, cancel: cancel, done: make(chan struct{}),
		live: newLiveView(step, at, s.now, s.maskText, s.tick)}
}

// Step is the ID of the step that runs.
func (r *Run) Step() string { return r.step }

// Live is what there is to show at this moment.
func (r *Run) Live() Live { return r.live.value() }

// Stop ends what the step started. Done follows, when everything is ended and recorded.
func (r *Run) Stop() {
	r.live.stopping()
	r.cancel()
}

// Done is closed when the run has ended and all of it is recorded.
func (r *Run) Done() <-chan struct{} { return r.done }

// Err is, after Done, nil, context.Canceled where it was stopped, or why it failed.
func (r *Run) Err() error {
	select {
	case <-r.done:
		return r.err
	default:
		return nil
	}
}

// do runs the experiment. The run is over only when its end is recorded, or
// when that turned out to be impossible, which the next start will notice.
func (r *Run) do(ctx context.Context, exp steps.Experiment, in steps.Input) {
	err := r.guard(ctx, exp, in)
	r.cancel()
	s := r.s
	end := bodyRunEnd{Run: r.record, Result: resultDone}
	switch {
	case errors.Is(err, context.Canceled):
		end.Result, end.Why = resultStopped, "it was stopped"
	case err != nil:
		end.Result, end.Why = resultFailed, s.clean(err.Error())
	}
	rec := newRecord(s.now(), recRunEnd, r.step, end)
	s.mu.Lock()
	if recErr := s.recordLocked(rec); recErr != nil {
		err = errors.Join(err, fmt.Errorf("the end of step %s could not be recorded: %w", r.step, recErr))
		s.fold.apply(rec) // ID 0: what is shown is right, and what is kept says that it was running
		s.publish()
	}
	s.run = nil
	s.mu.Unlock()
	r.lock.release()
	r.err = maskError(err, s.maskText)
	close(r.done)
	s.tick()
}

// guard turns a panic of an experiment into an error: one broken step must not
// take the terminal and everybody's notes with it.
func (r *Run) guard(ctx context.Context, exp steps.Experiment, in steps.Input) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("step %s broke: %v", r.step, p)
		}
	}()
	return exp.Run(ctx, in, r.emit)
}

// emit records an event before it is shown. An error means: it is not on disk,
// so it does not count.
func (r *Run) emit(e steps.Event) error {
	r.emitting.Lock()
	defer r.emitting.Unlock()
	if e.Output != nil {
		r.live.output(e.Output)
		return nil
	}
	if e.Progress != nil {
		r.live.progress(*e.Progress)
		return nil
	}
	recs, err := r.records(e)
	if err != nil || len(recs) == 0 {
		return err
	}
	if err := r.s.record(recs...); err != nil {
		return fmt.Errorf("step %s stops, since what it finds can't be recorded: %w", r.step, err)
	}
	if e.Start != nil {
		r.live.begin(*e.Start, r.s.maskText)
	}
	if e.Done != nil {
		r.live.finish(*e.Done)
	}
	return nil
}

func (r *Run) records(e steps.Event) ([]*store.Record, error) {
	s, at := r.s, r.s.now()
	switch {
	case e.Start != nil:
		return r.trial(recTrialStart, *e.Start)
	case e.Done != nil:
		return r.trial(recTrial, *e.Done)
	case e.Snapshot != nil:
		return []*store.Record{r.snapshot(e.Trial, e.Snapshot)}, nil
	case e.Table != nil:
		return []*store.Record{newRecord(at, recTable, r.step, s.maskTable(*e.Table))}, nil
	case e.Answer != nil:
		return []*store.Record{newRecord(at, recAnswer, r.step, s.maskAnswer(*e.Answer))}, nil
	case e.File != nil:
		return r.file(e.File)
	case e.Finding != nil:
		f := *e.Finding
		f.Text = s.clean(f.Text)
		return []*store.Record{newRecord(at, recFinding, r.step, f)}, nil
	}
	return nil, nil
}

func (r *Run) trial(typ string, t fact.Trial) ([]*store.Record, error) {
	if t.ID == "" {
		return nil, errNoID
	}
	if typ == recTrial && t.Verdict == "" {
		t.Verdict = fact.Unresolved
	}
	masked := r.s.maskTrial(t)
	rec := newTrialRecord(r.s.now(), typ, r.step, masked)
	if typ == recTrial {
		rec.Details = streamDetails(masked.Output)
	}
	if len(t.Changes) > 0 && typ == recTrialStart {
		rec.Raw = t.Changes
	}
	return []*store.Record{rec}, nil
}

func (r *Run) snapshot(trial string, snap *snapshot.Snapshot) *store.Record {
	rec := newRecord(r.s.now(), recSnapshot, r.step, bodySnapshot{Targets: len(snap.Targets)})
	rec.Trial, rec.Raw = trial, snap
	return rec
}
