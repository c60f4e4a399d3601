package steps

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"casebook/steps/check"
	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// trialist runs the trials of one case and tells what happens in order.
type trialist struct {
	in       Input
	pool     *launch.Pool
	commands map[fact.Side]launch.Command
	check    *check.Check // nil: there is none, and no verdict
	next     map[string]int
	limits   map[fact.Side]time.Duration // how long a run of a side may take, once that is known
	starts   map[fact.Side]time.Duration // how long a side takes to its target's exec
	half     time.Duration               // half of what the passing side takes
	mu       sync.Mutex                  // emit is called by one at a time
	emit     func(Event) error
}

// newTrialist reads the case. The error names what can't be understood.
func newTrialist(in Input, emit func(Event) error) (*trialist, error) {
	t := &trialist{in: in, emit: emit, commands: map[fact.Side]launch.Command{}, next: map[string]int{}, limits: map[fact.Side]time.Duration{}, starts: map[fact.Side]time.Duration{}}
	for side, text := range map[fact.Side]string{fact.Good: in.Case.Good, fact.Bad: in.Case.Bad} {
		if text == "" || isElsewhere(text) {
			continue
		}
		c, err := launch.ParseCommand(text)
		if err != nil {
			return nil, fmt.Errorf("%s launch: %w", side, err)
		}
		t.commands[side] = c
	}
	if in.Case.Check != "" {
		c, err := check.Parse(in.Case.Check)
		if err != nil {
			return nil, err
		}
		t.check = c
	}
	t.pool = launch.NewPool()
	return t, nil
}

func (t *trialist) close() { t.pool.Close() }

func (t *trialist) tell(e Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emit(e)
}

// order is one trial that is asked for.
type order struct {
	side     fact.Side
	role     string // "control", "candidate", "proof", "matrix", "command"
	label    string
	traced   bool
	window   bool
	steadyAt []time.Duration
	deadline time.Duration // 0: until it ends by itself
	within   time.Duration // of the target, from its exec; 0: as the run
	settle   time.Duration // not 0: end so long after the target's exec
	extra    []byte        // for the helper's hooks
	changes  []fact.Change
	command  *launch.Command // nil: the side's
	profile  string          // "": the side's
	profiled bool            // profile is meant even if empty
	target   string          // "": the case's
	secrets  []snapshot.Var  // for the environment of the launch
	judge    func(*outcome)  // has the last word on the verdict, before it is told; nil: the check has
}

// outcome is a trial with all that the run showed.
type outcome struct {
	fact.Trial
	run   launch.Result
	start time.Duration // from the launch's start to its target's exec; 0: none was seen
}

