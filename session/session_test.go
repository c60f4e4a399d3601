package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/fact"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// fake is an experiment that does what the test says.
type fake struct {
	missing []string
	run     func(ctx context.Context, in steps.Input, emit func(steps.Event) error) error
}

func (f fake) Expect(steps.Input) steps.Estimate { return steps.Estimate{Runs: 4, Missing: f.missing} }
func (f fake) Run(ctx context.Context, in steps.Input, emit func(steps.Event) error) error {
	return f.run(ctx, in, emit)
}

const planText = `# PLANNING: Task 7.2 - Debug the worker

## Objective
Find out why.

## Debugging Plan

1.  **Environment Comparison:**
    *   **Goal:** Know the differences.
    *   **Actions:**
        *   Compare them.

2.  **Parameter Tuning:**
    *   **Actions:**
        *   Set cwd.

3.  **Asyncio Event Loop (If Necessary; Only if Steps 1-2 yield no clear cause):**
    *   **Actions:**
        *   Look at loops.
`

func writePlan(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "PLAN.md")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(t *testing.T, experiments map[string]steps.Experiment) Options {
	return Options{Experiments: experiments, Approvals: filepath.Join(t.TempDir(), "approvals.json")}
}

func mustCreate(t *testing.T, o CreateOptions) (*Session, string) {
	t.Helper()
	dir := t.TempDir()
	if o.Approvals == "" {
		o.Options.Approvals = filepath.Join(t.TempDir(), "approvals.json")
	}
	if o.Plan == "" && o.Log == "" {
		o.Plan = writePlan(t, dir, planText)
	}
	s, err := Create(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

func reopen(t *testing.T, dir string, o Options) *Session {
	t.Helper()
	if o.Approvals == "" {
		o.Approvals = filepath.Join(t.TempDir(), "approvals.json")
	}
	s, err := Open(dir, "", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// waitFor waits until a condition holds, and fails where it does not in time.
func waitFor(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("waited in vain for: %s", what)
}

func trial(id string, side fact.Side) *fact.Trial {
	return &fact.Trial{ID: id, Side: side, Role: "control", Command: "python -m worker", Started: time.Now()}
}

// compare is a fake that runs two trials and finds something.
func compare(extra func(ctx context.Context, emit func(steps.Event) error) error) fake {
	return fake{run: func(ctx context.Context, in steps.Input, emit func(steps.Event) error) error {
		good := trial(in.Step+".g1", fact.Good)
		done := *good
		done.Verdict, done.Exit, done.Took = fact.Pass, "exit 0", time.Second
		done.Output = []fact.Stream{{Name: "stdout", Head: []byte("ready\n"), Tail: []byte("bye\n"), Total: 1000, Dropped: 990}}
		for _, e := range []steps.Event{
			{Start: good},
			{Output: &steps.Output{Trial: good.ID, Stream: "stdout", Data: []byte("ready\n\x1b[31mred")}},
			{Done: &done},
			{Table: &fact.Table{ID: "differences", Title: "Differences", Columns: []string{"kind"}, Rows: [][]string{{"cwd"}}}},
			{Finding: &fact.Finding{Text: "cwd differs", Level: "lead", Trials: []string{good.ID}}},
		} {
			if err := emit(e); err != nil {
				return err
			}
		}
		if extra != nil {
			return extra(ctx, emit)
		}
		return nil
	}}
}

func TestRunAStep(t *testing.T) {
	exps := map[string]steps.Experiment{"compare": compare(nil)}
	s, dir := mustCreate(t, CreateOptions{Options: options(t, exps)})
	if next := s.State().Next; next.Step != "1" {
		t.Fatalf("first proposal is %+v", next)
	}
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
	if err := run.Err(); err != nil {
		t.Fatal(err)
	}
	check := func(s *Session) {
		t.Helper()
		st := s.State()
		one := st.Step("1")
		if one.Status != Done || len(one.Trials) != 1 || len(one.Tables) != 1 || len(st.Findings) != 1 || len(st.Active) != 0 {
			t.Fatalf("state after the run: %+v", one)
		}
		tr, ok := s.Trial("1.g1")
		if !ok || tr.Verdict != fact.Pass || len(tr.Output) != 1 || string(tr.Output[0].Head) != "ready\n" || string(tr.Output[0].Tail) != "bye\n" || tr.Output[0].Dropped != 990 {
			t.Fatalf("trial is %+v", tr)
		}
		if st.Next.Step != "2" {
			t.Fatalf("next is %+v", st.Next)
		}
	}
	check(s)
	if live := run.Live(); len(live.Streams) != 1 || live.Streams[0].Lines[1] != "red" || live.Trials != 1 {
		t.Fatalf("live is %+v", live)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check(reopen(t, dir, Options{Experiments: exps}))
}

func TestStopARun(t *testing.T) {
	exps := map[string]steps.Experiment{"compare": compare(func(ctx context.Context, emit func(steps.Event) error) error {
		if err := emit(steps.Event{Start: trial("1.b2", fact.Bad)}); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	})}
	s, dir := mustCreate(t, CreateOptions{Options: options(t, exps)})
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the second trial", func() bool { return len(s.State().Trials) == 2 })
	if _, err := s.Start("2"); !errors.Is(err, ErrByHand) {
		t.Fatalf("starting a step worked by hand: %v", err)
	}
	if _, err := s.Start("1"); !errors.Is(err, ErrBusy) {
		t.Fatalf("starting twice: %v", err)
	}
	other := reopen(t, dir, Options{Experiments: exps})
	if st := other.State(); st.Step("1").Status != Running || len(st.Recovered) != 0 {
		t.Fatalf("another opener sees %+v, recovered %q", st.Step("1"), st.Recovered)
	}
	var busy *BusyError
	if _, err := other.Start("1"); !errors.As(err, &busy) || busy.PID != os.Getpid() {
		t.Fatalf("another opener may run: %v", err)
	}
	run.Stop()
	<-run.Done()
	if !errors.Is(run.Err(), context.Canceled) {
		t.Fatalf("stopped run says %v", run.Err())
	}
	if one := s.State().Step("1"); one.Status != Interrupted {
		t.Fatalf("stopped step is %+v", one)
	}
	if tr, _ := s.Trial("1.b2"); tr.Verdict != fact.Unresolved {
		t.Fatalf("stopped trial is %+v", tr)
	}
	waitFor(t, "the other opener to see the end", func() bool { return other.State().Step("1").Status == Interrupted })
}
