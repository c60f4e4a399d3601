package notes

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"casebook/notes/safe"
)

// Exported says what an export did.
type Exported struct {
	Report    string   `json:"report"`    // path of the report
	Wrote     []string `json:"wrote"`     // files that were written
	Unchanged []string `json:"unchanged"` // files that already said the same
}

// bankFiles are the files of a memory bank that hold a block per investigation.
var bankFiles = []string{"activeContext.md", "progress.md"}

// ExportTo writes the report into a folder. A memory bank (or a folder that has
// one in memory-bank/) gets it in debugging/, and a short block in
// activeContext.md and progress.md where they exist; another folder gets the
// file alone. The same report again changes nothing, not even a time stamp.
func ExportTo(dir string, r Report) (Exported, error) {
	x := Exported{Wrote: []string{}, Unchanged: []string{}}
	bank, isBank := bankAt(dir)
	folder := bank
	if isBank {
		folder = filepath.Join(bank, "debugging")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return x, fmt.Errorf("export: %w", err)
	}
	report, err := reportFile(folder, r)
	if err != nil {
		return x, fmt.Errorf("export: %w", err)
	}
	x.Report = report.path
	type change struct {
		file fileBefore
		data []byte
	}
	changes := []change{{report, append([]byte(reportMark(r)+"\n\n"), ReportMarkdown(r)...)}}
	if isBank { // all of them are read before the first one is written
		for _, name := range bankFiles {
			f, err := readBefore(filepath.Join(bank, name))
			if err != nil {
				return x, fmt.Errorf("export: %w", err)
			}
			if !f.exists {
				continue
			}
			data, err := replaceBlock(f.path, f.data, r.ID, bankBlock(r, "debugging/"+filepath.Base(report.path)))
			if err != nil {
				return x, fmt.Errorf("export: %w", err)
			}
			changes = append(changes, change{f, data})
		}
	}
	for _, c := range changes {
		wrote, err := c.file.replace(c.data)
		if err != nil {
			return x, fmt.Errorf("export: %w", err)
		}
		if wrote {
			x.Wrote = append(x.Wrote, c.file.path)
		} else {
			x.Unchanged = append(x.Unchanged, c.file.path)
		}
	}
	return x, nil
}

// bankAt is the memory bank that dir is or has; else dir itself, and false.
func bankAt(dir string) (string, bool) {
	if filepath.Base(dir) == "memory-bank" {
		return dir, true
	}
	for _, name := range bankFiles {
		if fi, err := os.Stat(filepath.Join(dir, name)); err == nil && fi.Mode().IsRegular() {
			return dir, true
		}
	}
	sub := filepath.Join(dir, "memory-bank")
	if fi, err := os.Stat(sub); err == nil && fi.IsDir() {
		return sub, true
	}
	return dir, false
}

func reportMark(r Report) string { return markerOpen + "report/" + cleanID(r.ID) + " -->" }

// ReportName is the report's file name: 2025-04-13_task7.2_slug-report.md, with
// the session's number from the second one on.
func ReportName(r Report) string {
	name := strings.TrimSuffix(logName(r.Created, r.Task, r.Title), ".md")
	if r.Number > 1 {
		name += fmt.Sprintf("-session%d", r.Number)
	}
	return name + "-report.md"
}

// reportFile is the file that the report goes to. One of the same name that
// tells of another investigation is left alone.
func reportFile(folder string, r Report) (fileBefore, error) {
	name := ReportName(r)
	for i := 2; ; i++ {
		f, err := readBefore(filepath.Join(folder, name))
		if err != nil || !f.exists || bytes.HasPrefix(f.data, []byte(reportMark(r)+"\n")) {
			return f, err
		}
		name = strings.TrimSuffix(ReportName(r), ".md") + fmt.Sprintf("-%d.md", i)
	}
}

// bankBlock is what a memory bank keeps of an investigation: short, dated by
// its last record, with a link to the rest.
func bankBlock(r Report, link string) string {
	date := "undated"
	if !r.Updated.IsZero() {
		date = r.Updated.Format(time.DateOnly)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** (%s): **%s**\n\n", reportTitle(r), date, safe.Inline(statusWord(r.Status)))
	said := 0
	if r.Answer != "" {
		fmt.Fprintf(&b, "- %s\n", clip(firstParagraph(r.Answer), 400))
		said++
	}
	for _, text := range newestFindings(r.Findings, 3-said) {
		fmt.Fprintf(&b, "- %s\n", markerText.Replace(safe.Inline(clip(text, 300))))
	}
	if r.Next != "" {
		fmt.Fprintf(&b, "- Next: %s\n", clip(oneLine(r.Next), 300))
	}
	fmt.Fprintf(&b, "- Report: [%s](%s)\n", linkText(filepath.Base(link)), linkTarget(link))
	return b.String()
}

// newestFindings are at most n different findings, conclusions first and the newest first among them.
func newestFindings(all []ReportFinding, n int) []string {
	var out []string
	for _, conclusions := range []bool{true, false} {
		for i := len(all) - 1; i >= 0 && len(out) < n; i-- {
			text := strings.Join(strings.Fields(all[i].Text), " ")
			if (all[i].Level == "conclusion") == conclusions && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

func firstParagraph(s string) string {
	first, _, _ := strings.Cut(foreignMarkdown(s), "\n\n")
	return strings.Join(strings.Fields(first), " ")
}
