package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/launch"
	"casebook/steps/snapshot"
	"casebook/steps/transplant"
)

// WhyOptions is how a cause is looked for. The zero value is a usable default.
type WhyOptions struct {
	Jobs       int     // trials at the same time; 0: 1
	Confidence float64 // wanted for the whole answer; 0: 0.99
	Repro      bool    // write a script that shows the cause without Casebook, and run it
	// Known are the verdicts of an earlier life of the same search, by the key of their
	// request; they are used instead of runs, in their order.
	Known []Recorded
	// Record is told every verdict of the search before it is used; nil: nobody.
	Record func(Recorded) error
}

// Recorded is one verdict of a search. Factors name what was moved, so that it still means the same in another process.
type Recorded struct {
	Side    fact.Side     `json:"side"`
	Role    string        `json:"role"`
	Factors []fact.Factor `json:"factors"`
	Verdict fact.Verdict  `json:"verdict"`
	Seconds float64       `json:"seconds"`
	Reach   bool          `json:"reach,omitempty"` // changed on the way to the target too
}

// WhyAnswer is what a search found, in the words of the differences.
type WhyAnswer struct {
	Verdict     isolate.Verdict
	Causes      []CauseFound
	Differences []fact.Difference
	Comparison  *Comparison
	Answer      isolate.Answer
	Refused     []transplant.Refusal // differences that can't be moved here
	RuledOut    []fact.Difference
	Leads       []LeadFound
	Notes       []string
	Repro       *Reproduction // nil: not asked for, or nothing to show
	Popen       []string      // the fix in Python, where Python starts the target
	Trials      int
	Took        time.Duration
}

// CauseFound is one proven cause.
type CauseFound struct {
	Factors    []fact.Difference
	Fixes      [][]fact.Difference
	Proof      isolate.Evidence
	OneUndone  isolate.Count // of a joint cause: bad with one member undone, as far as the search tried it
	Confidence float64
	Direction  isolate.Direction
}

// LeadFound is a guess worth a look.
type LeadFound struct {
	Factors []fact.Difference
	Why     string
}

// Counts are how many differences there are, can be moved, and are noise.
func (a *WhyAnswer) Counts() (seen, movable, noise int) {
	seen, movable, noise, _ = a.Comparison.Counts()
	return
}

// Why runs the controls, compares, and searches for the smallest cause.
func Why(ctx context.Context, in Input, o WhyOptions, emit func(Event) error) (*WhyAnswer, error) {
	if in.Case.Check == "" {
		return nil, &CaseError{What: "the case has no check", Tip: "say what decides whether a run worked: --check exit:0, stdout:/re/, file:PATH, ..."}
	}
	if o.Jobs > 1 && in.Case.Reset != "" {
		return nil, &CaseError{What: "a reset between trials, and trials at the same time, exclude each other", Tip: "leave out --jobs, or --reset"}
	}
	t, err := newTrialist(in, emit)
	if err != nil {
		return nil, err
	}
	defer t.close()
	start := time.Now()
	cmp, err := t.compare(ctx)
	if err != nil {
		return nil, err
	}
	a, err := newSearcher(t, cmp).search(ctx, o)
	if err != nil {
		return nil, err
	}
	a.Took = time.Since(start)
	a.Trials += len(o.Known)
	return a, nil
}

// search looks for the cause among the differences of a comparison. Where
// nothing that the target is given explains the failure, it looks again with
// what is handed down changed on the way too: a launcher may read it itself.
func (w *searcher) search(ctx context.Context, o WhyOptions) (*WhyAnswer, error) {
	a, err := w.searchOnce(ctx, o)
	for _, wider := range []func(context.Context, WhyOptions) (*WhyAnswer, error){w.onTheWay, w.withoutHops} {
		if err != nil || a.Verdict != isolate.NoCause {
			break
		}
		var b *WhyAnswer
		b, err = wider(ctx, o)
		if b != nil && b.Verdict == isolate.Caused {
			a = b
		}
	}
	if err != nil {
		return nil, err
	}
	if a.Verdict == isolate.NoCause {
		a.Refused = w.refused
	}
	err = w.offer(ctx, a, o)
	a.Trials = w.t.trials()
	return a, err
}

// onTheWay searches again with changes made on the way to the target too. nil: nothing is handed down.
func (w *searcher) onTheWay(ctx context.Context, o WhyOptions) (*WhyAnswer, error) {
	if !w.canReach() {
		return nil, nil
	}
	w.reach = true
	defer func() { w.reach = false }()
	a, err := w.searchOnce(ctx, o)
	if err == nil && a.Verdict == isolate.Caused {
		a.Notes = append([]string{"the cause works before the target is started: a process on the way to it reads what is handed down"}, a.Notes...)
	}
	return a, err
}