func (t *trialist) id(o order) string {
	k := "t"
	switch o.side {
	case fact.Good:
		k = "g"
	case fact.Bad:
		k = "b"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := max(t.in.FirstID, 1) + t.next[k]
	t.next[k]++
	return fmt.Sprintf("%s.%s%d", t.in.Step, k, n)
}

func (t *trialist) profile(side fact.Side) string {
	if side == fact.Bad {
		return t.in.Case.BadAs
	}
	return t.in.Case.GoodAs
}

// run does one trial. The error is one that ends the experiment: a launch that
// can't be started, an emit that failed, or a context that ended.
func (t *trialist) run(ctx context.Context, o order) (outcome, error) {
	cmd := t.commands[o.side]
	if o.command != nil {
		cmd = *o.command
	}
	profile := t.profile(o.side)
	if o.profiled {
		profile = o.profile
	}
	trial := fact.Trial{
		ID: t.id(o), Side: o.side, Role: o.role, Label: o.label, Changes: o.changes,
		Command: t.in.Mask.Command(cmd.String()), Traced: o.traced, Started: time.Now(),
	}
	if err := t.reset(ctx); err != nil {
		return outcome{}, err
	}
	if err := t.tell(Event{Start: &trial}); err != nil {
		return outcome{}, err
	}
	w := newWatcher(t, trial.ID, o)
	if w.before(ctx) {
		return t.finish(outcome{Trial: trial}, w, o)
	}
	spec := launch.Spec{
		Command: cmd, Dir: t.in.Case.Dir, Profile: profile, Target: t.in.Case.Target, Deadline: o.deadline,
		Trace: o.traced, Window: o.window, SteadyAt: o.steadyAt, SkipSteady: len(o.steadyAt) == 0, Extra: o.extra, Sink: w.sink,
	}
	if o.settle > 0 {
		spec.Linger = -1
	}
	spec.Secrets = o.secrets
	if o.target != "" {
		spec.Target = o.target
	}
	if t.check != nil {
		for _, x := range t.check.Watches() {
			spec.Watch = append(spec.Watch, launch.Watch(x))
		}
	}
	r, err := t.pool.Start(ctx, spec)
	if err != nil {
		trial.Verdict, trial.Reason = fact.Unresolved, t.in.Mask.Text(err.Error())
		trial.Took = time.Since(trial.Started)
		if terr := t.tell(Event{Done: &trial}); terr != nil {
			return outcome{}, terr
		}
		return outcome{Trial: trial}, err
	}
	w.follow(ctx, r)
	res, err := r.Wait()
	w.stop()
	out := outcome{Trial: trial, run: res}
	if err != nil {
		w.void("the run was lost: " + err.Error())
	}
	if ctx.Err() != nil {
		w.void(reasonStopped)
	}
	out, ferr := t.finish(out, w, o)
	switch {
	case ctx.Err() != nil:
		return out, ctx.Err()
	case ferr != nil:
		return out, ferr
	}
	return out, w.trouble()
}

// finish turns what was seen into the verdict and tells it.
func (t *trialist) finish(out outcome, w *watcher, o order) (outcome, error) {
	tr := &out.Trial
	out.start = w.firstTarget()
	w.end(&out.run)
	tr.Verdict, tr.Reason, tr.Evidence = w.verdict()
	tr.Evidence = t.in.Mask.Text(tr.Evidence)
	tr.Traced = out.run.Traced
	tr.Exit = out.run.Exit.String()
	if out.run.Exit.Running && out.run.Ending == launch.Certain && !w.late() {
		tr.Exit = "ended, the verdict was certain"
	}
	tr.Took = out.run.Times.Ended
	if out.run.Times.Exited > 0 {
		tr.Took = out.run.Times.Exited
	}
	tr.Output = out.run.Streams
	tr.Print = t.in.Mask.Text(printOf(&out.run).String())
	if out.run.PID == 0 { // nothing was started
		tr.Exit, tr.Print, tr.Took = "not started", "", 0
	}
	if o.judge != nil {
		o.judge(&out)
	}
	tr.Reason = t.in.Mask.Text(tr.Reason)
	if err := t.tell(Event{Done: tr}); err != nil {
		return out, err
	}
	if len(out.run.Snapshot.Targets) > 0 {
		s := out.run.Snapshot
		return out, t.tell(Event{Snapshot: &s, Trial: tr.ID})
	}
	return out, nil
}

// reset runs the user's command between trials; it has to succeed.
func (t *trialist) reset(ctx context.Context) error {
	if t.in.Case.Reset == "" {
		return nil
	}
	cmd, err := launch.ParseCommand(t.in.Case.Reset)
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	r, err := t.pool.Start(ctx, launch.Spec{Command: cmd, Dir: t.in.Case.Dir, Profile: launch.CI, Deadline: firstDeadline})
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	res, err := r.Wait()
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	if ctx.Err() == nil && (res.Exit.Code != 0 || res.Exit.Running) {
		return &CaseError{What: fmt.Sprintf("reset: %s ended with %s", t.in.Mask.Text(cmd.String()), res.Exit),
			Tip: "trials are only comparable when the reset between them works"}
	}
	return nil
}

// CaseError is a case that can't be worked on as it is.
type CaseError struct {
	What, Tip string
	NoTarget  bool // no process matched the target pattern
}

func (e *CaseError) Error() string { return e.What }

// Hint says what to do about it.
func (e *CaseError) Hint() string { return e.Tip }

// words joins an argv for people, masked.
func (t *trialist) words(argv []secret.Text) string {
	var w []string
	for _, a := range argv {
		w = append(w, launch.Quote(t.in.Mask.Show(a)))
	}
	return strings.Join(w, " ")
}

// trials is how many runs were made.
func (t *trialist) trials() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, k := range t.next {
		n += k
	}
	return n
}
