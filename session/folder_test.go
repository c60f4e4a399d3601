package session

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFindASession(t *testing.T) {
	dir := t.TempDir()
	if all, err := List(dir); err != nil || len(all) != 0 {
		t.Fatalf("an empty folder has %v, %v", all, err)
	}
	if _, err := Open(dir, "", Options{}); !errors.Is(err, ErrNoSession) {
		t.Fatalf("opening nothing: %v", err)
	}
	plan := writePlan(t, dir, planText)
	clock := time.Date(2025, 4, 13, 10, 0, 0, 0, time.Local)
	for range 3 {
		clock = clock.Add(time.Hour)
		s, err := Create(dir, CreateOptions{Plan: plan, Options: Options{Now: func() time.Time { return clock }}})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
	}
	all, err := List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	if got := strings.Join(ids, " "); got != "2025-04-13-task7.2-3 2025-04-13-task7.2-2 2025-04-13-task7.2-1" {
		t.Fatalf("listed: %s", got)
	}
	if all[0].Steps != 3 || all[0].Status != StatusOpen || all[0].Trouble != "" || all[0].Plan != plan {
		t.Errorf("summary is %+v", all[0])
	}
	for id, want := range map[string]string{"": ids[0], "2025-04-13-task7.2-2": ids[1]} {
		s, err := Open(dir, id, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.State().ID != want {
			t.Errorf("%q opens %s", id, s.State().ID)
		}
		_ = s.Close()
	}
	if _, err := Open(dir, "2025", Options{}); !errors.Is(err, ErrAmbiguous) || !strings.Contains(err.Error(), ids[2]) {
		t.Errorf("an ambiguous name: %v", err)
	}
	if _, err := Open(dir, "2024", Options{}); !errors.Is(err, ErrNoSession) {
		t.Errorf("a wrong name: %v", err)
	}
}

func TestBrokenSessionsAreListed(t *testing.T) {
	s, dir := mustCreate(t, CreateOptions{})
	_ = s.Close()
	junk := filepath.Join(dir, folderName, "junk.db")
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := List(dir)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	troubles := 0
	for _, s := range all {
		if s.Trouble != "" {
			troubles++
			if s.ID != "junk" || !strings.Contains(s.Trouble, "not a casebook session") {
				t.Errorf("%+v", s)
			}
		}
	}
	if troubles != 1 {
		t.Errorf("%d have trouble", troubles)
	}
	if _, err := Open(dir, "junk", Options{}); !errors.Is(err, ErrNotStore) {
		t.Error(err)
	}
	if s := reopen(t, dir, Options{}); s.State().Task != "7.2" {
		t.Errorf("the newest is %s", s.State().ID)
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, folderName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var hint interface{ Hint() string }
	if _, err := Create(dir, CreateOptions{}); !errors.Is(err, ErrReadOnly) || !errors.As(err, &hint) || hint.Hint() == "" {
		t.Fatalf("a file in the place of the folder: %v", err)
	}
}

func TestPlansThatAreNone(t *testing.T) {
	dir := t.TempDir()
	if _, err := Create(dir, CreateOptions{Plan: filepath.Join(dir, "none.md")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a plan that is not there: %v", err)
	}
	for name, text := range map[string]string{"empty": "", "junk": "\x00\xff\xfe", "no steps": "# Title\n\nwords\n"} {
		s, err := Create(dir, CreateOptions{Plan: writePlan(t, dir, text), Options: options(t, nil)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.State().Plan.Problems) == 0 && len(s.State().Steps) == 0 && name != "no steps" {
			t.Errorf("%s: no problem is told", name)
		}
		_ = s.Close()
	}
	if all, _ := List(dir); len(all) != 3 {
		t.Errorf("%d sessions", len(all))
	}
}
