package notes

import (
	"bytes"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
)

// MaxLog is the largest log that is adopted.
const MaxLog = 16 << 20

// Adopted is what was read from a log, so that a session can go on from it.
type Adopted struct {
	File       string        `json:"file"`
	Title      string        `json:"title"` // without date and session
	Task       string        `json:"task,omitempty"`
	Date       time.Time     `json:"date"` // zero where the log has none
	Session    int           `json:"session"`
	Objective  string        `json:"objective"`
	Plan       string        `json:"plan"` // path of the plan as the log names it, "" if it names none
	Steps      []AdoptedStep `json:"steps"`
	Status     string        `json:"status"` // open, blocked, resolved
	StatusText string        `json:"status_text"`
}

// AdoptedStep is a step that the log tells of.
type AdoptedStep struct {
	ID         string   `json:"id"` // the log's number
	Title      string   `json:"title"`
	Items      []string `json:"items"` // what was done, Markdown
	Conclusion string   `json:"conclusion"`
	Line       int      `json:"line"`
}

// logReader is one reading of a log.
type logReader struct {
	*planReader
	log     Adopted
	index   map[string]int
	current int    // the step that top-level items belong to, -1 for none
	section string // the heading that the blocks stand under
}

// AdoptLog reads a log that people or Casebook wrote. It never fails: what
// can't be read is told, and the rest is used. The last status counts.
func AdoptLog(file string, src []byte) (Adopted, []Problem) {
	r := &logReader{planReader: &planReader{plan: Plan{File: file, Problems: []Problem{}}}, index: map[string]int{}, current: -1}
	r.log = Adopted{File: file, Steps: []AdoptedStep{}, Status: "open"}
	if !r.readable(src, MaxLog) {
		return r.log, r.plan.Problems
	}
	src = r.shortLines(bytes.ToValidUTF8(src, []byte("\uFFFD")))
	doc := r.parse(src)
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		r.logBlock(n)
	}
	if r.log.Title == "" {
		r.problem(1, "the log has no heading; its title is taken from the file's name")
		r.log.Title = strings.TrimSuffix(baseName(file), ".md")
	}
	if len(r.log.Steps) == 0 {
		r.problem(0, "no steps: there is no numbered list of what was done")
	}
	if r.log.StatusText == "" {
		r.problem(0, "no Current Status: the investigation is taken to be open")
	}
	return r.log, r.plan.Problems
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (r *logReader) logBlock(n ast.Node) {
	switch b := n.(type) {
	case *ast.Heading:
		r.current, r.section = -1, plainTitle(r.inline(b))
		switch m := stepNumber.FindStringSubmatch(r.section); {
		case r.log.Title == "" || sessionHead.MatchString("# "+r.section):
			r.logTitle(r.section)
		case m != nil && roleOf(r.section) == roleStep:
			r.current = r.logStep(m[1], stripNumber(r.section), r.lineOf(b))
		}
	case *ast.List:
		r.logList(b)
	case *ast.Paragraph:
		r.logParagraph(b)
	}
}

var (
	logDate      = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	logNumber    = regexp.MustCompile(`(?i)session (\d+)`)
	logWhen      = regexp.MustCompile(`(?i)\s*\((?:[^()]*\d{4}-\d{2}-\d{2}[^()]*|[^()]*session \d+[^()]*)\)`)
	continuedBar = regexp.MustCompile(`^(\d{1,9})(?: \(continued\))?\. (.*)$`)
)

func (r *logReader) logTitle(s string) {
	if r.log.Title == "" {
		r.log.Title = strings.TrimSpace(titleKind.ReplaceAllString(logWhen.ReplaceAllString(s, ""), ""))
		r.log.Task = TaskOf(s)
		if r.log.Title == "" {
			r.log.Title = s
		}
	}
	if d := logDate.FindString(s); d != "" {
		if t, err := time.Parse(time.DateOnly, d); err == nil {
			r.log.Date = t
		}
	}
	if m := logNumber.FindStringSubmatch(s); m != nil {
		r.log.Session, _ = strconv.Atoi(m[1])
	}
}

var (
	labelStatus = regexp.MustCompile(`(?i)^(current )?status$`)
	labelPlan   = regexp.MustCompile(`(?i)^plan$`)
	labelConcl  = regexp.MustCompile(`(?i)^conclusions?$`)
	planLinks   = []*regexp.Regexp{
		regexp.MustCompile(`\]\(([^()\s]+)\)`),
		regexp.MustCompile("`([^`]+\\.(?:md|markdown))`"),
		regexp.MustCompile(`([^\s()\[\]]+\.md)\b`),
	}
)

