package steps

import (
	"context"
	"fmt"
	"sync"
	"time"

	"casebook/steps/check"
	"casebook/steps/fact"
	"casebook/steps/launch"
)

// watcher follows one run: it hears the launch, looks at the world, and ends
// the run as soon as the verdict is certain.
type watcher struct {
	t     *trialist
	trial string
	o     order
	probe *check.Prober

	mu      sync.Mutex
	eval    *check.Eval // nil without a check
	run     *launch.Run
	decided bool
	err     error // of emit
	timer   *time.Timer
	since   time.Duration // of the launch, at the first target's exec
	over    bool          // the target took longer than it may
	pid     int           // of the first target
	cancel  context.CancelFunc
	polling sync.WaitGroup
}

func newWatcher(t *trialist, trial string, o order) *watcher {
	w := &watcher{t: t, trial: trial, o: o}
	if t.check != nil {
		w.eval = t.check.Eval()
		w.probe = &check.Prober{Check: t.check, Dir: t.in.Case.Dir, Split: split}
	}
	return w
}

func split(s string) (argv, env []string, err error) {
	c, err := launch.ParseCommand(s)
	return c.Argv, c.Env, err
}

// before looks whether the check holds already; then there is nothing to run.
func (w *watcher) before(ctx context.Context) bool {
	if w.eval == nil || !w.t.check.Probes() {
		return false
	}
	for id := range w.probe.Look(ctx, nil) {
		w.eval.AlreadyTrue(id)
	}
	return w.eval.Decided()
}

// follow begins to act on a run that has started.
func (w *watcher) follow(ctx context.Context, r *launch.Run) {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	w.run, w.cancel = r, cancel
	if w.decided || w.err != nil {
		r.Decided()
	}
	w.mu.Unlock()
	if w.eval == nil || !w.t.check.Probes() {
		return
	}
	w.polling.Add(1)
	go func() {
		defer w.polling.Done()
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(probeEvery):
			}
			for id, ev := range w.probe.Look(ctx, w.undecided) {
				w.change(func(e *check.Eval) { e.Holds(id, ev) })
			}
		}
	}()
}

func (w *watcher) undecided(id int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.eval.Undecided(id)
}

func (w *watcher) stop() {
	w.mu.Lock()
	cancel, timer := w.cancel, w.timer
	w.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	if timer != nil {
		timer.Stop()
	}
	w.polling.Wait()
	if w.eval != nil && w.t.check.Probes() { // what became true between the last look and the end
		for id, ev := range w.probe.Look(context.Background(), w.undecided) {
			w.change(func(e *check.Eval) { e.Holds(id, ev) })
		}
	}
}

// change tells the evaluation something and ends the run once it is certain.
func (w *watcher) change(f func(*check.Eval)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.eval == nil {
		return
	}
	f(w.eval)
	if w.eval.Decided() && !w.decided {
		w.decided = true
		if w.run != nil {
			w.run.Decided()
		}
	}
}

// sink hears what the launch tells, in order.
func (w *watcher) sink(e launch.Event) {
	switch {
	case e.Output != nil:
		w.forward(Event{Output: &Output{Trial: w.trial, Stream: e.Output.Stream, At: e.Output.At, Data: e.Output.Data, Dropped: e.Output.Dropped}})
	case e.Match != nil:
		w.change(func(ev *check.Eval) { ev.Matched(e.Match.Watch, e.Match.Line) })
	case e.Exited != nil && !e.Exited.Exit.Running:
		x := e.Exited
		w.change(func(ev *check.Eval) {
			if x.Launch {
				ev.Exited(x.Exit.Code, x.Exit.String())
			}
			if x.Target {
				ev.TargetExited(x.Exit.Code, x.Exit.String())
			}
		})
	case e.Target != nil:
		w.target(e.Target)
	}
}

// target sets the clock that a target's exec starts. A program that merely
// carries the target's command line is replaced by it, in the same process.
func (w *watcher) target(x *launch.TargetExec) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pid != 0 && w.pid != x.PID {
		return
	}
	w.pid, w.since = x.PID, max(x.At, 1)
	limit, act := w.o.within, w.tooLate
	if w.o.settle > 0 {
		limit, act = w.o.settle, w.enough
	}
	switch {
	case limit == 0:
	case w.timer == nil:
		w.timer = time.AfterFunc(limit, act)
	case w.o.settle == 0:
		w.timer.Reset(limit)
	}
}

// tooLate ends a run whose target had its time.
func (w *watcher) tooLate() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.decided && w.run != nil {
		w.over = true
		w.run.Decided()
	}
}

func (w *watcher) late() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

func (w *watcher) firstTarget() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.since
}

// enough ends a run without a check that was looked at for long enough.
func (w *watcher) enough() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.run != nil {
		w.run.Decided()
	}
}

func (w *watcher) forward(e Event) {
	if err := w.t.tell(e); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.err == nil {
			w.err = err
			if w.run != nil {
				w.run.Stop()
			}
		}
	}
}

func (w *watcher) trouble() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *watcher) void(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.eval != nil {
		w.eval.Void(reason)
	}
}

// end closes the evaluation: what was not seen did not happen.
func (w *watcher) end(r *launch.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.eval == nil {
		return
	}
	for _, id := range r.Blind {
		w.eval.Void(fmt.Sprintf("%s could not be observed", w.t.check.Atoms[id].Text))
	}
	if r.Times.Exited > 0 && !r.Exit.Running {
		w.eval.Exited(r.Exit.Code, r.Exit.String())
	}
	if r.Ending == launch.Stopped || r.Ending == launch.Orphaned {
		return
	}
	how := r.Exit.String()
	switch {
	case w.over:
		how = "not within " + w.o.within.Round(time.Millisecond).String()
	case r.Ending == launch.AtDeadline:
		how = "not within " + w.o.deadline.Round(time.Millisecond).String()
	}
	w.eval.Ended(how)
}

func (w *watcher) verdict() (fact.Verdict, string, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.eval == nil {
		return fact.Verdict(""), "no check was given", ""
	}
	return w.eval.Verdict()
}
