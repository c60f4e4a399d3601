package notes

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// step adds the step that a heading begins; sub are the headings below it.
func (r *planReader) step(p part, sub []part) {
	title, cond := takeConditions(p.title)
	s := Step{Title: plainTitle(stripNumber(title)), Condition: cond, Line: p.line}
	r.fill(&s, p.blocks)
	for _, q := range sub {
		switch name := q.title; {
		case labelGoal.MatchString(name):
			s.addGoal(strings.Join(r.sentences(q.blocks), " "))
		case labelActions.MatchString(name), labelCondition.MatchString(name):
			r.labelled(&s, name, "", q.blocks, q.line)
		default:
			t, c := takeConditions(q.title)
			under := Step{}
			r.fill(&under, q.blocks)
			a := newAction(t, q.line)
			a.Condition = c
			a.Sub = under.Actions
			if under.Goal != "" {
				a.Sub = append([]Action{newAction(under.Goal, q.line)}, a.Sub...)
			}
			s.Actions = append(s.Actions, a)
		}
	}
	r.plan.Steps = append(r.plan.Steps, s)
}

// itemStep adds the step that a list item is: "**Title:** rest", with the
// blocks under it.
func (r *planReader) itemStep(it ast.Node) {
	s := Step{Line: r.lineOf(it)}
	first := it.FirstChild()
	var rest []ast.Node
	if first != nil && isText(first) {
		title, after := stripTask(r.inline(first)), ""
		if name, text, ok := splitLabel(title); ok {
			title, after = name, text
		}
		title, s.Condition = takeConditions(title)
		s.Title = plainTitle(title)
		after, cond := takeCondition(after)
		s.addCondition(cond)
		s.addGoal(after)
		first = first.NextSibling()
	}
	for ; first != nil; first = first.NextSibling() {
		rest = append(rest, first)
	}
	r.fill(&s, rest)
	r.plan.Steps = append(r.plan.Steps, s)
}

func isText(n ast.Node) bool {
	switch n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		return true
	}
	return false
}

// fill reads the body of a step: labels ("**Goal:**"), lists and fences.
func (r *planReader) fill(s *Step, blocks []ast.Node) {
	for _, b := range blocks {
		switch b := b.(type) {
		case *ast.List:
			for it := b.FirstChild(); it != nil; it = it.NextSibling() {
				r.fillItem(s, it)
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			r.codeUnder(&s.Actions, b)
		case *ast.HTMLBlock, *ast.ThematicBreak:
		default:
			r.fillText(s, b)
		}
	}
}

func (r *planReader) fillText(s *Step, b ast.Node) {
	text := r.inline(b)
	if text == "" {
		for c := b.FirstChild(); c != nil; c = c.NextSibling() { // a quote
			r.fillText(s, c)
		}
		return
	}
	if name, rest, ok := splitLabel(text); ok && known(name) {
		r.labelled(s, name, rest, nil, r.lineOf(b))
		return
	}
	if s.Goal == "" && len(s.Actions) == 0 && len(FindCommands(text)) == 0 {
		s.addGoal(text)
		return
	}
	s.Actions = append(s.Actions, newAction(text, r.lineOf(b)))
}

// fillItem reads a list item of a step: a label with what is under it, or an action.
func (r *planReader) fillItem(s *Step, it ast.Node) {
	if first := it.FirstChild(); first != nil && isText(first) {
		if name, rest, ok := splitLabel(r.inline(first)); ok && known(name) {
			var under []ast.Node
			for n := first.NextSibling(); n != nil; n = n.NextSibling() {
				under = append(under, n)
			}
			r.labelled(s, name, rest, under, r.lineOf(it))
			return
		}
	}
	if a, ok := r.action(it); ok {
		s.Actions = append(s.Actions, a)
	}
}

// labelled reads "Goal", "Actions" or "Condition" with what stands behind and
// under it.
func (r *planReader) labelled(s *Step, name, rest string, under []ast.Node, line int) {
	switch {
	case labelGoal.MatchString(name):
		s.addGoal(strings.TrimSpace(rest + " " + strings.Join(r.sentences(under), " ")))
	case labelCondition.MatchString(name):
		s.addCondition(strings.TrimSpace(rest + " " + strings.Join(r.sentences(under), " ")))
	default:
		lead, cond := takeCondition(rest)
		s.addCondition(cond)
		if lead != "" && len(under) == 0 {
			s.Actions = append(s.Actions, newAction(lead, line))
		} else if lead != "" {
			s.Lead = strings.TrimSpace(s.Lead + " " + lead)
		}
		inner := Step{Goal: "-"} // a paragraph under "Actions" is an action
		r.fill(&inner, under)
		s.Actions = append(s.Actions, inner.Actions...)
		s.addCondition(inner.Condition)
	}
}

func (s *Step) addGoal(text string) { s.Goal = strings.TrimSpace(s.Goal + " " + text) }

func (s *Step) addCondition(c string) {
	if c != "" && s.Condition != "" {
		c = "; " + c
	}
	s.Condition += c
}

var (
	labelGoal      = regexp.MustCompile(`(?i)^(goals?|objectives?|purpose|aim|why)$`)
	labelActions   = regexp.MustCompile(`(?i)^(actions?|steps?|tasks?|procedure|how|to ?do|what to do|method|checks?|commands?)$`)
	labelCondition = regexp.MustCompile(`(?i)^(conditions?|when|only if|prerequisites?|preconditions?|trigger)$`)
	labelText      = regexp.MustCompile(`^(?:\*\*|__)(.+?)(?:(:)(?:\*\*|__)|(?:\*\*|__)(:))\s*(.*)$`)
	plainLabel     = regexp.MustCompile(`^([A-Za-z][A-Za-z ]{1,20}):\s*(.*)$`)
	boldAlone      = regexp.MustCompile(`^(?:\*\*|__)([^*]+)(?:\*\*|__)$`)
)

func known(label string) bool {
	return labelGoal.MatchString(label) || labelActions.MatchString(label) || labelCondition.MatchString(label)
}

// splitLabel parts "**Goal:** text" and "**Goal**: text"; a plain "Goal: text"
// only where the label is a known one.
func splitLabel(s string) (label, rest string, ok bool) {
	if m := labelText.FindStringSubmatch(s); m != nil && !strings.Contains(m[1], "**") {
		return strings.TrimSpace(m[1]), m[4], true
	}
	if m := boldAlone.FindStringSubmatch(s); m != nil {
		return strings.TrimSpace(m[1]), "", true
	}
	if m := plainLabel.FindStringSubmatch(s); m != nil && (known(m[1]) || roleOf(m[1]) == roleObjective) {
		return m[1], m[2], true
	}
	return "", s, false
}

var (
	leadingNumber = regexp.MustCompile(`^\d+[.):]\s+`)
	taskBox       = regexp.MustCompile(`^\[[ xX]\]\s+`)
	listNumber    = regexp.MustCompile(`^(\d{1,9})[.)](\s|$)`)
)

func stripNumber(s string) string { return leadingNumber.ReplaceAllString(s, "") }

func stripTask(s string) string { return taskBox.ReplaceAllString(s, "") }

// itemNumber is the number that the source gives a list item, or 0.
func (r *planReader) itemNumber(it ast.Node) int {
	p := it.Pos()
	if p < 0 || p >= len(r.src) {
		return 0
	}
	m := listNumber.FindStringSubmatch(string(r.src[p:min(p+12, len(r.src))]))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
