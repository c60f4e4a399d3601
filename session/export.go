package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"casebook/notes"

	"github.com/google/renameio/v2"
)

// ExportOptions says where to and as what: "md" (the default), "html", "json".
type ExportOptions struct {
	To     string // a folder; "": into the memory bank, or beside the log
	Format string
}

// Export writes the report and returns the files that hold it, whether or not
// they had to be changed. The same session exports the same bytes.
func (s *Session) Export(o ExportOptions) ([]string, error) {
	st := s.State()
	r := reportOf(st)
	to := s.exportFolder(st, o.To)
	switch o.Format {
	case "", "md":
		x, err := notes.ExportTo(to, r)
		return append(x.Wrote, x.Unchanged...), err
	case "html":
		return exportFile(to, ".html", r, notes.ReportHTML)
	case "json":
		return exportFile(to, ".json", r, notes.ReportJSON)
	}
	return nil, failf(nil, "formats are md, html, json", "there is no format %q", o.Format)
}

func (s *Session) exportFolder(st *State, to string) string {
	switch {
	case to != "":
		return to
	case notes.FindMemoryBank(st.Dir) != "":
		return notes.FindMemoryBank(st.Dir)
	case st.LogPath != "":
		return filepath.Dir(st.LogPath)
	}
	return st.Dir
}

func exportFile(to, suffix string, r notes.Report, render func(notes.Report) ([]byte, error)) ([]string, error) {
	b, err := render(r)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	path := filepath.Join(to, strings.TrimSuffix(notes.ReportName(r), ".md")+suffix)
	had, err := os.ReadFile(path)
	if err == nil && string(had) == string(b) {
		return []string{path}, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := renameio.WriteFile(path, b, 0o644); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return []string{path}, nil
}

// Pack writes a copy of the session to send, without exact values.
func (s *Session) Pack(dst string) error { return s.store.Pack(dst) }

// ForgetSecrets drops every exact value; what was recorded masked stays.
// Transplants of what was captured before are not possible any more.
func (s *Session) ForgetSecrets() error {
	if err := s.store.ForgetRaw(); err != nil {
		return err
	}
	return s.record(newRecord(s.now(), recForgot, "", struct{}{}))
}
