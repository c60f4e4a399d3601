package notes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const handWritten = "# Debug Log: Task 3.1 - Thumbnail Investigation (2025-05-02 Session 3)\n\n**Objective:** Find out why `worker.py` is silent.\n\n" +
	"**Plan:** Follow the steps in `PLANNING_thumbs.md`.\n\n**Steps Taken & Findings:**\n\n" +
	"1.  **Environment & Context Comparison:**\n    *   Logged the environment.\n    *   **Comparison:** the same but for `A`.\n    *   **Conclusion:** It is not the environment.\n\n" +
	"2.  **`subprocess.Popen` Tuning:**\n    *   Set `cwd`.\n\n**Current Status:** Waiting for a broker. Task 3.1 remains **Blocked**."

func TestAdoptHandWrittenLog(t *testing.T) {
	a, problems := AdoptLog("log.md", []byte(handWritten))
	if len(problems) > 0 {
		t.Errorf("problems %v", problems)
	}
	if a.Title != "Task 3.1 - Thumbnail Investigation" || a.Task != "3.1" || a.Session != 3 || a.Date.Format("2006-01-02") != "2025-05-02" {
		t.Errorf("head %+v", a)
	}
	if a.Objective != "Find out why `worker.py` is silent." || a.Plan != "PLANNING_thumbs.md" || a.Status != "blocked" || !strings.HasPrefix(a.StatusText, "Waiting for a broker.") {
		t.Errorf("head %+v", a)
	}
	if len(a.Steps) != 2 || a.Steps[0].Title != "Environment & Context Comparison" || a.Steps[0].Conclusion != "It is not the environment." || len(a.Steps[0].Items) != 2 || a.Steps[1].Line != 14 {
		t.Errorf("steps %+v", a.Steps)
	}
}

// TestAdoptOwnLog reads back what the writer wrote.
func TestAdoptOwnLog(t *testing.T) {
	l := testLog(t, t.TempDir())
	for _, e := range sampleEntries() {
		mustAppend(t, l, e)
	}
	a, problems := AdoptLog(l.Path(), []byte(readFile(t, l.Path())))
	if len(problems) > 0 || a.Status != "resolved" || a.Plan != "../plan.md" || len(a.Steps) != 4 {
		t.Errorf("%+v, problems %v", a, problems)
	}
	if one := a.Steps[0]; one.Conclusion != "The environment explains it." || one.Items[len(one.Items)-1] != "Looked again." {
		t.Errorf("step 1 %+v", one)
	}
}

func TestAdoptStatusWords(t *testing.T) {
	for text, want := range map[string]string{"**Resolved**.": "resolved", "still unresolved": "open", "It is blocked on X": "blocked", "fixed": "resolved", "was **Blocked**, now **Open**": "open", "going on": "open"} {
		a, _ := AdoptLog("l.md", []byte("# T\n\n1. **a:**\n\n**Current Status:** "+text+"\n"))
		if a.Status != want {
			t.Errorf("%q: %s, want %s", text, a.Status, want)
		}
	}
}

func TestAdoptTellsWhatIsMissing(t *testing.T) {
	a, problems := AdoptLog("dir/x.md", []byte("words\n"))
	if len(problems) != 3 || a.Title != "x" || a.Status != "open" {
		t.Errorf("%+v %v", a, problems)
	}
	if _, problems := AdoptLog("x.md", []byte("\x00\x01")); len(problems) != 1 || !strings.Contains(problems[0].Message, "NUL") {
		t.Errorf("%v", problems)
	}
}

func FuzzAdoptLog(f *testing.F) {
	f.Add([]byte(handWritten))
	if b, err := os.ReadFile(filepath.Join("testdata", "log.golden.md")); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		a, problems := AdoptLog("l.md", src)
		if len(a.Steps) == 0 && len(problems) == 0 {
			t.Fatal("no steps and no problem")
		}
		ids := map[string]bool{}
		for _, s := range a.Steps {
			if ids[s.ID] || s.ID == "" {
				t.Fatalf("step %q stands twice", s.ID)
			}
			ids[s.ID] = true
		}
		if a.Status != "open" && a.Status != "blocked" && a.Status != "resolved" {
			t.Fatalf("status %q", a.Status)
		}
	})
}
