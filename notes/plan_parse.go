package notes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const (
	// MaxPlan is the largest plan that is read. A plan is written by hand.
	MaxPlan = 1 << 20
	// maxLine bounds a line: nobody writes longer ones, and deep nesting on one
	// line is where Markdown parsers go slow.
	maxLine     = 1 << 14
	maxNesting  = 40   // list items and quotes that one line opens
	maxParts    = 2000 // headings
	maxSteps    = 1000
	maxProblems = 100
)

// planReader is one reading of one plan.
type planReader struct {
	source
	plan Plan
}

// ParsePlan reads a plan. It never fails: what is malformed is told in
// Problems, all at once and in the order of lines, and the rest is used.
func ParsePlan(file string, src []byte) Plan {
	sum := sha256.Sum256(src)
	r := &planReader{plan: Plan{File: file, Hash: hex.EncodeToString(sum[:]), Steps: []Step{}, Problems: []Problem{}}}
	if r.readable(src, MaxPlan) {
		src = bytes.ToValidUTF8(src, []byte("\uFFFD"))
		src = r.frontMatter(src)
		src = r.shortLines(src)
		r.body(src)
	}
	slices.SortStableFunc(r.plan.Problems, func(a, b Problem) int { return a.Line - b.Line })
	return r.plan
}

func (r *planReader) problem(line int, format string, args ...any) {
	if n := len(r.plan.Problems); n == maxProblems {
		r.plan.Problems = append(r.plan.Problems, Problem{r.plan.File, line, "more problems follow; they are not listed"})
	} else if n < maxProblems {
		r.plan.Problems = append(r.plan.Problems, Problem{r.plan.File, line, fmt.Sprintf(format, args...)})
	}
}

// readable refuses what is no plan before any parser sees it.
func (r *planReader) readable(src []byte, most int) bool {
	if len(src) > most {
		r.problem(0, "the file has %.1f MB; one of more than %d MB is not read", float64(len(src))/1e6, most>>20)
		return false
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		r.problem(1+bytes.Count(src[:i], []byte("\n")), "a NUL byte: this is not a text file")
		return false
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(src, []byte("\uFEFF")))) == 0 {
		r.problem(0, "the file is empty")
		return false
	}
	if i := invalidUTF8(src); i >= 0 {
		r.problem(1+bytes.Count(src[:i], []byte("\n")), "not valid UTF-8 from here: unreadable bytes are shown as \uFFFD")
	}
	return true
}

func invalidUTF8(src []byte) int {
	for i := 0; i < len(src); {
		c, n := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// nesting is how many quotes and list items a line opens, or is indented for.
func nesting(line []byte) int {
	n, blanks := 0, 0
	for i, c := range line {
		switch {
		case c == ' ' || c == '\t':
			blanks++
		case c == '>':
			n++
		case bytes.IndexByte([]byte("-*+.)"), c) >= 0 && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t'):
			n++
		case c >= '0' && c <= '9':
		default:
			return n + blanks/8
		}
	}
	return n + blanks/8
}

// shortLines blanks lines that are too long or too deep to be read, and says so.
func (r *planReader) shortLines(src []byte) []byte {
	out := src
	for line, start := 1, 0; start < len(src); line++ {
		end := len(src)
		if i := bytes.IndexByte(src[start:], '\n'); i >= 0 {
			end = start + i
		}
		why := ""
		if end-start > maxLine {
			why = fmt.Sprintf("the line has %d characters; lines of more than %d are left out", end-start, maxLine)
		} else if nesting(src[start:end]) > maxNesting {
			why = fmt.Sprintf("the line is nested more than %d deep; it is left out", maxNesting)
		}
		if why != "" {
			r.problem(line, "%s", why)
			if &out[0] == &src[0] {
				out = bytes.Clone(src)
			}
			blank(out[start:end])
		}
		start = end + 1
	}
	return out
}

// body reads what follows the front matter.
func (r *planReader) body(src []byte) {
	doc := r.parse(src)
	parts := r.outline(doc)
	r.readGraph(doc)
	r.readTitle(parts)
	r.readParts(parts)
	if len(r.plan.Steps) == 0 {
		r.problem(0, "no steps: there is no heading and no list that could be walked")
	}
	r.finish()
}

// finish gives what has no name yet one, and every step its kind.
func (r *planReader) finish() {
	if r.plan.Title == "" {
		base := filepath.Base(r.plan.File)
		r.plan.Title = strings.TrimSuffix(base, filepath.Ext(base))
	}
	for i := range r.plan.Steps {
		s := &r.plan.Steps[i]
		s.ID = fmt.Sprint(i + 1)
		if s.Title == "" {
			r.problem(s.Line, "step %s has no title", s.ID)
			s.Title = "Step " + s.ID
		}
		if s.Actions == nil {
			s.Actions = []Action{}
		}
		if cmds := FindCommands(s.Title); len(s.Actions) == 0 && len(cmds) > 0 {
			s.Actions = []Action{{Text: s.Title, Commands: cmds, Line: s.Line}}
		}
	}
	r.numberActions()
	for i := range r.plan.Steps {
		s := &r.plan.Steps[i]
		s.Kind = RecognizeKind(s.Title, s.Goal, s.Actions)
	}
}

// numberActions gives every action an ID: the plan's own number where it is
// free, else step.position.
func (r *planReader) numberActions() {
	taken := map[string]int{}
	for i := range r.plan.Steps {
		r.takeNumbers(r.plan.Steps[i].Actions, taken)
	}
	for i := range r.plan.Steps {
		s := &r.plan.Steps[i]
		numberUnder(s.ID, s.Actions, taken)
	}
}

// takeNumbers notes the plan's own numbers, and tells those that stand twice.
func (r *planReader) takeNumbers(actions []Action, taken map[string]int) {
	for i := range actions {
		a := &actions[i]
		if first, ok := taken[a.ID]; ok && a.ID != "" {
			r.problem(a.Line, "action %s stands twice, first in line %d", a.ID, first)
			a.ID = ""
		} else if a.ID != "" {
			taken[a.ID] = max(a.Line, 1)
		}
		r.takeNumbers(a.Sub, taken)
	}
}

func numberUnder(parent string, actions []Action, taken map[string]int) {
	for j := range actions {
		a := &actions[j]
		for n := j + 1; a.ID == ""; n++ {
			if id := fmt.Sprintf("%s.%d", parent, n); taken[id] == 0 {
				a.ID = id
				taken[id] = max(a.Line, 1)
			}
		}
		numberUnder(a.ID, a.Sub, taken)
	}
}

// blockParser knows blocks only: what stands inside a paragraph is kept as
// source, so no inline parser runs. Link definitions stay paragraphs, which
// inline takes for empty: reading them takes squares of time.
func blockParser() parser.Parser {
	return parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...))
}

// parse reads the blocks. A code fence without an end would swallow the steps
// after it: it is told and ended where the next heading begins.
func (r *planReader) parse(src []byte) ast.Node {
	for range 20 {
		r.source = newSource(src)
		doc := blockParser().Parse(text.NewReader(src))
		open := r.unclosedFence(doc)
		if open == nil {
			return doc
		}
		line := r.line(open.Pos())
		r.problem(line, "the code fence that begins here has no end")
		var ok bool
		if src, ok = closeFence(src, r.lineText(line), r.starts, line); !ok {
			return doc
		}
	}
	return blockParser().Parse(text.NewReader(src))
}
