package notes

import (
	"fmt"
	"strings"
	"time"

	"casebook/notes/safe"
)

// ReportMarkdown renders a report. The same report gives the same bytes.
func ReportMarkdown(r Report) []byte {
	m := &reportWriter{}
	m.head(r)
	m.graph(r.Graph)
	m.tail(r)
	return []byte(m.String())
}

// reportWriter writes blocks with one empty line between.
type reportWriter struct{ strings.Builder }

func (m *reportWriter) block(format string, args ...any) {
	s := strings.Trim(fmt.Sprintf(format, args...), "\n")
	if s == "" {
		return
	}
	if m.Len() > 0 {
		m.WriteString("\n")
	}
	m.WriteString(s + "\n")
}

// head is what stands before the graph: the answer before the data.
func (m *reportWriter) head(r Report) {
	m.block("# %s", reportTitle(r))
	said := "**Status:** " + safe.Inline(statusWord(r.Status))
	if r.Number > 0 {
		said += fmt.Sprintf(" · session %d", r.Number)
	}
	m.block("%s · last record %s", said, stamp(r.Updated))
	if r.Objective != "" {
		m.block("**Objective:** %s", oneLine(r.Objective))
	}
	if r.Answer != "" {
		m.block("## Answer")
		m.block("%s", foreignMarkdown(r.Answer))
	}
	if len(r.Findings) > 0 {
		m.block("## Findings")
		m.block("%s", findingsList(r.Findings))
	}
	if r.Next != "" {
		m.block("**Next:** %s", oneLine(r.Next))
	}
	m.caseOf(r)
	for i, s := range r.Steps {
		if i == 0 {
			m.block("## Steps")
		}
		m.step(s)
	}
}

func (m *reportWriter) caseOf(r Report) {
	var lines []string
	for _, p := range r.Case {
		if p.Value == "" {
			continue
		}
		v := safe.Inline(p.Value)
		if p.Code {
			v = safe.Code(p.Value)
		}
		lines = append(lines, fmt.Sprintf("- **%s:** %s", safe.Inline(p.Name), v))
	}
	for _, p := range []struct{ name, path string }{{"plan", r.Plan}, {"log", r.Log}} {
		if p.path != "" {
			lines = append(lines, fmt.Sprintf("- **%s:** %s", p.name, safe.Code(p.path)))
		}
	}
	if len(lines) > 0 {
		m.block("## Case")
		m.block("%s", strings.Join(lines, "\n"))
	}
}

func (m *reportWriter) step(s ReportStep) {
	m.block("### %s. %s", safe.Inline(s.ID), oneLine(s.Title))
	said := []string{"**" + safe.Inline(statusWord(s.Status)) + "**", safe.Inline(s.Kind)}
	if s.Took > 0 {
		said = append(said, FormatTook(s.Took))
	}
	if s.Condition != "" {
		said = append(said, "condition: "+oneLine(s.Condition))
	}
	m.block("%s", strings.Join(said, " · "))
	if s.Conclusion != "" {
		m.block("**Conclusion:** %s", foreignMarkdown(s.Conclusion))
	}
	if s.Goal != "" {
		m.block("**Goal:** %s", oneLine(s.Goal))
	}
	if len(s.Findings) > 0 {
		m.block("%s", findingsList(s.Findings))
	}
	m.actions(s.Actions)
	m.runs(s.Runs)
	for _, t := range s.Tables {
		m.block("**%s**", safe.Inline(t.Title))
		m.block("%s", markerText.Replace(tableMarkdown(t, 0)))
	}
	m.notes(s.Notes)
}

func (m *reportWriter) actions(actions []ReportAction) {
	var lines []string
	for _, a := range actions {
		box := "[ ]"
		if a.Done {
			box = "[x]"
		}
		lines = append(lines, strings.Repeat("  ", min(max(a.Depth, 0), 6))+"- "+box+" "+oneLine(a.Text))
	}
	m.block("%s", strings.Join(lines, "\n"))
}

func (m *reportWriter) runs(runs []ReportRun) {
	for _, r := range runs {
		said := []string{}
		for _, s := range []string{r.Side, r.Label, r.Exit} {
			if s != "" {
				said = append(said, safe.Inline(s))
			}
		}
		said = append(said, FormatTook(r.Took))
		if !r.Started.IsZero() {
			said = append(said, stamp(r.Started))
		}
		m.block("**%s** · %s", safe.Inline(orElse(r.Verdict, "no verdict")), strings.Join(said, " · "))
		if r.Command != "" {
			m.block("%s", safe.Fence("sh", markerText.Replace(r.Command)))
		}
		if strings.TrimSpace(r.Evidence) != "" {
			kept, left := lastLines(strings.Trim(foreign(r.Evidence), "\n"), maxEvidenceLines, maxEvidenceBytes)
			if left > 0 {
				kept = fmt.Sprintf("… %d lines before\n%s", left, kept)
			}
			m.block("%s", safe.Fence("text", kept))
		}
	}
}

func (m *reportWriter) notes(notes []ReportNote) {
	for _, n := range notes {
		m.block("**Note**, %s:\n\n%s", stamp(n.At), quote(foreignMarkdown(n.Text)))
	}
}

// tail is what stands behind the graph.
func (m *reportWriter) tail(r Report) {
	if len(r.Notes) > 0 {
		m.block("## Notes")
		m.notes(r.Notes)
	}
	if len(r.Background) > 0 {
		m.block("## Background")
		var lines []string
		for _, b := range r.Background {
			lines = append(lines, "- "+oneLine(b))
		}
		m.block("%s", strings.Join(lines, "\n"))
	}
	for _, s := range r.Sections {
		m.block("## %s", oneLine(s.Title))
		m.block("%s", demote(foreignMarkdown(s.Text)))
	}
}

// graph writes the graph as mermaid, for readers that draw it.
func (m *reportWriter) graph(g *Graph) {
	if g == nil || len(g.Nodes) == 0 {
		return
	}
	m.block("## Decision graph")
	m.block("%s", safe.Fence("mermaid", MermaidText(*g)))
}

func findingsList(fs []ReportFinding) string {
	var lines []string
	for _, f := range fs {
		s := "- "
		if f.Level != "" {
			s += "**" + safe.Inline(f.Level) + ":** "
		}
		s += markerText.Replace(safe.Inline(strings.Join(strings.Fields(f.Text), " ")))
		if len(f.Runs) > 0 {
			s += " (" + safe.Inline(strings.Join(f.Runs, ", ")) + ")"
		}
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}

// reportTitle is the plan's title without the word for what kind of file it was.
func reportTitle(r Report) string {
	t := oneLine(titleKind.ReplaceAllString(r.Title, ""))
	if t == "" {
		t = "Investigation"
	}
	if r.Task != "" && TaskOf(t) == "" {
		t = "Task " + safe.Inline(r.Task) + " - " + t
	}
	return t
}

func quote(s string) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n> ")
}

// demote keeps the headings of a section below its own.
func demote(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "#") {
			lines[i] = "##" + l
		}
	}
	return strings.Join(lines, "\n")
}

var statusWords = map[string]string{"todo": "to do", "": "to do"}

func statusWord(s string) string { return orElse(statusWords[s], s) }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// stamp is a time as reports write it, in the zone it was recorded in.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return t.Format("2006-01-02 15:04:05 -07:00")
}
