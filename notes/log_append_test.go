package notes

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/steps/fact"

	"pgregory.net/rapid"
)

var day = time.Date(2025, 4, 13, 14, 3, 5, 0, time.UTC)

func testLog(t testing.TB, dir string, change ...func(*LogOptions)) *Log {
	t.Helper()
	o := LogOptions{Dir: dir, Title: "PLANNING: Task 7.2 - Find the silent worker", Objective: "Say why the worker takes no jobs.",
		Plan: filepath.Join(dir, "plan.md"), SessionID: "s1", Number: 1, Day: day}
	for _, c := range change {
		c(&o)
	}
	l, err := OpenLog(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustAppend(t testing.TB, l *Log, e Entry) Written {
	t.Helper()
	w, err := l.Append(e)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sampleEntries are one of each kind, with what foreign text can hold.
func sampleEntries() []Entry {
	return []Entry{
		{ID: "r1", At: day, Kind: EntryAction, Step: "1", StepTitle: "Environment & `Popen` comparison", Text: "Started both launches twice."},
		{ID: "r2", At: day, Kind: EntryCommand, Step: "1", StepTitle: "Environment & `Popen` comparison", Command: "tox exec -e py312 -- python worker.py", Side: "good", Verdict: "pass", Exit: "exit 0", Took: 1900 * time.Millisecond},
		{ID: "r3", At: day, Kind: EntryCommand, Step: "1", StepTitle: "Environment & `Popen` comparison", Command: "pytest `x`", Side: "bad", Verdict: "fail", Exit: "exit 1", Took: 20 * time.Second,
			Evidence: "\x1b[31mTimeout\x1b[0m\n```\n<!-- casebook:r9 -->\n1.  **Not a step:**\nlast"},
		{ID: "r4", At: day, Kind: EntryTable, Step: "1", StepTitle: "Environment & `Popen` comparison", Table: &fact.Table{Title: "Differences", Columns: []string{"kind", "good", "bad"}, Rows: [][]string{{"env A|B", "1", ""}, {"cwd", "/srv", "/tmp"}}}},
		{ID: "r5", At: day, Kind: EntryFinding, Step: "1", StepTitle: "Environment & `Popen` comparison", Text: "env APP_FROZEN differs: *1* against nothing"},
		{ID: "r6", At: day, Kind: EntryConclusion, Step: "1", StepTitle: "Environment & `Popen` comparison", Text: "The environment explains it."},
		{ID: "r7", At: day, Kind: EntryStatus, Status: "blocked", Text: "Waiting for access"},
		{ID: "r8", At: day, Kind: EntryNote, Step: "2", StepTitle: "Tuning", Text: "First line.\n\n- a list\n- of two"},
		{ID: "r9", At: day, Kind: EntryAction, Step: "1", StepTitle: "Environment & `Popen` comparison", Text: "Looked again."},
		{ID: "r10", At: day, Kind: EntryNote, Text: "For the whole investigation:\n# no heading\n<!-- open"},
		{ID: "r11", At: day, Kind: EntryAction, Step: "3", StepTitle: "Logging", Text: "Turned it on."},
		{ID: "r12", At: day, Kind: EntryAction, Step: "5", StepTitle: "Out of order", Text: "Jumped ahead."},
		{ID: "r13", At: day, Kind: EntryStatus, Status: "resolved"},
	}
}

func TestLogHasTheShapeOfASampleLog(t *testing.T) {
	dir := t.TempDir()
	l := testLog(t, dir)
	for _, e := range sampleEntries() {
		mustAppend(t, l, e)
	}
	if got, want := l.Path(), filepath.Join(dir, "debugging", "2025-04-13_task7.2_find_the_silent_worker.md"); got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	golden(t, "log.golden.md", readFile(t, l.Path()))
}

func TestAppendTwiceIsRecognised(t *testing.T) {
	dir := t.TempDir()
	e := sampleEntries()[0]
	mustAppend(t, testLog(t, dir), e)
	l := testLog(t, dir) // a new process
	if w := mustAppend(t, l, e); !w.Doubled {
		t.Error("a repeated append was not recognised")
	}
	if n := strings.Count(readFile(t, l.Path()), markerFor(e.ID)); n != 1 {
		t.Errorf("the entry stands %d times", n)
	}
}

// TestAppendCompletesWhatWasInterrupted cuts the file at every byte of every
// append and appends again, as the next start does.
func TestAppendCompletesWhatWasInterrupted(t *testing.T) {
	dir := t.TempDir()
	l := testLog(t, dir)
	before := ""
	for _, e := range sampleEntries() {
		mustAppend(t, l, e)
		after := readFile(t, l.Path())
		for cut := len(before); cut < len(after); cut++ {
			d := t.TempDir()
			again := testLog(t, d)
			path := again.Path()
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(after[:cut]), 0o644); err != nil {
				t.Fatal(err)
			}
			mustAppend(t, again, e)
			got := readFile(t, path)
			if !strings.HasPrefix(got, after[:cut]) {
				t.Fatalf("cut at %d: what stood there was changed:\n%s", cut, got)
			}
			if squeeze(got) != squeeze(strings.ReplaceAll(after, dir, d)) {
				t.Fatalf("entry %s cut at byte %d:\n%q\nwant\n%q", e.ID, cut-len(before), got[len(before):], after[len(before):])
			}
		}
		before = after
	}
}

// squeeze makes nothing of how many empty lines there are.
func squeeze(s string) string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func TestAnotherEntryAfterATornOne(t *testing.T) {
	dir := t.TempDir()
	l := testLog(t, dir)
	es := sampleEntries()
	mustAppend(t, l, es[0])
	mustAppend(t, l, es[2])
	whole := readFile(t, l.Path())
	for cut := len(whole) - 150; cut < len(whole); cut++ {
		if err := os.WriteFile(l.Path(), []byte(whole[:cut]), 0o644); err != nil {
			t.Fatal(err)
		}
		next := testLog(t, dir)
		mustAppend(t, next, es[9]) // somebody else's note comes first
		mustAppend(t, next, es[2]) // then the interrupted one again
		got := readFile(t, l.Path())
		for _, id := range []string{"r3", "r10"} {
			if n := strings.Count(got, markerFor(id)+"\n"); n != 1 {
				t.Fatalf("cut at %d: %s is whole %d times:\n%s", cut, id, n, got)
			}
		}
	}
}

func TestDeletedLogIsRecreatedAndSaid(t *testing.T) {
	l := testLog(t, t.TempDir())
	es := sampleEntries()
	mustAppend(t, l, es[0])
	if err := os.Remove(l.Path()); err != nil {
		t.Fatal(err)
	}
	w := mustAppend(t, l, es[1])
	if !strings.Contains(w.Notice, "deleted") {
		t.Errorf("notice %q", w.Notice)
	}
	got := readFile(t, l.Path())
	if !strings.HasPrefix(got, "# Debug Log:") || strings.Contains(got, markerFor("r1")) || !strings.Contains(got, markerFor("r2")) {
		t.Errorf("got\n%s", got)
	}
	if w := mustAppend(t, l, es[0]); !w.Doubled {
		t.Error("what was deleted came back")
	}
}

func TestEditedLogGoesOn(t *testing.T) {
	dir := t.TempDir()
	l := testLog(t, dir)
	es := sampleEntries()
	mustAppend(t, l, es[0])
	mine := readFile(t, l.Path()) + "\nI wrote this, without a line end"
	tmp := l.Path() + ".new"
	if err := os.WriteFile(tmp, []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, l.Path()); err != nil { // as editors do
		t.Fatal(err)
	}
	w := mustAppend(t, l, es[1])
	got := readFile(t, l.Path())
	if !strings.HasPrefix(got, mine+"\n") || w.Notice == "" {
		t.Errorf("notice %q, got\n%s", w.Notice, got)
	}
	if !strings.Contains(got, "**1 (continued). ") {
		t.Errorf("the entry hangs below a stranger's paragraph:\n%s", got)
	}
}

func TestSecondSessionAndLaterDay(t *testing.T) {
	dir := t.TempDir()
	es := sampleEntries()
	mustAppend(t, testLog(t, dir), es[0])
	second := testLog(t, dir, func(o *LogOptions) { o.SessionID, o.Number = "s2", 2 })
	mustAppend(t, second, es[10])
	first := second.Path()
	if got := readFile(t, first); !strings.Contains(got, "\n\n## Task 7.2 - Find the silent worker (2025-04-13 Session 2)\n") {
		t.Errorf("no heading for the second session:\n%s", got)
	}
	later := es[11]
	later.At = day.AddDate(0, 0, 1)
	mustAppend(t, second, later)
	if second.Path() == first || !strings.Contains(second.Path(), "2025-04-14_") {
		t.Fatalf("path %s", second.Path())
	}
	got := readFile(t, second.Path())
	if !strings.Contains(got, "**Continues:** [2025-04-13_task7.2_find_the_silent_worker.md](2025-04-13_task7.2_find_the_silent_worker.md)") {
		t.Errorf("no link to the day before:\n%s", got)
	}
	if strings.Contains(readFile(t, first), markerFor("r12")) {
		t.Error("the entry stands in both")
	}
}

func TestLogFolder(t *testing.T) {
	root := t.TempDir()
	sub := filepath.Join(root, "repo", "a", "b")
	for _, d := range []string{sub, filepath.Join(root, "memory-bank"), filepath.Join(root, "repo", ".git")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if got := logFolder(sub); got != filepath.Join(sub, "debugging") {
		t.Errorf("a memory bank outside of the repository was taken: %s", got)
	}
	if err := os.MkdirAll(filepath.Join(root, "repo", "memory-bank"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, want := logFolder(sub), filepath.Join(root, "repo", "memory-bank", "debugging"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLogNames(t *testing.T) {
	for _, c := range []struct{ task, title, want string }{
		{"", "PLANNING: Task 7.2 - Debug Dramatiq Worker Subprocess Invocation", "task7.2_debug_dramatiq_worker_subprocess_invocation"},
		{"", "Plan: Debugging the CLI (Task 7.2 Continuation)", "task7.2_debugging_the_cli"},
		{"", "Why does it hang?", "why_does_it_hang"},
		{"9", "../../etc/passwd", "task9_etc_passwd"},
		{"", "\x00\x1b[31m???", "31m"},
		{"", "", "investigation"},
	} {
		if got := logSubject(c.task, c.title); got != c.want {
			t.Errorf("%q: %q, want %q", c.title, got, c.want)
		}
	}
}

func TestWritersInTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	done := make(chan error, 2)
	for w := range 2 {
		go func() {
			l, err := OpenLog(LogOptions{Dir: dir, Title: "T", SessionID: "s", Number: 1, Day: day})
			for i := 0; err == nil && i < 40; i++ {
				_, err = l.Append(Entry{ID: fmt.Sprintf("w%d-%d", w, i), At: day, Kind: EntryNote, Text: "x"})
			}
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	got := readFile(t, filepath.Join(dir, "debugging", "2025-04-13_t.md"))
	for w := range 2 {
		for i := range 40 {
			if n := strings.Count(got, fmt.Sprintf("<!-- casebook:w%d-%d -->\n", w, i)); n != 1 {
				t.Fatalf("entry %d of %d stands %d times", i, w, n)
			}
		}
	}
	if n := strings.Count(got, "Session 1"); n != 1 {
		t.Errorf("%d headings", n)
	}
}

func TestUnwritableLogSaysSo(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "debugging"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := testLog(t, dir).Start(); err == nil || !strings.Contains(err.Error(), "debugging") {
		t.Errorf("got %v", err)
	}
}

// TestLogKeepsWhatItIsGiven appends any entries, any of them twice, with
// restarts between, and looks for each exactly once.
func TestLogKeepsWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "log")
		if err != nil {
			rt.Fatal(err)
		}
		kinds := []EntryKind{EntryAction, EntryCommand, EntryFinding, EntryConclusion, EntryNote, EntryStatus}
		foreignText := rapid.StringOf(rapid.SampledFrom([]rune("ab*`_#>-1.\n\r\t |~<!\x1b[")))
		l := testLog(t, dir)
		var all []Entry
		for i := range rapid.IntRange(1, 12).Draw(rt, "n") {
			e := Entry{ID: fmt.Sprint("r", i), At: day, Kind: rapid.SampledFrom(kinds).Draw(rt, "kind"), Step: rapid.SampledFrom([]string{"", "1", "2", "10"}).Draw(rt, "step"),
				StepTitle: "T", Text: foreignText.Draw(rt, "text"), Command: "x " + foreignText.Draw(rt, "cmd"), Evidence: foreignText.Draw(rt, "evidence"), Status: "open"}
			all = append(all, e)
			mustAppend(t, l, e)
			if rapid.Bool().Draw(rt, "again") {
				l = testLog(t, dir)
				mustAppend(t, l, rapid.SampledFrom(all).Draw(rt, "which"))
			}
		}
		got := readFile(t, l.Path())
		for _, e := range all {
			if n := strings.Count(got, markerFor(e.ID)+"\n"); n != 1 {
				rt.Fatalf("%s stands %d times in\n%s", e.ID, n, got)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{0, 10 << 20} {
		b.Run(fmt.Sprintf("%dMB", size>>20), func(b *testing.B) {
			l := testLog(b, b.TempDir())
			mustAppend(b, l, Entry{ID: "first", At: day, Kind: EntryNote, Text: "x"})
			f, err := os.OpenFile(l.Path(), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				b.Fatal(err)
			}
			line := "    *   a line that somebody's run left here <!-- casebook:old -->\n"
			if _, err := f.WriteString(strings.Repeat(line, size/len(line))); err != nil {
				b.Fatal(err)
			}
			_ = f.Close()
			mustAppend(b, l, Entry{ID: "second", At: day, Kind: EntryNote, Text: "x"})
			b.ResetTimer()
			for i := range b.N {
				mustAppend(b, l, Entry{ID: fmt.Sprint("r", i), At: day, Kind: EntryCommand, Step: "1", StepTitle: "T", Command: "make test", Verdict: "pass", Took: time.Second})
			}
		})
	}
}
