package session

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"casebook/steps"
)

func TestSameSessionSameExport(t *testing.T) {
	exps := map[string]steps.Experiment{"compare": compare(nil)}
	s, dir := mustCreate(t, CreateOptions{Options: options(t, exps), Case: Case{Good: "true", Bad: "false", Deadline: time.Second}})
	run, err := s.Start("1")
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
	if err := s.AddNote("", "odd"); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	read := func(s *Session) map[string]string {
		all := map[string]string{}
		for _, format := range []string{"md", "html", "json"} {
			files, err := s.Export(ExportOptions{To: to, Format: format})
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			b, err := os.ReadFile(files[0])
			if err != nil || len(b) == 0 {
				t.Fatal(err)
			}
			all[filepath.Base(files[0])] = string(b)
		}
		return all
	}
	first := read(s)
	logPath := s.State().LogPath
	logHas(t, s, "odd")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, dir, Options{Experiments: exps})
	if again.State().LogPath != logPath {
		t.Errorf("the log is %s, and was %s", again.State().LogPath, logPath)
	}
	if second := read(again); !reflect.DeepEqual(first, second) {
		t.Errorf("second export differs:\n%v\n%v", first, second)
	}
	if _, err := again.Export(ExportOptions{To: to, Format: "pdf"}); err == nil {
		t.Error("an unknown format was taken")
	}
}
