package steps

import (
	"context"
	"fmt"
	"slices"
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

// cell is one row of the matrix as it can be run.
type cell struct {
	name  string
	plan  transplant.Plan
	diffs []fact.Difference
}

// matrix runs the bad launch with one thing changed at a time. The table has
// all rows from the start, so that it is seen what comes; a verdict that is not
// there yet is empty.
func (w *searcher) matrix(ctx context.Context) error {
	cells := w.cells()
	tb := fact.Table{ID: "matrix", Title: "one change at a time, in the bad launch", Columns: []string{"change", "verdict", "time", "how it ended"}}
	tb.Rows, tb.Marks = append(tb.Rows, []string{"bad as it is", "", "", ""}), append(tb.Marks, "")
	for _, c := range cells {
		tb.Rows, tb.Marks = append(tb.Rows, []string{c.name, "", "", ""}), append(tb.Marks, "")
	}
	fill := func(i int, tr fact.Trial) error {
		tb.Rows, tb.Marks = slices.Clone(tb.Rows), slices.Clone(tb.Marks)
		tb.Rows[i] = []string{tb.Rows[i][0], string(tr.Verdict), tr.Took.Round(time.Millisecond).String(), tr.Exit}
		tb.Marks[i] = string(tr.Verdict)
		c := tb
		return w.t.tell(Event{Table: &c})
	}
	if err := fill(0, w.cmp.Bad[len(w.cmp.Bad)-1]); err != nil {
		return err
	}
	for i, c := range cells {
		if err := w.t.tell(Event{Progress: &Progress{Text: "one change at a time", Done: w.t.trials()}}); err != nil {
			return err
		}
		out, err := w.single(ctx, c.name, c.plan, c.diffs)
		if err != nil {
			return err
		}
		if err := fill(i+1, out.Trial); err != nil {
			return err
		}
	}
	return nil
}

// cells are the single changes that can be made here and would change something.
func (w *searcher) cells() []cell {
	var out []cell
	for _, row := range matrixRows {
		diffs := w.ofKinds(row.kinds)
		if len(diffs) == 0 {
			continue
		}
		if plan, refused := w.plan(fact.Bad, diffs); len(refused) == 0 {
			out = append(out, cell{row.name, plan, diffs})
		}
	}
	for _, k := range []fact.Kind{fact.Stdout, fact.Stderr} {
		out = append(out, w.streams(k)...)
	}
	return append(out, w.minimalEnv()...)
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
	for _, tr := range w.t.in.Resumed {
		if tr.Role == "matrix" && tr.Label == label && tr.Reason != reasonStopped {
			return outcome{Trial: tr}, nil // it was run before the step was interrupted
		}
	}
	extra, err := plan.Encode()
	if err != nil {
		return outcome{}, err
	}
	out, err := w.t.run(ctx, order{side: fact.Bad, role: "matrix", label: label, traced: true, window: plan.Window(),
		deadline: w.t.deadline(fact.Bad), within: w.t.within(fact.Bad), extra: extra, changes: changesOf(fact.Bad, diffs), judge: func(o *outcome) {
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
func (w *searcher) streams(k fact.Kind) []cell {
	var d *fact.Difference
	for i := range w.cmp.Differences {
		if w.cmp.Differences[i].Kind == k {
			d = &w.cmp.Differences[i]
		}
	}
	if d == nil {
		return nil
	}
	var out []cell
	for _, s := range streamKinds {
		if strings.HasPrefix(d.Bad.Shown, string(s)) || strings.HasPrefix(d.Good.Shown, string(s)) {
			continue // as it is, or tried already
		}
		plan, _ := w.plan(fact.Bad, nil)
		plan.Changes = append(plan.Changes, transplant.Change{Factor: d.Factor, Stream: s, FD: snapshot.FD{Flags: -1, SameAs: -1}})
		to := *d
		to.Good = fact.Value{State: fact.Present, Shown: string(s)}
		out = append(out, cell{fmt.Sprintf("%s = %s", k, s), plan, []fact.Difference{to}})
	}
	return out
}

// essential is what a minimal environment keeps.
var essential = map[string]bool{"PATH": true, "HOME": true, "LANG": true, "TERM": true, "USER": true, "LOGNAME": true, "SHELL": true, "TMPDIR": true}

// minimalEnv is the bad launch with a minimal environment.
func (w *searcher) minimalEnv() []cell {
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
	return []cell{{"environment = minimal", plan, diffs}}
}
