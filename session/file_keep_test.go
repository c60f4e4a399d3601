package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/fact"
)

func started(t *testing.T, s *Session, step string) {
	t.Helper()
	r, err := s.Start(step)
	if err != nil {
		t.Fatal(err)
	}
	<-r.Done()
	if err := r.Err(); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestAFileOfAStepIsKeptAndRecorded(t *testing.T) {
	dir := t.TempDir()
	name := "1-repro.sh"
	opts := options(t, map[string]steps.Experiment{"compare": fake{run: func(_ context.Context, _ steps.Input, emit func(steps.Event) error) error {
		return emit(steps.Event{File: &steps.File{Name: name, Data: []byte("#!/bin/sh\n"), Mode: 0o755}})
	}}})
	s, err := Create(dir, CreateOptions{Options: opts, Plan: writePlan(t, dir, planText)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	started(t, s, "1")
	path := filepath.Join(dir, folderName, name)
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o700 {
		t.Fatalf("%v, %v", st, err)
	}
	started(t, s, "1")
	st := s.State()
	if got := st.Step("1").Files; !slices.Equal(got, []string{path}) {
		t.Errorf("recorded: %v", got)
	}
	for _, bad := range []string{"../x.sh", ".hidden", "a.db", "", "a/b"} {
		name = bad
		r, err := s.Start("1")
		if err != nil {
			t.Fatal(err)
		}
		if <-r.Done(); r.Err() == nil {
			t.Errorf("%q was taken as a name", bad)
		}
	}
}

func TestOnlyWhatAnInterruptedRunFoundIsResumed(t *testing.T) {
	dir := t.TempDir()
	var given []string
	stop, next := false, ""
	ctxOf := make(chan struct{}, 1)
	run := func(ctx context.Context, in steps.Input, emit func(steps.Event) error) error {
		given = nil
		for _, tr := range in.Resumed {
			given = append(given, tr.ID)
		}
		tr := fact.Trial{ID: next, Side: fact.Good, Role: "candidate", Verdict: fact.Pass, Started: time.Now()}
		if err := emit(steps.Event{Done: &tr}); err != nil {
			return err
		}
		if !stop {
			return nil
		}
		open := fact.Trial{ID: next + "9", Side: fact.Good, Role: "candidate", Started: time.Now()}
		if err := emit(steps.Event{Start: &open}); err != nil {
			return err
		}
		ctxOf <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	opts := options(t, map[string]steps.Experiment{"compare": fake{run: run}})
	s, err := Create(dir, CreateOptions{Options: opts, Plan: writePlan(t, dir, planText)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do := func(id string, interrupt bool, want ...string) {
		t.Helper()
		next, stop = id, interrupt
		r, err := s.Start("1")
		if err != nil {
			t.Fatal(err)
		}
		if interrupt {
			<-ctxOf
			r.Stop()
		}
		<-r.Done()
		if !slices.Equal(given, want) {
			t.Errorf("run with trial %s was given %v, want %v", id, given, want)
		}
	}
	do("1.g1", true)
	do("1.g2", true, "1.g1")
	do("1.g3", false, "1.g1", "1.g2")
	do("1.g4", true) // the run before it came to its end
	c := s.State().Case
	c.Bad = "another"
	if err := s.SetCase(c); err != nil {
		t.Fatal(err)
	}
	do("1.g5", true) // another case
	do("1.g6", false, "1.g5")
}
