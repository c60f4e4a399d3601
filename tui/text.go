package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"casebook/notes/safe"
)

// clean makes text of somebody else harmless: one line, nothing that moves the cursor.
func clean(s string) string {
	s = safe.Line(s)
	if strings.IndexByte(s, '\t') >= 0 {
		s = strings.ReplaceAll(s, "\t", "    ")
	}
	return s
}

// cleanText is clean for text of several lines.
func cleanText(s string) string {
	return strings.ReplaceAll(strings.TrimRight(safe.Text(s), "\n"), "\t", "    ")
}

// cut shortens s to w cells; what is missing is told by an ellipsis.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if short(s, w) {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// short says cheaply whether s surely fits into w cells: printable ASCII that is not too long.
func short(s string, w int) bool {
	if len(s) > w {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// width is the number of cells s takes.
func width(s string) int {
	if short(s, len(s)) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// pad makes s exactly w cells wide.
func pad(s string, w int) string {
	s = cut(s, w)
	if n := w - width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// apart puts left and right at the two ends of w cells; where both do not fit, left is cut.
func apart(left, right string, w int) string {
	rw := width(right)
	if rw == 0 || rw+8 > w {
		return pad(left, w)
	}
	return pad(left, w-rw) + right
}

// wrap breaks s into lines of at most w cells, at blanks where it can.
func wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	var out []string
	for _, p := range strings.Split(s, "\n") {
		out = append(out, strings.Split(lipgloss.Wrap(p, w, ""), "\n")...)
	}
	return out
}

// hang wraps s behind a head, with the following lines indented under its text.
func hang(head, s string, w int) []string {
	n := width(head)
	lines := wrap(s, w-n)
	for i := range lines {
		if i == 0 {
			lines[i] = head + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", n) + lines[i]
		}
	}
	return lines
}

// human is a duration as people say it, always with its unit.
func human(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < 10*time.Millisecond && d > 0:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second && d > 0:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 10*time.Minute:
		return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < time.Hour:
		return fmt.Sprintf("%d m", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %02d m", int(d.Hours()), int(d.Minutes())%60)
}

// ago is how long before now t was, in one word or two.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 60*24*time.Hour:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
	return t.Format("2006-01-02")
}

// size is a number of bytes with its unit.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
}

// count is n things, in the singular where it is one.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// clamp keeps v between lo and hi; lo wins where they cross.
func clamp(v, lo, hi int) int { return max(lo, min(v, hi)) }

// brief is a duration for a narrow column.
func brief(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%.0f m", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
