package session

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"casebook/notes"
)

// FoundPlan is a Markdown file that looks like a plan.
type FoundPlan struct {
	Path  string // absolute
	Name  string // relative to the folder
	Title string
	Steps int
	At    time.Time // when it was last written
}

// Where plans are looked for: not in what tools keep, not too deep, not in files too big to be written by hand.
const (
	plansDepth = 4
	plansFiles = 400
	plansBytes = 256 << 10
	plansMost  = 30
)

// FindPlans lists the files below dir that look like plans, newest first. What can't be read is passed over.
func FindPlans(dir string) []FoundPlan {
	var found []FoundPlan
	read := 0
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return skip(d)
		}
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() {
			if rel != "." && (notLooked(d.Name()) || strings.Count(rel, string(filepath.Separator)) >= plansDepth) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.EqualFold(filepath.Ext(path), ".md") || read >= plansFiles {
			return nil
		}
		st, err := d.Info()
		if err != nil || !st.Mode().IsRegular() || st.Size() > plansBytes {
			return nil
		}
		read++
		if p, ok := lookAtPlan(path); ok {
			found = append(found, FoundPlan{Path: path, Name: rel, Title: p.Title, Steps: len(p.Steps), At: st.ModTime()})
		}
		return nil
	})
	sort.SliceStable(found, func(i, j int) bool { return found[i].At.After(found[j].At) })
	if len(found) > plansMost {
		found = found[:plansMost]
	}
	return found
}

func skip(d fs.DirEntry) error {
	if d != nil && d.IsDir() {
		return filepath.SkipDir
	}
	return nil
}

func notLooked(name string) bool {
	switch name {
	case "node_modules", "vendor", "venv", "site-packages", "__pycache__":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// lookAtPlan takes a file for a plan when its name says so, or when it asks for an experiment.
func lookAtPlan(path string) (notes.Plan, bool) {
	src, err := os.ReadFile(path)
	if err != nil || ourOwn(path, src) {
		return notes.Plan{}, false
	}
	p := notes.ParsePlan(path, src)
	if len(p.Steps) == 0 {
		return p, false
	}
	name := strings.ToLower(filepath.Base(path))
	if strings.Contains(name, "plan") || strings.Contains(name, "debug") && !strings.Contains(name, "report") && !strings.Contains(name, "_investigation") {
		return p, true
	}
	asked := 0
	for _, s := range p.Steps {
		if s.Kind != "manual" && s.Kind != "command" {
			asked++
		}
	}
	return p, asked >= 2
}

var logTitle = regexp.MustCompile(`(?im)\A(\x{FEFF})?\s*#\s+debug log\b`)

// ourOwn says whether a file is what an investigation left: a log, a report.
// They speak of steps as plans do, and nobody wants to investigate them.
func ourOwn(path string, src []byte) bool {
	if strings.HasSuffix(strings.ToLower(filepath.Base(path)), "-report.md") || logTitle.Match(src) {
		return true
	}
	return filepath.Base(filepath.Dir(path)) == "debugging" && bytes.Contains(src, []byte("<!-- casebook:"))
}
