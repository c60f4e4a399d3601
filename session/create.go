package session

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"casebook/notes"
	"casebook/session/store"
)

// CreateOptions says what a new session starts from: a plan, a log written by
// hand, or neither, which makes an investigation of two commands.
type CreateOptions struct {
	Options
	Plan    string // path of a plan
	Log     string // path of a log to adopt
	Case    Case   // wins, field by field, over what the plan says
	Title   string // "": the plan's
	LogPath string // "": chosen by day, task and memory bank
}

// Create starts a session in dir/.casebook.
func Create(dir string, o CreateOptions) (*Session, error) {
	folder, err := folderOf(dir)
	if err != nil {
		return nil, err
	}
	start, err := readStart(filepath.Dir(folder), o)
	if err != nil {
		return nil, err
	}
	if err := store.Folder(folder); err != nil {
		return nil, err
	}
	store.Sweep(folder, time.Hour)
	now := time.Now()
	if o.Now != nil {
		now = o.Now()
	}
	st, err := createNext(folder, start, now)
	if err != nil {
		return nil, err
	}
	return begin(st, o.Options)
}

// start is what a session begins with, as it was written.
type start struct {
	created bodyCreated
	Case    Case
}

// mostSessions of one day and task is more than anybody has.
const mostSessions = 10000

// createNext gives the session the next free number of its day and task.
func createNext(folder string, s start, now time.Time) (*store.Store, error) {
	base := now.Format("2006-01-02") + "-" + taskWord(s.created.Task, s.created.Title)
	mask := newMask(nil)
	for n := 1; n < mostSessions; n++ {
		id := fmt.Sprintf("%s-%d", base, n)
		path := filepath.Join(folder, id+".db")
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		s.created.ID, s.created.Number = id, n
		masked := createdRecord(mask, s)
		r := newRecord(now, recCreated, "", masked.body)
		r.Raw = masked.raw
		st, err := store.Create(path, mask.Key(), r)
		if errors.Is(err, store.ErrExists) {
			continue // another process was faster
		}
		return st, err
	}
	return nil, fmt.Errorf("session: there are %d sessions of %s already", mostSessions-1, base)
}

func readStart(dir string, o CreateOptions) (start, error) {
	var s start
	var err error
	switch {
	case o.Plan != "" && o.Log != "":
		return s, failf(nil, "give one of them", "a session starts from a plan or from a log, not from both")
	case o.Plan != "":
		s.created.Plan, err = readPlan(o.Plan)
	case o.Log != "":
		err = s.adopt(o.Log)
	default:
		s.created.Plan = twoCommands()
	}
	if err != nil {
		return s, err
	}
	return s, s.settle(dir, o)
}

// settle fills in what plan and options say together.
func (s *start) settle(dir string, o CreateOptions) error {
	b := &s.created
	b.Dir, b.Log = dir, o.LogPath
	b.Title = firstOf(o.Title, b.Title, b.Plan.Title, "Investigation")
	b.Task = firstOf(b.Task, notes.TaskOf(b.Title), notes.TaskOf(b.Plan.Title))
	planned, err := caseOf(&b.Plan)
	if err != nil {
		return err
	}
	s.Case, b.FromPlan = mergeCase(planned, o.Case)
	return nil
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			return w
		}
	}
	return ""
}

// readPlan reads and pins a plan. What is wrong in it stands in its problems.
func readPlan(path string) (notes.Plan, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return notes.Plan{}, fmt.Errorf("plan %s: %w", path, err)
	}
	src, err := os.ReadFile(abs)
	if err != nil {
		return notes.Plan{}, fmt.Errorf("plan: %w", err)
	}
	p := notes.ParsePlan(abs, src)
	p.Hash = hashOf(src)
	return p, nil
}

var notWord = regexp.MustCompile(`[^a-z0-9.]+`)

// taskWord is the part of an ID that tells what it is about.
func taskWord(task, title string) string {
	if task != "" {
		return "task" + strings.Trim(notWord.ReplaceAllString(strings.ToLower(task), "-"), "-.")
	}
	slug := strings.Trim(notWord.ReplaceAllString(strings.ToLower(title), "-"), "-.")
	if len(slug) > 24 {
		cut := max(strings.LastIndexByte(slug[:25], '-'), 8)
		slug = strings.TrimRight(slug[:cut], "-.")
	}
	if slug == "" {
		return "case"
	}
	return slug
}
