package session

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

const (
	password = "correct-horse-battery-9"
	token    = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
)

const secretPlan = "---\ncasebook:\n  bad: DB_PASSWORD=" + password + " ./bad\n---\n" + `# Task 9 - Secrets ` + token + `

## Debugging Plan

1.  **Environment Comparison:**
    *   **Actions:**
        *   Run ` + "`curl -H 'Authorization: Bearer " + token + "' localhost`" + `.
`

func TestSecretsStayInside(t *testing.T) {
	var ran steps.Input
	exps := map[string]steps.Experiment{"compare": fake{run: func(_ context.Context, in steps.Input, emit func(steps.Event) error) error {
		ran = in
		tr := trial("1.b1", fact.Bad)
		tr.Command = "./bad --url amqp://u:" + password + "@host/"
		done := *tr
		done.Verdict, done.Evidence = fact.Fail, "cannot log in with "+password
		done.Output = []fact.Stream{{Name: "stderr", Head: []byte("password is " + password + "\n")}}
		snap := &snapshot.Snapshot{Command: secret.New("./bad " + password)}
		for _, e := range []steps.Event{
			{Start: tr},
			{Output: &steps.Output{Trial: tr.ID, Stream: "stderr", Data: []byte("password is correct-")}},
			{Output: &steps.Output{Trial: tr.ID, Stream: "stderr", Data: []byte("horse-battery-9\n")}},
			{Snapshot: snap, Trial: tr.ID},
			{Done: &done},
			{Finding: &fact.Finding{Text: "it uses " + password}},
			{Table: &fact.Table{ID: "t", Columns: []string{"v"}, Rows: [][]string{{password}}}},
			{Answer: &fact.Answer{Verdict: "cause", Notes: []string{"with " + password}, Popen: []string{password}, Script: &fact.Script{Why: "it needs " + password}, Leads: []fact.Lead{{Why: "it reads " + password}},
				Causes: []fact.Cause{{Factors: []fact.Difference{{Bad: fact.Value{State: fact.Present, Shown: password}, Reason: "it is " + password}}}}}},
			{Progress: &steps.Progress{Text: "trying " + password}},
		} {
			if err := emit(e); err != nil {
				return err
			}
		}
		return fmt.Errorf("it broke over %s", password)
	}}}
	dir := t.TempDir()
	plan := writePlan(t, dir, secretPlan)
	s, err := Create(dir, CreateOptions{Plan: plan, Options: options(t, exps), Case: Case{Good: "./good --token " + token}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pending := s.Pending("1")
	if len(pending) != 1 || len(pending[0].Argv) != 2 {
		t.Fatalf("pending is %+v", pending)
	}
	for _, p := range pending {
		noSecret(t, "what is to be approved", p)
		if err := s.Approve("1", p.Command, Always); err != nil {
			t.Fatal(err)
		}
	}
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
	noSecret(t, "the error of the run", run.Err().Error())
	if ran.Case.Bad != "DB_PASSWORD="+password+" ./bad" || ran.Case.Good != "./good --token "+token {
		t.Errorf("what ran is not what was written: %+v", ran.Case)
	}
	noSecret(t, "the live view", run.Live())
	if err := s.AddNote("1", "the token is "+token); err != nil {
		t.Fatal(err)
	}
	shown := s.State().Case
	shown.Check = "exit:0"
	if err := s.SetCase(shown); err != nil {
		t.Fatal(err)
	}
	if _, c, missing := s.exact(s.State()); c.Bad != ran.Case.Bad || len(missing) > 0 {
		t.Errorf("a case set as it is shown has lost its secrets: %q, %v", c.Bad, missing)
	}
	noSecret(t, "the state", s.State())
	tr, _ := s.Trial("1.b1")
	noSecret(t, "the trial", tr)
	noSecret(t, "the trial's output", string(tr.Output[0].Head))
	if got := s.Snapshot("1.b1"); got == nil || secret.Reveal(got.Command) != "./bad "+password {
		t.Errorf("the snapshot is %v", got)
	}
	to := t.TempDir()
	for _, format := range []string{"md", "html", "json"} {
		if _, err := s.Export(ExportOptions{To: to, Format: format}); err != nil {
			t.Fatal(err)
		}
	}
	logHas(t, s, "the token is")
	if err := s.Pack(filepath.Join(to, "packed.db")); err != nil {
		t.Fatal(err)
	}
	if err := s.ForgetSecrets(); err != nil {
		t.Fatal(err)
	}
	if s.Snapshot("1.b1") != nil {
		t.Error("the exact snapshot is still there")
	}
	if _, err := s.Start("1"); err == nil || !strings.Contains(err.Error(), "forgotten") {
		t.Errorf("a case whose secrets are forgotten runs: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{dir, to, filepath.Dir(s.approvalsFile())} {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && path != plan {
				b, _ := os.ReadFile(path)
				noSecret(t, path, string(b))
			}
			return nil
		})
	}
}

func noSecret(t *testing.T, what string, v any) {
	t.Helper()
	text, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	for _, s := range []string{password, token} {
		if at := strings.Index(text, s); at >= 0 {
			t.Errorf("%s shows a secret: %.200q", what, text[max(0, at-80):])
		}
	}
}
