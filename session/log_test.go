package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/steps"
)

func readLog(t *testing.T, s *Session) string {
	t.Helper()
	b, err := os.ReadFile(s.State().LogPath)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// logHas waits until the log, which is written in the background, has all of the texts.
func logHas(t *testing.T, s *Session, texts ...string) {
	t.Helper()
	for _, text := range texts {
		waitFor(t, "the log to say "+text, func() bool {
			b, _ := os.ReadFile(s.State().LogPath)
			return strings.Contains(string(b), text)
		})
	}
}

func TestLogWritesItself(t *testing.T) {
	exps := map[string]steps.Experiment{"compare": compare(nil)}
	s, dir := mustCreate(t, CreateOptions{Options: options(t, exps), Case: Case{Good: "true", Bad: "false"}})
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
	for _, err := range []error{s.AddNote("1", "the cwd looks odd"), s.Conclude("1", "It is the cwd."), s.SetStatus(Blocked, "no broker")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text := readLog(t, s)
	for _, want := range []string{"python -m worker", "the cwd looks odd", "**Conclusion:** It is the cwd.", "Differences", "**Blocked**", "no broker"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("the log has %d times %q:\n%s", strings.Count(text, want), want, text)
		}
	}
	if filepath.Dir(s.State().LogPath) != filepath.Join(dir, "debugging") {
		t.Errorf("the log is at %s", s.State().LogPath)
	}
	again := reopen(t, dir, Options{Experiments: exps})
	if err := again.AddNote("", "second day"); err != nil {
		t.Fatal(err)
	}
	logHas(t, again, "second day")
	if now := readLog(t, again); !strings.HasPrefix(now, text) {
		t.Fatalf("the log was rewritten:\n%s", now)
	}
	if tail := again.LogText(100); len(tail) > 100 || !strings.Contains(tail, "second day") {
		t.Fatalf("tail is %q", tail)
	}
}

func TestDeletedLogIsWrittenAgain(t *testing.T) {
	s, dir := mustCreate(t, CreateOptions{})
	if err := s.AddNote("1", "first words"); err != nil {
		t.Fatal(err)
	}
	logHas(t, s, "first words")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(s.State().LogPath); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, dir, Options{})
	logHas(t, again, "first words")
	if got := strings.Join(again.State().Recovered, "\n"); !strings.Contains(got, "is gone") {
		t.Fatalf("recovered: %q", got)
	}
}

func TestWhatPeopleTakeOutOfTheLogStaysOut(t *testing.T) {
	s, dir := mustCreate(t, CreateOptions{})
	if err := s.AddNote("1", "to be taken out"); err != nil {
		t.Fatal(err)
	}
	logHas(t, s, "to be taken out")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.State().LogPath, []byte("my own words\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, dir, Options{})
	if err := again.AddNote("1", "more"); err != nil {
		t.Fatal(err)
	}
	logHas(t, again, "more")
	if text := readLog(t, again); strings.Contains(text, "taken out") || !strings.HasPrefix(text, "my own words\n") {
		t.Fatalf("the log is\n%s", text)
	}
}

func TestLogThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, _ := mustCreate(t, CreateOptions{LogPath: filepath.Join(file, "log.md")})
	if err := s.AddNote("", "it goes on"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the trouble to be told", func() bool { return s.State().LogTrouble != "" })
	if len(s.State().Notes) != 1 {
		t.Fatal("the note is lost")
	}
}
