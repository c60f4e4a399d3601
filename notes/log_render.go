package notes

import (
	"fmt"
	"strings"
	"time"

	"casebook/notes/safe"
	"casebook/steps/fact"
)

const (
	maxEvidenceLines = 40
	maxEvidenceBytes = 4 << 10
	maxTableRows     = 40
	shortCommand     = 96
)

// layout is where an entry stands: as an item of a step's numbered list, as an
// item below a step that goes on, or by itself.
type layout struct{ first, body, end string }

var (
	inList   = layout{"    *   ", "        ", "    "}
	inItems  = layout{"*   ", "    ", ""}
	byItself = layout{"", "> ", ""}
)

// renderEntry is the entry's bytes, the marker and a newline last.
func renderEntry(e Entry, l layout) string {
	line, body := entryText(e)
	line = l.first + line
	if body == "" {
		return line + " " + markerFor(e.ID) + "\n"
	}
	var b strings.Builder
	b.WriteString(line + "\n")
	b.WriteString(strings.TrimRight(l.body, " ") + "\n")
	for _, s := range strings.Split(strings.TrimRight(body, "\n"), "\n") {
		b.WriteString(strings.TrimRight(l.body+s, " ") + "\n")
	}
	b.WriteString(l.end + markerFor(e.ID) + "\n")
	return b.String()
}

// entryText is the entry's first line and what stands under it, both Markdown.
func entryText(e Entry) (line, body string) {
	switch e.Kind {
	case EntryCommand:
		return commandText(e)
	case EntryFinding:
		return "**Finding:** " + markerText.Replace(safe.Inline(strings.Join(strings.Fields(e.Text), " "))), ""
	case EntryConclusion:
		return labelledText("**Conclusion:** ", e.Text)
	case EntryNote:
		return labelledText("**Note:** ", e.Text)
	case EntryTable:
		return tableText(e)
	case EntryStatus:
		return "**Current Status:** " + statusText(e), ""
	default:
		return labelledText("", e.Text)
	}
}

// labelledText puts a text of one line behind its label and a longer one under it.
func labelledText(label, text string) (line, body string) {
	text = foreignMarkdown(text)
	if !strings.Contains(text, "\n") && !startsBlock(text) {
		return label + text, ""
	}
	if label == "" {
		label = "Noted:"
	}
	return strings.TrimSpace(label), text
}

// startsBlock says whether a line would begin something else than a paragraph.
func startsBlock(s string) bool {
	return s == "" || strings.ContainsRune("#>|~", rune(s[0])) || strings.HasPrefix(s, "```") ||
		strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "* ") || strings.HasPrefix(s, "+ ") || leadingNumber.MatchString(s) || s[0] == '<'
}

func commandText(e Entry) (line, body string) {
	var said []string
	if e.Side != "" {
		said = append(said, "the "+safe.Inline(e.Side)+" launch")
	}
	if e.Verdict != "" {
		said = append(said, "**"+safe.Inline(e.Verdict)+"**")
	}
	if e.Exit != "" {
		said = append(said, safe.Inline(e.Exit))
	}
	said = append(said, FormatTook(e.Took))
	if !e.At.IsZero() {
		said = append(said, "at "+e.At.Format(time.TimeOnly))
	}
	cmd := foreign(e.Command)
	what := strings.Join(said, ", ")
	if t := strings.TrimSpace(e.Text); t != "" {
		what += ". " + oneLine(t)
	}
	if strings.ContainsAny(cmd, "\n`") || len(cmd) > shortCommand {
		line, body = "Ran ("+what+"):", safe.Fence("sh", cmd)
	} else {
		line = "Ran " + safe.Code(cmd) + " (" + what + ")"
	}
	return line, joinBlocks(body, evidenceText(e.Evidence))
}

func evidenceText(s string) string {
	s = strings.Trim(foreign(s), "\n")
	if strings.TrimSpace(s) == "" {
		return ""
	}
	kept, left := lastLines(s, maxEvidenceLines, maxEvidenceBytes)
	head := "Evidence:\n\n"
	if left > 0 {
		head = fmt.Sprintf("Evidence (the last %d of %d lines):\n\n", strings.Count(kept, "\n")+1, strings.Count(s, "\n")+1)
	}
	return head + safe.Fence("text", kept)
}

// lastLines keeps the end of s and says how many lines were left out before it.
func lastLines(s string, lines, size int) (kept string, left int) {
	start := len(s)
	for n := 0; n < lines; n++ {
		i := strings.LastIndexByte(s[:start], '\n')
		if len(s)-i-1 > size && n > 0 {
			start++
			break
		}
		if start = max(i, 0); i < 0 {
			break
		}
		if n == lines-1 {
			start++
		}
	}
	kept = strings.TrimPrefix(s[min(start, len(s)):], "\n")
	left = strings.Count(s[:len(s)-len(kept)], "\n")
	if len(kept) > 2*size {
		kept = "… " + strings.ToValidUTF8(kept[len(kept)-2*size:], "")
	}
	return kept, left
}

func joinBlocks(blocks ...string) string {
	var out []string
	for _, b := range blocks {
		if b = strings.Trim(b, "\n"); b != "" {
			out = append(out, b)
		}
	}
	return strings.Join(out, "\n\n")
}

func tableText(e Entry) (line, body string) {
	if e.Table == nil {
		return labelledText("", e.Text)
	}
	title := e.Table.Title
	if title == "" {
		title = "Result"
	}
	line = fmt.Sprintf("**%s:**", safe.Inline(title))
	if e.Text != "" {
		line += " " + oneLine(e.Text)
	}
	return line, markerText.Replace(tableMarkdown(*e.Table, maxTableRows))
}

// tableMarkdown is a table of at most so many rows; 0 for all of them.
func tableMarkdown(t fact.Table, limit int) string {
	cols := len(t.Columns)
	for _, r := range t.Rows {
		cols = max(cols, len(r))
	}
	if cols == 0 {
		return ""
	}
	var b strings.Builder
	row := func(cells []string) {
		for i := range cols {
			c := ""
			if i < len(cells) {
				c = safe.Cell(cells[i])
			}
			b.WriteString("| " + c + " ")
		}
		b.WriteString("|\n")
	}
	row(t.Columns)
	b.WriteString(strings.Repeat("| --- ", cols) + "|\n")
	for i, r := range t.Rows {
		if limit > 0 && i == limit {
			fmt.Fprintf(&b, "\n… and %d more rows: they are in the export.\n", len(t.Rows)-i)
			break
		}
		row(r)
	}
	return b.String()
}

// statusText ends with the status in bold, where readers of such logs look.
func statusText(e Entry) string {
	text := oneLine(e.Text)
	if e.Status == "" {
		return text
	}
	word := "**" + safe.Inline(strings.ToUpper(e.Status[:1])+e.Status[1:]) + "**"
	if text == "" {
		return word + "."
	}
	return strings.TrimRight(text, ". ") + ". The investigation is " + word + "."
}

// FormatTook is a duration as the log writes it: "0.4 ms", "20.0 s", "2 m 04 s".
func FormatTook(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d m", int(d.Hours()), int(d.Minutes())%60)
}
