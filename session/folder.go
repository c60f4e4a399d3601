package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"casebook/session/store"
)

// folderName is where the sessions of a working directory are kept.
const folderName = ".casebook"

func folderOf(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("folder %s: %w", dir, err)
	}
	return filepath.Join(abs, folderName), nil
}

// sessionIDs lists what is in the folder, in no order that means anything.
func sessionIDs(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".db"); ok && !strings.HasPrefix(id, ".") {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// List tells the sessions of dir/.casebook, newest first. One that can't be
// opened is listed with its trouble. Nothing is written.
func List(dir string) ([]Summary, error) {
	folder, err := folderOf(dir)
	if err != nil {
		return nil, err
	}
	ids, err := sessionIDs(folder)
	if err != nil {
		return nil, err
	}
	all := make([]Summary, 0, len(ids))
	for _, id := range ids {
		all = append(all, summarise(id, filepath.Join(folder, id+".db")))
	}
	slices.SortFunc(all, newerFirst)
	return all, nil
}

func newerFirst(a, b Summary) int {
	if c := b.Changed.Compare(a.Changed); c != 0 {
		return c
	}
	return strings.Compare(b.ID, a.ID)
}

func summarise(id, path string) Summary {
	sum := Summary{ID: id, Path: path}
	st, err := os.Stat(path)
	if err == nil {
		sum.Created, sum.Changed = st.ModTime(), st.ModTime()
	}
	s, err := peek(path)
	if err != nil {
		sum.Trouble = err.Error()
		return sum
	}
	sum.Title, sum.Plan, sum.Status = s.Title, s.Plan.File, s.Status
	sum.Created, sum.Changed = s.Created, s.Updated
	sum.Steps, sum.Trials = len(s.Steps), len(s.Trials)
	for _, step := range s.Steps {
		if step.Status == Done || step.Status == Skipped {
			sum.Done++
		}
	}
	if len(s.Active) > 0 && !lockIsFree(path) {
		sum.Runner = s.Active[0].PID
	}
	return sum
}

// peek folds a session without becoming part of it.
func peek(path string) (State, error) {
	st, err := store.OpenToRead(path)
	if err != nil {
		return State{}, err
	}
	defer st.Close()
	f, err := load(st)
	if err != nil {
		return State{}, err
	}
	return f.state(), nil
}

// find resolves what the user calls a session.
func find(dir, id string) (string, error) {
	folder, err := folderOf(dir)
	if err != nil {
		return "", err
	}
	ids, err := sessionIDs(folder)
	if err != nil {
		return "", err
	}
	if len(ids) == 0 {
		return "", failf(ErrNoSession, "start one: casebook new PLAN.md", "no sessions in %s", folder)
	}
	if id == "" {
		return newest(folder, ids), nil
	}
	if slices.Contains(ids, id) {
		return filepath.Join(folder, id+".db"), nil
	}
	ids = slices.DeleteFunc(ids, func(have string) bool { return !strings.HasPrefix(have, id) })
	slices.Sort(ids)
	switch len(ids) {
	case 0:
		return "", failf(ErrNoSession, "see casebook list", "no session in %s begins with %q", folder, id)
	case 1:
		return filepath.Join(folder, ids[0]+".db"), nil
	}
	return "", failf(ErrAmbiguous, "say more of the name", "%q may be any of: %s", id, strings.Join(ids, ", "))
}

// newest is the session that was changed last, by its last record; a session
// that can't be read is only chosen where there is no other.
func newest(folder string, ids []string) string {
	if len(ids) == 1 {
		return filepath.Join(folder, ids[0]+".db")
	}
	best := ""
	var when int64
	for _, id := range ids {
		path := filepath.Join(folder, id+".db")
		at := int64(1)
		if t, err := lastChange(path); err == nil {
			at = t.UnixNano()
		}
		if at > when {
			best, when = path, at
		}
	}
	return best
}

func lastChange(path string) (time.Time, error) {
	st, err := store.OpenToRead(path)
	if err != nil {
		return time.Time{}, err
	}
	defer st.Close()
	return st.LastAt()
}
