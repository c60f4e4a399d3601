package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// The demo from start to export, as somebody would do it who sees it for the first time.
func TestDemoFromStartToExport(t *testing.T) {
	dir := t.TempDir()
	tm := openTerminal(t, dir, 120, 40, "demo", "--to", dir)
	tm.wait("Environment & Context", "Talk to Whoever", "r run")

	// Nothing of the plan runs before the exact command was seen.
	tm.keys("r")
	tm.wait("1 of 2", "$ ./bin/fixture", "yes, this session")
	tm.keys("s")
	tm.wait("2 of 2", "$ ./bin/worker")
	tm.keys("s")
	tm.wait("6 runs", "./bin/worker   (3 times)", "enter run")
	tm.keys("\r")

	// The differences, with both true causes among them.
	screen := tm.wait("differences", "APP_ENV", "✓ 1", "step 1 ran to its end")
	for again := 0; again < 3 && !strings.Contains(screen, "pipe, no"); again++ {
		// On a machine so busy that the pipe was not full when it was looked at, somebody would run it again.
		tm.keys("r")
		tm.wait("enter run")
		tm.keys("\r")
		tm.gone("✓ 1")
		screen = tm.wait("differences", "APP_ENV", "✓ 1", "step 1 ran to its end")
	}
	if !strings.Contains(screen, "pipe, no") {
		t.Fatalf("nobody reading the pipe is not among the differences:\n%s", screen)
	}
	checkReadmeScreen(t, screen)

	tm.keys("c")
	tm.wait("save")
	tm.keys("APP_ENV=test picks the queue in memory; nobody reads the pipe of the log.")
	tm.wait("nobody reads the pipe of the log.")
	tm.keys("\x13") // ctrl+s
	tm.gone("ctrl+s save")

	tm.keys("e")
	tm.wait("Markdown", "enter export")
	tm.keys("\r")
	tm.wait("written", "-report.md")
	tm.keys("\x1b")
	tm.gone("enter export")
	tm.keys("q")
	if code := tm.exit(); code != exitOK {
		t.Fatalf("exit status %d", code)
	}

	for _, name := range []string{"*_demo_*jobs.md", "*-report.md"} {
		text := readAll(t, filepath.Join(dir, "debugging", name))
		for _, want := range []string{"APP_ENV", "nobody reads", "APP\\_ENV=test picks|APP_ENV=test picks", "1.b3"} {
			found := false
			for _, alternative := range strings.Split(want, "|") {
				found = found || strings.Contains(text, alternative)
			}
			if !found {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
	}
}

// A kill -9 in the middle of a run loses nothing: the next start shows the same state, and what ran is marked as interrupted.
func TestResumeAfterKillInTheMiddleOfARun(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	text := "# Something slow\n\n1.  **Wait for it:**\n    *   **Actions:**\n        *   Run `sh -c 'echo $((40404+1)); exec sleep 600'`.\n\n2.  **Think about it:**\n    *   Think.\n"
	if err := os.WriteFile(plan, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tm := openTerminal(t, dir, 100, 30, "new", "--open", plan)
	tm.wait("Wait for it", "r run")
	tm.keys("n")
	tm.wait("save")
	tm.keys("it was slow before")
	tm.wait("it was slow before")
	tm.keys("\x13")
	tm.gone("ctrl+s save")
	tm.keys("r")
	tm.wait("yes, this session")
	tm.keys("s")
	tm.wait("1 run", "enter run")
	tm.keys("\r")
	tm.wait("40405")
	children := childrenOf(t, tm.cmd.Process.Pid)
	tm.kill()
	for _, pid := range children { // the helper ends what it started, and then itself
		waitGone(t, pid)
	}

	tm = openTerminal(t, dir, 100, 30, "resume")
	tm.wait("! 1", "Wait for it", "Think about it", "interrupted")
	log := readAll(t, filepath.Join(dir, "debugging", "*.md"))
	if strings.Count(log, "it was slow before") != 1 {
		t.Errorf("the note stands %d times in the log:\n%s", strings.Count(log, "it was slow before"), log)
	}
	tm.keys("q")
	if code := tm.exit(); code != exitOK {
		t.Errorf("exit status %d", code)
	}
}

// The window can be made as small as 60x15, and big again, while the notebook is open.
func TestResizeOfARealTerminal(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	if err := os.WriteFile(plan, []byte("# Resizing\n\n1.  **First of all:**\n    *   Look.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tm := openTerminal(t, dir, 120, 40, "new", "--open", plan)
	tm.wait("Resizing", "First of all")
	for _, size := range []pty.Winsize{{Cols: 60, Rows: 15}, {Cols: 200, Rows: 60}, {Cols: 80, Rows: 24}} {
		tm.resize(int(size.Cols), int(size.Rows))
		tm.wait("First of all", "? keys")
		lines := strings.Split(strings.TrimRight(tm.wait("? keys"), "\n "), "\n")
		if got := len(lines); got > int(size.Rows) {
			t.Errorf("at %dx%d the screen has %d lines", size.Cols, size.Rows, got)
		}
	}
	tm.keys("q")
	if code := tm.exit(); code != exitOK {
		t.Errorf("exit status %d", code)
	}
}

// A terminal that can't be drawn on is refused, with the commands that work without.
func TestDumbTerminalIsRefused(t *testing.T) {
	tm := openTerminalAs(t, t.TempDir(), 120, 30, []string{"TERM=dumb"})
	tm.wait("needs a terminal", "compare, why, capture, doctor")
	if code := tm.exit(); code != exitNoTerminal {
		t.Errorf("exit status %d, want %d", code, exitNoTerminal)
	}
}

func readAll(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files, %v", pattern, err)
	}
	var b strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}
