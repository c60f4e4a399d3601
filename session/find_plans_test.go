package session

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatCasebookWroteIsNoPlan(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"PLAN.md":                     planText,
		"debugging/mine_debug.md":     planText,
		"debugging/log_debug.md":      planText + "\n<!-- casebook:2025-04-13-1/4 -->\n",
		"debug_notes.md":              "# Debug Log: Task 9 (2025-04-13)\n\n## Debugging Plan\n\n1.  **Look:**\n    *   **Actions:**\n        *   there\n",
		"docs/plan-session-report.md": planText,
		"docs/markers_plan.md":        planText + "\n<!-- casebook:begin x -->\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]bool{}
	for _, p := range FindPlans(dir) {
		found[filepath.ToSlash(p.Name)] = true
	}
	if len(found) != 3 || !found["PLAN.md"] || !found["debugging/mine_debug.md"] || !found["docs/markers_plan.md"] {
		t.Errorf("found %v", found)
	}
}

func TestAWrongCaseIsRefusedByField(t *testing.T) {
	s, err := Create(t.TempDir(), CreateOptions{Options: options(t, nil), Case: Case{Good: "./good", Check: "as it was: wrong"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := s.State().Case
	c.Bad = "API_TOKEN=" + token + " './bad"
	err = s.SetCase(c)
	if err == nil || err.Error()[:5] != "bad: " || secretIn(err.Error()) {
		t.Errorf("the error is %v", err)
	}
	c.Bad = "./bad"
	if err := s.SetCase(c); err != nil {
		t.Errorf("a field that nobody touched is refused: %v", err)
	}
}

func secretIn(text string) bool {
	for i := range len(text) - len(token) + 1 {
		if text[i:i+len(token)] == token {
			return true
		}
	}
	return false
}
