package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/steps"
)

const commandPlan = `# Task 1 - Commands

## Debugging Plan

1.  **Look around:**
    *   **Actions:**
        *   Run ` + "`ls -l /tmp`" + `.
        *   Run ` + "`python3 -m pip list`" + `.
`

func commandSession(t *testing.T, dir, approvals string) (*Session, *[]string) {
	t.Helper()
	var ran []string
	exps := map[string]steps.Experiment{"command": fake{run: func(_ context.Context, in steps.Input, _ func(steps.Event) error) error {
		ran = in.Commands
		return nil
	}}}
	s, err := Create(dir, CreateOptions{Plan: filepath.Join(dir, "PLAN.md"), Options: Options{Experiments: exps, Approvals: approvals}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.SetKind("1", "command"); err != nil {
		t.Fatal(err)
	}
	return s, &ran
}

func runOne(t *testing.T, s *Session) {
	t.Helper()
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
}

func approveAll(t *testing.T, s *Session, scope Scope) {
	t.Helper()
	for _, p := range s.Pending("1") {
		if err := s.Approve("1", p.Command, scope); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCommandsOfAPlanNeedAYes(t *testing.T) {
	dir, approvals := t.TempDir(), filepath.Join(t.TempDir(), "sub", "approvals.json")
	writePlan(t, dir, commandPlan)
	s, ran := commandSession(t, dir, approvals)
	_, err := s.Start("1")
	var no *NotApprovedError
	if !errors.Is(err, ErrNotApproved) || !errors.As(err, &no) || len(no.Pending) != 2 || !strings.Contains(no.Hint(), "--yes") || !strings.Contains(err.Error(), "ls -l /tmp") {
		t.Fatalf("it ran without a yes: %v", err)
	}
	if p := no.Pending[0]; strings.Join(p.Argv, "|") != "ls|-l|/tmp" || p.Line == 0 || p.Hash != s.State().Plan.Hash {
		t.Errorf("pending is %+v", p)
	}
	if err := s.Approve("1", "rm -rf /", Always); !errors.Is(err, ErrNotApproved) {
		t.Errorf("a command that the plan does not have was approved: %v", err)
	}
	approveAll(t, s, Once)
	runOne(t, s)
	if len(*ran) != 2 || len(s.Pending("1")) != 2 {
		t.Fatalf("ran %q, still pending %v", *ran, s.Pending("1"))
	}
	approveAll(t, s, ForSession)
	runOne(t, s)
	runOne(t, s)
	other, _ := commandSession(t, dir, approvals)
	if len(other.Pending("1")) != 2 {
		t.Fatal("an approval for one session holds in another")
	}
	approveAll(t, other, Always)
	third, _ := commandSession(t, dir, approvals)
	runOne(t, third)
	if st, err := os.Stat(approvals); err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st.Mode(), err)
	}
	writePlan(t, dir, strings.Replace(commandPlan, "ls -l /tmp", "ls -la /tmp /etc", 1))
	changed, _ := commandSession(t, dir, approvals)
	pending := changed.Pending("1")
	if len(pending) != 2 {
		t.Fatal("approvals of another plan hold")
	}
	if got := pending[0].ChangedFrom; got != "ls [-l-] {+-la+} /tmp {+/etc+}" && got != "ls [--l-] {+-la+} /tmp {+/etc+}" {
		t.Errorf("the change is told as %q", got)
	}
	if got := pending[1].ChangedFrom; !strings.Contains(got, "the same") {
		t.Errorf("the change is told as %q", got)
	}
}

func TestDamagedApprovalsApproveNothing(t *testing.T) {
	dir, approvals := t.TempDir(), filepath.Join(t.TempDir(), "approvals.json")
	writePlan(t, dir, commandPlan)
	if err := os.WriteFile(approvals, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := commandSession(t, dir, approvals)
	pending := s.Pending("1")
	if len(pending) != 2 {
		t.Fatal(pending)
	}
	if err := s.Approve("1", pending[0].Command, Always); err == nil {
		t.Error("an approval was added to a damaged file")
	}
}

func TestCaseOfThePlanNeedsAYes(t *testing.T) {
	dir := t.TempDir()
	text := "---\ncasebook:\n  good: ./good\n  bad: ./bad\n  deadline: 3\n---\n" + planText
	exps := map[string]steps.Experiment{"compare": compare(nil)}
	s, err := Create(dir, CreateOptions{Plan: writePlan(t, dir, text), Case: Case{Good: "./mine"}, Options: options(t, exps)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pending := s.Pending("1")
	if len(pending) != 1 || pending[0].Command != "./bad" || s.State().Case.Good != "./mine" {
		t.Fatalf("pending is %+v, case %+v", pending, s.State().Case)
	}
	if err := s.SetCase(s.State().Case); err != nil { // the user has seen it in the form
		t.Fatal(err)
	}
	runOne(t, s)
}

func TestACommandOfTheFrontMatterSaysItsLine(t *testing.T) {
	dir := t.TempDir()
	text := "---\ntitle: x\ncasebook:\n  check: exit:0\n  good: ./good\n  bad: ./bad\n---\n" + planText
	s, err := Create(dir, CreateOptions{Plan: writePlan(t, dir, text), Options: options(t, map[string]steps.Experiment{"compare": compare(nil)})})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lines := map[string]int{}
	for _, p := range s.Pending("1") {
		lines[p.Command] = p.Line
	}
	if lines["./good"] != 5 || lines["./bad"] != 6 {
		t.Errorf("the lines are %v", lines)
	}
}