// canReach says whether anything differs that is handed down to the target.
func (w *searcher) canReach() bool {
	for _, i := range w.movable {
		if transplant.Reaches(w.cmp.Differences[i]) {
			return true
		}
	}
	return false
}

// searchOnce is one search, with changes at the target alone or on the way too.
func (w *searcher) searchOnce(ctx context.Context, o WhyOptions) (*WhyAnswer, error) {
	w.options = o
	a := &WhyAnswer{Differences: w.cmp.Differences, Comparison: w.cmp, Refused: w.refused}
	cfg := w.config(o)
	var told error
	cfg.Watch = func(p isolate.Progress) {
		if err := w.t.tell(Event{Progress: w.progress(p)}); err != nil && told == nil {
			told = err
		}
	}
	known := append(w.controls(), w.replay(o.Known)...)
	if err := w.foretell(cfg, known); err != nil {
		return nil, err
	}
	var err error
	a.Answer, err = isolate.Run(ctx, cfg, known, w.oracle)
	if err == nil {
		err = told
	}
	if err != nil {
		return nil, err
	}
	a.Verdict, a.Trials = a.Answer.Verdict, w.t.trials()
	w.claim(a, !cfg.NoGood && !cfg.NoBad)
	a.RuledOut = w.named(a.Answer.RuledOut)
	for _, l := range a.Answer.Leads {
		a.Leads = append(a.Leads, LeadFound{w.named(l.Set), l.Why})
	}
	a.Notes = append(append(a.Notes, w.cmp.Notes...), a.Answer.Notes...)
	return a, nil
}

// foretell says before the search how long it will be.
func (w *searcher) foretell(cfg isolate.Config, known []isolate.Result) error {
	s, err := isolate.New(cfg)
	if err != nil {
		return err
	}
	for _, r := range known {
		if err := s.Tell(r); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
	}
	return w.t.tell(Event{Progress: w.progress(s.Progress())})
}

// progress is how far the search is. Left is what a badly placed cause of three
// members would take: the search's own limit is far beyond what anybody waits for.
func (w *searcher) progress(p isolate.Progress) *Progress {
	return &Progress{Text: p.Phase, Done: w.t.trials(), Left: max(p.Upper, p.Expected), ETA: time.Duration(p.Seconds * float64(time.Second))}
}

// claim takes over the causes. Where both launches can be run, a cause that was
// shown in one direction only is a lead.
func (w *searcher) claim(a *WhyAnswer, both bool) {
	for _, c := range a.Answer.Causes {
		if c.Confidence < likely {
			a.Leads = append(a.Leads, LeadFound{w.named(c.Set), fmt.Sprintf("fits the runs so far, and only %.0f %% sure", 100*c.Confidence)})
			continue
		}
		if both && c.Direction != isolate.Both {
			a.Leads = append(a.Leads, LeadFound{w.named(c.Set), "shown in one direction only (" + string(c.Direction) + ")"})
			continue
		}
		a.Causes = append(a.Causes, CauseFound{Factors: w.named(c.Set), Fixes: w.fixes(c.Fixes), Proof: c.Proof, OneUndone: w.oneUndone(c.Set), Confidence: c.Confidence, Direction: c.Direction})
	}
	if a.Verdict == isolate.Caused && len(a.Causes) == 0 {
		a.Verdict = isolate.NoCause
	}
}

// searcher is the oracle of one search: it turns requests into trials.
type searcher struct {
	t       *trialist
	cmp     *Comparison
	options WhyOptions
	movable []int // indexes into cmp.Differences, by isolate.ID
	refused []transplant.Refusal
	prints  prints
	reach   bool // changes are also made on the way to the target
	donors  sync.Mutex
	alive   map[lives]bool // whether holding the donor keeps a value alive, where that was tried

	parts     parts
	recording sync.Mutex
	undone    map[isolate.ID]isolate.Count // bad, with one difference undone
}

