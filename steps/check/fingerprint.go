package check

import (
	"regexp"
	"strings"
)

// Print tells one failure from another: how the run ended and the last thing it
// complained about. A run that fails with another print failed for another reason.
type Print struct {
	End  string // "exit 1", "signal SIGSEGV", "no end"
	Last string // the last error-like line of the output, scrubbed; empty where there was none
}

// String is the print as one line.
func (p Print) String() string {
	if p.Last == "" {
		return p.End
	}
	return p.End + ": " + p.Last
}

// ParsePrint is the inverse of String.
func ParsePrint(s string) Print {
	end, last, _ := strings.Cut(s, ": ")
	return Print{End: end, Last: last}
}

// SamePrint says whether two failures are alike enough to have one reason.
func SamePrint(a, b Print) bool {
	return a.End == b.End && a.Last == b.Last
}

// FingerPrint reads the print off a run: how it ended and the tails of what it printed, stderr first.
func FingerPrint(end string, outputs ...[]byte) Print {
	p := Print{End: end}
	for _, out := range outputs {
		if line := lastComplaint(out); line != "" {
			p.Last = Scrub(line)
			return p
		}
	}
	return p
}

var (
	complaint = regexp.MustCompile(`(?i)error|exception|fail|fatal|panic|denied|refused|cannot|can't|could not|unable|no such|not found|invalid|abort|killed|timed? ?out|traceback|broken|missing|warning`)
	number    = regexp.MustCompile(`(?i:(errno|exit|status|code|signal)[ :=]{0,2})?\d+`)
	scrubbers = []struct {
		re *regexp.Regexp
		to string
	}{
		{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)?`), "‹time›"},
		{regexp.MustCompile(`\d\d:\d\d:\d\d([.,]\d+)?`), "‹time›"},
		{regexp.MustCompile(`0x[0-9a-fA-F]+`), "‹addr›"},
		{regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`), "‹uuid›"},
		{regexp.MustCompile(`/(tmp|var/tmp|run|dev/pts|proc)/[^\s'":,)]+`), "/$1/‹path›"},
	}
)

// lastComplaint is the last line that looks like an error, else nothing.
func lastComplaint(out []byte) string {
	lines := strings.Split(string(out), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if l := strings.TrimSpace(lines[i]); l != "" && complaint.MatchString(l) {
			return l
		}
	}
	return ""
}

// Scrub takes out of a line what differs between two runs of the same thing: times, addresses, numbers, temporary paths.
func Scrub(line string) string {
	for _, s := range scrubbers {
		line = s.re.ReplaceAllString(line, s.to)
	}
	line = number.ReplaceAllStringFunc(line, func(m string) string {
		if strings.ContainsAny(m, "eEsScC") { // errno 2, exit 1, status 3, code 4, signal 9: the number is the failure
			return m
		}
		return "‹n›"
	})
	if len(line) > 200 {
		line = strings.ToValidUTF8(line[:200], "")
	}
	return line
}