func (r *logReader) logParagraph(b ast.Node) {
	text := r.inline(b)
	name, rest, ok := splitLabel(text)
	if !ok {
		name, rest = r.section, text
	}
	switch {
	case labelStatus.MatchString(name):
		r.current = -1
		r.logStatus(rest)
	case objectiveTitle.MatchString(name):
		if r.log.Objective == "" {
			r.log.Objective = rest
		}
	case labelPlan.MatchString(name):
		r.logPlan(rest)
	case ok && rest == "" && continuedBar.MatchString(name):
		m := continuedBar.FindStringSubmatch(name)
		r.current = r.logStep(m[1], m[2], r.lineOf(b))
	case ok && labelConcl.MatchString(name) && r.current >= 0:
		r.logItem(r.current, text)
	case roleOf(r.section) != roleStep:
		r.current = -1
	}
}

// logPlan takes the plan's path from a link, a code span or a bare name.
func (r *logReader) logPlan(text string) {
	for _, re := range planLinks {
		if m := re.FindStringSubmatch(text); m != nil && r.log.Plan == "" {
			r.log.Plan = m[1]
			if u, err := url.PathUnescape(m[1]); err == nil {
				r.log.Plan = u
			}
		}
	}
}

// logStep is the step of that number, a new one where the log had none.
func (r *logReader) logStep(id, title string, line int) int {
	if i, ok := r.index[id]; ok {
		return i
	}
	r.index[id] = len(r.log.Steps)
	r.log.Steps = append(r.log.Steps, AdoptedStep{ID: id, Title: title, Items: []string{}, Line: line})
	return len(r.log.Steps) - 1
}

func (r *logReader) logList(l *ast.List) {
	if !l.IsOrdered() {
		if r.current >= 0 {
			r.logItems(r.current, l)
		} else if labelStatus.MatchString(r.section) {
			r.logStatus(strings.Join(r.sentences([]ast.Node{l}), " "))
		}
		return
	}
	r.current = -1
	for it := l.FirstChild(); it != nil; it = it.NextSibling() {
		first := it.FirstChild()
		if first == nil || !isText(first) {
			continue
		}
		title, rest, ok := splitLabel(r.inline(first))
		if !ok {
			title, rest = r.inline(first), ""
		}
		id := strconv.Itoa(r.itemNumber(it))
		if at, taken := r.index[id]; taken && r.log.Steps[at].Title != plainTitle(title) {
			r.problem(r.lineOf(it), "step number %s stands twice, first in line %d", id, r.log.Steps[at].Line)
			for n := len(r.log.Steps) + 1; ; n++ {
				if id = strconv.Itoa(n); !r.has(id) {
					break
				}
			}
		}
		i := r.logStep(id, plainTitle(title), r.lineOf(it))
		if rest != "" {
			r.log.Steps[i].Items = append(r.log.Steps[i].Items, rest)
		}
		for n := first.NextSibling(); n != nil; n = n.NextSibling() {
			if sub, ok := n.(*ast.List); ok {
				r.logItems(i, sub)
			} else if isText(n) {
				r.logItem(i, r.inline(n))
			}
		}
	}
}

func (r *logReader) has(id string) bool { _, ok := r.index[id]; return ok }

func (r *logReader) logItems(step int, l *ast.List) {
	for it := l.FirstChild(); it != nil; it = it.NextSibling() {
		var text []string
		for n := it.FirstChild(); n != nil; n = n.NextSibling() {
			if sub, ok := n.(*ast.List); ok {
				text = append(text, r.sentences([]ast.Node{sub})...)
			} else if isText(n) {
				text = append(text, r.inline(n))
			}
		}
		r.logItem(step, strings.Join(text, " "))
	}
}

func (r *logReader) logItem(step int, text string) {
	s := &r.log.Steps[step]
	if name, rest, ok := splitLabel(text); ok && labelConcl.MatchString(name) {
		s.Conclusion = strings.TrimSpace(rest) // the last one counts
		return
	}
	if text = strings.TrimSpace(text); text != "" {
		s.Items = append(s.Items, text)
	}
}

var (
	boldStatus = regexp.MustCompile(`(?i)\*\*(open|blocked|resolved|done|completed?|fixed|closed|in progress)\*\*`)
	wordStatus = regexp.MustCompile(`(?i)\b(unresolved|not resolved|not fixed|not blocked|unblocked|blocked|resolved|fixed)\b`)
)

// logStatus reads the status: a word in bold says it, else one in the text.
func (r *logReader) logStatus(text string) {
	if text == "" {
		return
	}
	r.log.StatusText = text
	r.log.Status = "open"
	word := ""
	if all := boldStatus.FindAllStringSubmatch(text, -1); all != nil {
		word = all[len(all)-1][1]
	} else if all := wordStatus.FindAllString(text, -1); all != nil {
		word = all[len(all)-1]
	}
	switch strings.ToLower(word) {
	case "blocked":
		r.log.Status = "blocked"
	case "resolved", "done", "complete", "completed", "fixed", "closed":
		r.log.Status = "resolved"
	}
}