// newSearcher sorts out what can be moved, in the order of suspicion.
func newSearcher(t *trialist, cmp *Comparison) *searcher {
	w := &searcher{t: t, cmp: cmp, alive: map[lives]bool{}}
	w.prints.alone = len(cmp.Bad) == 0
	for i, d := range cmp.Differences {
		if d.Noise && d.Good.State == fact.Present && d.Bad.State == fact.Present {
			continue // its value belongs to one run: the other's would be a stale one
		}
		if !d.Movable {
			w.refused = append(w.refused, transplant.Refusal{Factor: d.Factor, Reason: d.Why})
			continue
		}
		if refused := w.refusal(d); len(refused) > 0 {
			cmp.Differences[i].Movable, cmp.Differences[i].Why = false, refused[0].Reason
			w.refused = append(w.refused, refused[0])
			continue
		}
		w.movable = append(w.movable, i)
	}
	for _, tr := range cmp.Bad {
		w.prints.learn(fact.Bad, tr)
	}
	w.takeApart()
	return w
}

// refusal is why a difference can't be moved into a side that is run here.
func (w *searcher) refusal(d fact.Difference) []transplant.Refusal {
	one := []fact.Difference{d}
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		if !w.runnable(side) {
			continue
		}
		if _, refused := w.plan(side, one); len(refused) > 0 && !(staleOnly(refused) && w.runnable(other(side))) {
			return refused
		}
	}
	return nil
}

// runnable says whether a side was launched here, and is no snapshot of elsewhere.
func (w *searcher) runnable(side fact.Side) bool {
	if side == fact.Good {
		return len(w.cmp.Good) > 0
	}
	return len(w.cmp.Bad) > 0
}

// beside are the processes of a side that match the pattern and are not the target.
func (w *searcher) beside(side fact.Side) []*snapshot.Target {
	_, _, good, bad := w.cmp.pair()
	if side == fact.Good {
		return good
	}
	return bad
}

// plan moves factors into a side, from the other.
func (w *searcher) plan(side fact.Side, diffs []fact.Difference) (transplant.Plan, []transplant.Refusal) {
	donor := w.cmp.snapshots[other(side)]
	r := transplant.Request{Move: diffs, Donor: other(side), From: w.cmp.target(other(side)), To: w.cmp.target(side), Reach: w.reach}
	if len(donor) > 1 && len(donor[len(donor)-2].Targets) > 0 {
		r.Again = snapshot.Like(r.From, donor[len(donor)-2].Targets)
	}
	r.Beside = w.beside(side)
	p, refused := transplant.Make(r)
	return p, append(refused, w.guard(side, p)...)
}

func (w *searcher) config(o WhyOptions) isolate.Config {
	cfg := isolate.Config{Jobs: max(o.Jobs, 1), Confidence: o.Confidence, NoGood: !w.runnable(fact.Good), NoBad: !w.runnable(fact.Bad)}
	for id, i := range w.movable {
		d := w.cmp.Differences[i]
		score := d.Score
		if d.Noise {
			score = 0
		}
		cfg.Differences = append(cfg.Differences, isolate.Difference{ID: isolate.ID(id), Score: score})
	}
	cfg.Groups = w.together()
	cfg.Refine = func(id isolate.ID) []isolate.ID { return w.parts.of[id] }
	cfg.Cost = isolate.Cost{Pass: mean(w.cmp.Good), Fail: mean(w.cmp.Bad)}
	return cfg
}

func mean(ts []fact.Trial) float64 {
	var sum time.Duration
	for _, t := range ts {
		sum += t.Took
	}
	if len(ts) == 0 {
		return 0
	}
	return (sum / time.Duration(len(ts))).Seconds()
}

// controls are the runs of the comparison, as the search counts them.
func (w *searcher) controls() []isolate.Result {
	var out []isolate.Result
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		ts := w.cmp.Good
		if side == fact.Bad {
			ts = w.cmp.Bad
		}
		for _, tr := range ts {
			out = append(out, isolate.Result{Request: isolate.Request{Side: side, Role: isolate.Control}, Verdict: tr.Verdict, Seconds: tr.Took.Seconds()})
		}
	}
	return out
}

// replay finds the recorded verdicts among today's differences. What names a
// difference that is gone is left out.
func (w *searcher) replay(known []Recorded) []isolate.Result {
	ids := w.ids()
	var out []isolate.Result
verdicts:
	for _, k := range known {
		if k.Reach != w.reach || !w.runnable(k.Side) || !w.knowsHops(k) {
			continue
		}
		r := isolate.Result{Request: isolate.Request{Side: k.Side, Role: isolate.Role(k.Role)}, Verdict: k.Verdict, Seconds: k.Seconds}
		for _, f := range k.Factors {
			id, ok := ids[f]
			if !ok {
				continue verdicts
			}
			r.Set = append(r.Set, id)
		}
		slices.Sort(r.Set)
		w.countSingle(r.Request, r.Verdict)
		out = append(out, r)
	}
	return out
}

