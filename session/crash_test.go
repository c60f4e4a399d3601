package session

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"casebook/steps"
	"casebook/steps/fact"
)

// This test binary can be a casebook that is killed: it runs a step, notes
// something every time a record is safe, and never ends.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SESSION_TEST_DIR"); dir != "" {
		if err := runForever(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func runForever(dir string) error {
	exps := map[string]steps.Experiment{"compare": compare(func(_ context.Context, emit func(steps.Event) error) error {
		for n := 2; ; n++ {
			t := trial(fmt.Sprintf("1.b%d", n), fact.Bad)
			if err := emit(steps.Event{Start: t}); err != nil {
				return err
			}
			fmt.Println("started", t.ID)
			done := *t
			done.Verdict = fact.Fail
			if err := emit(steps.Event{Done: &done}); err != nil {
				return err
			}
			fmt.Println("done", t.ID)
		}
	})}
	s, err := Open(dir, "", Options{Experiments: exps, Approvals: dir + "/approvals.json"})
	if err != nil {
		return err
	}
	run, err := s.Start("1")
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if err := s.AddNote("", fmt.Sprint("note ", n)); err != nil {
			return err
		}
		fmt.Println("noted", n)
		select {
		case <-run.Done():
			return run.Err()
		default:
		}
	}
}

func TestKilledSessionResumes(t *testing.T) {
	s, dir := mustCreate(t, CreateOptions{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SESSION_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	started, done, noted := "", "", 0
	read := bufio.NewScanner(out)
	for n := 0; read.Scan(); n++ {
		what, id, _ := strings.Cut(read.Text(), " ")
		switch what {
		case "started":
			started = id
		case "done":
			done = id
		case "noted":
			noted++
		}
		if n == 60 {
			other := reopen(t, dir, Options{})
			if st := other.State(); len(st.Active) != 1 || st.Step("1").Status != Running || len(st.Recovered) > 0 {
				t.Errorf("while it lives: %+v, %q", st.Active, st.Recovered)
			}
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	for range 2 { // the second start has nothing left to recover, and shows the same
		s := reopen(t, dir, Options{})
		st := s.State()
		one := st.Step("1")
		if one.Status != Interrupted || len(st.Active) != 0 {
			t.Fatalf("after the kill the step is %s, active %v", one.Status, st.Active)
		}
		if tr, ok := s.Trial(started); !ok || tr.Verdict == "" {
			t.Errorf("trial %s, which was started, is %+v", started, tr)
		}
		if tr, ok := s.Trial(done); !ok || tr.Verdict != fact.Fail {
			t.Errorf("trial %s, which was done, is %+v", done, tr)
		}
		if len(st.Notes) < noted {
			t.Errorf("%d notes were acknowledged, %d are there", noted, len(st.Notes))
		}
		if st.Next.Step != "1" {
			t.Errorf("next is %+v", st.Next)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		text := readLog(t, s)
		for _, want := range []string{fmt.Sprintf("**Note:** note %d ", noted-1), "trial " + done + ",", "Interrupted"} {
			if strings.Count(text, want) != 1 {
				t.Errorf("the log has %d times %q", strings.Count(text, want), want)
			}
		}
	}
}

func TestDeadRunIsNoticedByWhoWatches(t *testing.T) {
	s, dir := mustCreate(t, CreateOptions{})
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SESSION_TEST_DIR="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the other process's trials", func() bool { return len(s.State().Trials) > 2 })
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	waitFor(t, "the death to be seen", func() bool { return s.State().Step("1").Status == Interrupted })
	if len(s.State().Recovered) != 1 {
		t.Errorf("recovered: %q", s.State().Recovered)
	}
}

func TestTwoProcessesWriteOneSession(t *testing.T) {
	a, dir := mustCreate(t, CreateOptions{})
	b := reopen(t, dir, Options{})
	for i := range 20 {
		if err := a.AddNote("1", fmt.Sprint("a", i)); err != nil {
			t.Fatal(err)
		}
		if err := b.AddNote("2", fmt.Sprint("b", i)); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "both to see all", func() bool { return len(a.State().Notes) == 40 && len(b.State().Notes) == 40 })
	same(t, "they see different things", withoutHere(*a.State()), withoutHere(*b.State()))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	text := readLog(t, a)
	for i := range 20 {
		for _, want := range []string{fmt.Sprintf("**Note:** a%d ", i), fmt.Sprintf("**Note:** b%d ", i)} {
			if strings.Count(text, want) != 1 {
				t.Errorf("the log has %d times %q", strings.Count(text, want), want)
			}
		}
	}
}

// withoutHere leaves out what is of one process.
func withoutHere(s State) State {
	s.Recovered, s.LogTrouble = nil, ""
	return s
}
