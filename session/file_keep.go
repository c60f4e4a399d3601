package session

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"casebook/session/store"
	"casebook/steps"
	"casebook/steps/fact"
)

// file writes what a step made into the session's folder, and records where it is.
func (r *Run) file(f *steps.File) ([]*store.Record, error) {
	name := filepath.Base(f.Name)
	if name != f.Name || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".db") {
		return nil, fmt.Errorf("%q is no name for a file beside the session", f.Name)
	}
	path := filepath.Join(filepath.Dir(r.s.path), name)
	if err := renameio.WriteFile(path, f.Data, f.Mode.Perm()&0o700); err != nil {
		return nil, fmt.Errorf("file of step %s: %w", r.step, err)
	}
	return []*store.Record{newRecord(r.s.now(), recFile, r.step, bodyFile{Path: path, Size: len(f.Data)})}, nil
}

func applyFile(f *folder, r *store.Record) error {
	b, err := read[bodyFile](r)
	if err != nil {
		return err
	}
	st, err := f.step(r)
	if err == nil && !slices.Contains(st.Files, b.Path) {
		st.Files = append(slices.Clip(st.Files), b.Path)
	}
	return err
}

// resumed are the trials of a step that was interrupted, as far as they came to
// an end and the case is still the same.
func (s *State) resumed(at *StepState) []fact.Trial {
	if at.Status != Interrupted || at.ResumeFrom.IsZero() {
		return nil
	}
	mine := map[string]bool{}
	for _, id := range at.Trials {
		mine[id] = true
	}
	ended := map[string]bool{}
	for _, why := range trialEnds {
		ended[why] = true
	}
	var out []fact.Trial
	for _, t := range s.Trials {
		if mine[t.ID] && !ended[t.Reason] && t.Verdict != "" && !t.Started.Before(at.ResumeFrom) {
			out = append(out, t)
		}
	}
	return out
}