// oracle runs one trial of the search.
func (w *searcher) oracle(ctx context.Context, r isolate.Request) (fact.Verdict, float64, error) {
	o := order{side: r.Side, role: string(r.Role), traced: true, deadline: w.t.deadline(r.Side), within: w.t.within(r.Side)}
	diffs := w.diffs(r.Set)
	var plan transplant.Plan
	if len(diffs) > 0 {
		var refused []transplant.Refusal
		var release func()
		var err error
		if plan, refused, release, err = w.planAlive(ctx, r.Side, diffs); err != nil {
			return "", 0, err
		}
		defer release()
		if len(refused) > 0 {
			return fact.Unresolved, 0, w.record(r, fact.Unresolved, 0)
		}
		extra, err := plan.Encode()
		if err != nil {
			return "", 0, err
		}
		o.extra, o.window, o.changes, o.label = extra, plan.Window(), changesOf(r.Side, diffs), labelOf(r.Side, diffs)
		if w.reach {
			o.label += onTheWay
		}
	}
	o.judge = func(out *outcome) { w.judge(r, plan, out) }
	out, err := w.t.run(ctx, o)
	if err != nil && !startTrouble(err) {
		return "", 0, err
	}
	return out.Verdict, out.Took.Seconds(), w.record(r, out.Verdict, out.Took.Seconds())
}

// judge makes a trial unresolved whose changes were not applied, or that failed in another way.
func (w *searcher) judge(r isolate.Request, plan transplant.Plan, out *outcome) {
	if err := transplant.Verify(plan, out.run.Extra); err != nil {
		out.Verdict, out.Reason = fact.Unresolved, err.Error()
		w.learnStale(r.Side, out.run.Extra)
		return
	}
	if out.Verdict != fact.Fail {
		return
	}
	switch {
	case len(r.Set) == 0 && r.Side == fact.Bad, r.Side == fact.Good && len(r.Set) == len(w.movable),
		w.prints.alone && len(r.Set) > 0 && w.prints.nothing(): // where all of bad at once can't be applied, the largest part that can
		w.prints.learn(r.Side, out.Trial)
	}
	if !w.prints.known(r.Side, out.Trial) {
		out.Verdict = fact.Unresolved
		out.Reason = "another failure than the one looked for: " + out.Print
	}
}

func (w *searcher) record(r isolate.Request, v fact.Verdict, seconds float64) error {
	w.countSingle(r, v)
	if w.options.Record == nil || v == "" {
		return nil
	}
	rec := Recorded{Side: r.Side, Role: string(r.Role), Verdict: v, Seconds: seconds, Reach: w.reach}
	for _, d := range w.diffs(r.Set) {
		rec.Factors = append(rec.Factors, d.Factor)
	}
	w.recording.Lock()
	defer w.recording.Unlock()
	return w.options.Record(rec)
}

func (w *searcher) diffs(set []isolate.ID) []fact.Difference {
	var out []fact.Difference
	for _, id := range set {
		out = append(out, w.difference(id))
	}
	return out
}

func (w *searcher) fixes(sets [][]isolate.ID) [][]fact.Difference {
	var out [][]fact.Difference
	for _, s := range sets {
		out = append(out, w.named(s))
	}
	return out
}

func other(s fact.Side) fact.Side {
	if s == fact.Good {
		return fact.Bad
	}
	return fact.Good
}

// changesOf is what a trial of a side moves: to the other side's values.
func changesOf(side fact.Side, diffs []fact.Difference) []fact.Change {
	var cs []fact.Change
	for _, d := range diffs {
		to := d.Good
		if side == fact.Good {
			to = d.Bad
		}
		cs = append(cs, fact.Change{Factor: d.Factor, To: to})
	}
	return cs
}

// onTheWay ends the label of a trial whose changes were also made on the way to the target.
const onTheWay = ", on the way to the target too"

func labelOf(side fact.Side, diffs []fact.Difference) string {
	word := "with bad's "
	if side == fact.Bad {
		word = "with good's "
	}
	if len(diffs) > 3 {
		return fmt.Sprintf("%s%s and %d more", word, diffs[0].Factor, len(diffs)-1)
	}
	for i, d := range diffs {
		if i > 0 {
			word += ", "
		}
		word += d.Factor.String()
	}
	return word
}

// startTrouble says whether an error is about this launch alone, so that the search can go on.
func startTrouble(err error) bool {
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && isLaunchError(err)
}

func isLaunchError(err error) bool {
	var e *launch.Error
	return errors.As(err, &e)
}
