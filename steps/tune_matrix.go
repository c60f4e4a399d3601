package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
	"casebook/steps/transplant"
)

// matrixRow is one single change that plans ask for: to the bad launch, as it would be without it.
type matrixRow struct {
	name  string
	kinds []fact.Kind // the differences of these kinds, as in good
}

var matrixRows = []matrixRow{
	{"cwd = good's", []fact.Kind{fact.Cwd}},
	{"environment = good's", []fact.Kind{fact.Env}},
	{"close_fds = good's", []fact.Kind{fact.FD, fact.FDFlags}},
	{"start_new_session = good's", []fact.Kind{fact.Session, fact.ProcessGroup, fact.CTTY}},
	{"executable = good's", []fact.Kind{fact.Exe, fact.Argv0}},
	{"arguments = good's", []fact.Kind{fact.Argv}},
	{"stdin = good's", []fact.Kind{fact.Stdin}},
	{"stdout = good's", []fact.Kind{fact.Stdout}},
	{"stderr = good's", []fact.Kind{fact.Stderr}},
	{"signals = good's", []fact.Kind{fact.SignalMask, fact.SignalDisposition}},
	{"limits = good's", []fact.Kind{fact.Rlimit}},
}

// streamKinds are the ends that a stream is tried with where its kind differs.
var streamKinds = []transplant.Stream{transplant.Drained, transplant.Null, transplant.File}

// matrix runs the bad launch with one thing changed at a time.
func (w *searcher) matrix(ctx context.Context) error {
	tb := fact.Table{ID: "matrix", Title: "one change at a time, in the bad launch", Columns: []string{"change", "verdict", "time", "how it ended"}}
	add := func(name string, tr fact.Trial) error {
		tb.Rows = append(tb.Rows, []string{name, string(tr.Verdict), tr.Took.Round(time.Millisecond).String(), tr.Exit})
		tb.Marks = append(tb.Marks, string(tr.Verdict))
		c := fact.Table{ID: tb.ID, Title: tb.Title, Columns: tb.Columns, Rows: append([][]string{}, tb.Rows...), Marks: append([]string{}, tb.Marks...)}
		return w.t.tell(Event{Table: &c})
	}
	if err := add("bad as it is", w.cmp.Bad[len(w.cmp.Bad)-1]); err != nil {
		return err
	}
	for _, row := range matrixRows {
		diffs := w.ofKinds(row.kinds)
		if len(diffs) == 0 {
			continue
		}
		plan, refused := w.plan(fact.Bad, diffs)
		if len(refused) > 0 {
			continue
		}
		out, err := w.single(ctx, row.name, plan, diffs)
		if err != nil {
			return err
		}
		if err := add(row.name, out.Trial); err != nil {
			return err
		}
	}
	for _, k := range []fact.Kind{fact.Stdout, fact.Stderr} {
		if err := w.streams(ctx, k, add); err != nil {
			return err
		}
	}
	return w.minimalEnv(ctx, add)
}

// ofKinds are the movable differences of some kinds.
func (w *searcher) ofKinds(kinds []fact.Kind) []fact.Difference {
	var out []fact.Difference
	for _, i := range w.movable {
		for _, k := range kinds {
			if w.cmp.Differences[i].Kind == k {
				out = append(out, w.cmp.Differences[i])
			}
		}
	}
	return out
}

// single runs the bad launch with one plan applied.
func (w *searcher) single(ctx context.Context, label string, plan transplant.Plan, diffs []fact.Difference) (outcome, error) {
	extra, err := plan.Encode()
	if err != nil {
		return outcome{}, err
	}
	out, err := w.t.run(ctx, order{side: fact.Bad, role: "matrix", label: label, traced: true, window: plan.Window(),
		deadline: w.t.deadline(fact.Bad), extra: extra, changes: changesOf(fact.Bad, diffs), judge: func(o *outcome) {
			if err := transplant.Verify(plan, o.run.Extra); err != nil {
				o.Verdict, o.Reason = fact.Unresolved, err.Error()
			}
		}})
	if err != nil && startTrouble(err) {
		err = nil
	}
	return out, err
}

// streams tries a stream with other kinds of end, where the two launches differ in it.
func (w *searcher) streams(ctx context.Context, k fact.Kind, add func(string, fact.Trial) error) error {
	var d *fact.Difference
	for i := range w.cmp.Differences {
		if w.cmp.Differences[i].Kind == k {
			d = &w.cmp.Differences[i]
		}
	}
	if d == nil {
		return nil
	}
	for _, s := range streamKinds {
		if strings.HasPrefix(d.Bad.Shown, string(s)) || strings.HasPrefix(d.Good.Shown, string(s)) {
			continue // as it is, or tried already
		}
		plan, _ := w.plan(fact.Bad, nil)
		plan.Changes = append(plan.Changes, transplant.Change{Factor: d.Factor, Stream: s, FD: snapshot.FD{Flags: -1, SameAs: -1}})
		name := fmt.Sprintf("%s = %s", k, s)
		to := *d
		to.Good = fact.Value{State: fact.Present, Shown: string(s)}
		out, err := w.single(ctx, name, plan, []fact.Difference{to})
		if err != nil {
			return err
		}
		if err := add(name, out.Trial); err != nil {
			return err
		}
	}
	return nil
}

// essential is what a minimal environment keeps.
var essential = map[string]bool{"PATH": true, "HOME": true, "LANG": true, "TERM": true, "USER": true, "LOGNAME": true, "SHELL": true, "TMPDIR": true}

// minimalEnv runs the bad launch with a minimal environment.
func (w *searcher) minimalEnv(ctx context.Context, add func(string, fact.Trial) error) error {
	plan, _ := w.plan(fact.Bad, nil)
	var diffs []fact.Difference
	seen := map[string]bool{}
	for _, v := range w.cmp.target(fact.Bad).Process.Env {
		if essential[v.Name] || seen[v.Name] || v.Naked {
			continue
		}
		seen[v.Name] = true
		f := fact.Factor{Kind: fact.Env, Name: v.Name}
		plan.Changes = append(plan.Changes, transplant.Change{Factor: f, Absent: true, FD: snapshot.FD{Flags: -1, SameAs: -1}})
		diffs = append(diffs, fact.Difference{Factor: f})
	}
	if len(diffs) == 0 {
		return nil
	}
	out, err := w.single(ctx, "environment = minimal", plan, diffs)
	if err != nil {
		return err
	}
	return add("environment = minimal", out.Trial)
}
