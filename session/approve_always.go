package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/aymanbagabas/go-udiff"
	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"
)

// always is one line of the user's file of approvals: a command, and the plan
// that it stands in, by path and content.
type always struct {
	Plan    string    `json:"plan"`
	Hash    string    `json:"hash"`
	Action  string    `json:"action"`
	Command string    `json:"command"` // masked
	Digest  string    `json:"digest"`  // sha256 of the exact command
	At      time.Time `json:"at"`
}

func (s *Session) approvalsFile() string {
	if s.opts.Approvals != "" {
		return s.opts.Approvals
	}
	return filepath.Join(xdg.StateHome, "casebook", "approvals.json")
}

// readAlways fails closed: what can't be read approves nothing.
func (s *Session) readAlways() ([]always, error) {
	b, err := os.ReadFile(s.approvalsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []always
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", s.approvalsFile(), err)
	}
	return all, nil
}

// withoutAlways leaves out what the user approved for always, and tells of the
// rest what it was when they did.
func (s *Session) withoutAlways(st *State, pending []Approval) []Approval {
	all, err := s.readAlways()
	if err != nil || len(pending) == 0 {
		return pending
	}
	pending = slices.DeleteFunc(pending, func(a Approval) bool {
		return slices.ContainsFunc(all, func(ok always) bool {
			return a.File != "" && ok.Plan == a.File && ok.Hash == a.Hash && ok.Digest == hashOf([]byte(a.exact))
		})
	})
	for i := range pending {
		pending[i].ChangedFrom = changedFrom(pending[i], all)
	}
	return pending
}

// changedFrom compares a command with the last one approved in the same place of the plan.
func changedFrom(a Approval, all []always) string {
	for _, was := range slices.Backward(all) {
		if was.Plan == a.File && was.Hash != a.Hash && was.Action == a.Action {
			if was.Digest == hashOf([]byte(a.exact)) {
				return "the command is the same; the plan around it has changed"
			}
			return wordDiff(was.Command, a.Command)
		}
	}
	return ""
}

// wordDiff writes "run [-old-] {+new+} here".
func wordDiff(from, to string) string {
	lines := func(s string) string { return strings.Join(strings.Fields(s), "\n") + "\n" }
	a, b := lines(from), lines(to)
	var out strings.Builder
	at := 0
	for _, e := range udiff.Lines(a, b) {
		out.WriteString(a[at:e.Start])
		if old := strings.Fields(a[e.Start:e.End]); len(old) > 0 {
			out.WriteString("[-" + strings.Join(old, " ") + "-]\n")
		}
		if fresh := strings.Fields(e.New); len(fresh) > 0 {
			out.WriteString("{+" + strings.Join(fresh, " ") + "+}\n")
		}
		at = e.End
	}
	out.WriteString(a[at:])
	return strings.Join(strings.Fields(out.String()), " ")
}

// approveAlways adds a line to the user's file, under its lock: another
// casebook may be adding one too.
func (s *Session) approveAlways(a Approval) error {
	if a.File == "" {
		return failf(nil, "approve it for the session", "only commands of a plan file can be approved for always")
	}
	path := s.approvalsFile()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer lock.Close()
	all, err := s.readAlways()
	if err != nil {
		return err
	}
	all = append(all, always{Plan: a.File, Hash: a.Hash, Action: a.Action, Command: a.Command, Digest: hashOf([]byte(a.exact)), At: s.now().UTC()})
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return renameio.WriteFile(path, append(b, '\n'), 0o600, renameio.IgnoreUmask())
}
