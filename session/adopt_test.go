package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const handLog = `# Debug Log: Task 7.2 - Subprocess Investigation (2025-04-13 Session 2)

**Objective:** Find out why.

**Plan:** Follow steps outlined in ` + "`PLAN.md`" + `.

**Steps Taken & Findings:**

1.  **Environment Comparison:**
    *   Ran both.
    *   **Conclusion:** The environment is the same.

2.  **Tuning of Parameters:**
    *   Set cwd.

3.  **Something of its own:**
    *   Wrote a script.

**Current Status:** Waiting. Task 7.2 remains **Blocked**.
`

func adopted(t *testing.T, withPlan bool) *State {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "LOG.md")
	if err := os.WriteFile(log, []byte(handLog), 0o644); err != nil {
		t.Fatal(err)
	}
	if withPlan {
		writePlan(t, dir, planText)
	}
	s, err := Create(dir, CreateOptions{Log: log, Options: options(t, nil)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(log); string(b) != handLog {
		t.Errorf("the log by hand was changed:\n%s", b)
	}
	return reopen(t, dir, Options{}).State()
}

func words(st *State) string {
	var all []string
	for _, s := range st.Steps {
		all = append(all, s.ID+" "+s.Title+" "+string(s.Status)+" "+s.Conclusion)
	}
	return strings.Join(all, "\n")
}

func TestAdoptALogWithItsPlan(t *testing.T) {
	st := adopted(t, true)
	want := `1 Environment Comparison done The environment is the same.
2 Parameter Tuning done 
3 Asyncio Event Loop todo 
4 Something of its own interrupted `
	if got := words(st); got != want {
		t.Errorf("steps are\n%s\nwant\n%s", got, want)
	}
	if st.Status != Blocked || st.Task != "7.2" || len(st.Notes) == 0 || st.Next.Step != "4" {
		t.Errorf("status %s, task %s, next %+v, notes %v", st.Status, st.Task, st.Next, st.Notes)
	}
}

func TestAdoptALogWithoutItsPlan(t *testing.T) {
	st := adopted(t, false)
	want := `1 Environment Comparison done The environment is the same.
2 Tuning of Parameters done 
3 Something of its own interrupted `
	if got := words(st); got != want {
		t.Errorf("steps are\n%s\nwant\n%s", got, want)
	}
	if len(st.Plan.Problems) != 1 || !strings.Contains(st.Plan.Problems[0].Message, "PLAN.md") {
		t.Errorf("problems: %v", st.Plan.Problems)
	}
	if st.Steps[0].Kind != "compare" {
		t.Errorf("kind is %s", st.Steps[0].Kind)
	}
}
