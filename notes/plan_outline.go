package notes

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// part is a heading, or a paragraph that is all bold and stands for one, with
// the blocks up to the next.
type part struct {
	title  string
	level  int // of the heading; boldLevel for a bold paragraph; 0 before the first heading
	line   int
	end    int // the line behind the part
	blocks []ast.Node
}

const boldLevel = 7

var boldOnly = regexp.MustCompile(`^(?:\*\*([^*]+)\*\*|__([^_]+)__):?$`)

// outline parts the document at its headings.
func (r *planReader) outline(doc ast.Node) []part {
	parts := []part{{line: 1}}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		title, level := r.headingOf(n)
		if level == 0 {
			last := &parts[len(parts)-1]
			last.blocks = append(last.blocks, n)
			continue
		}
		line := r.lineOf(n)
		if len(parts) == maxParts {
			r.problem(line, "more than %d headings: the rest is left out", maxParts)
			parts[len(parts)-1].end = line
			return parts
		}
		parts[len(parts)-1].end = line
		parts = append(parts, part{title: title, level: level, line: line})
	}
	parts[len(parts)-1].end = len(r.starts) + 1
	return parts
}

func (r *planReader) headingOf(n ast.Node) (title string, level int) {
	switch n := n.(type) {
	case *ast.Heading:
		return plainTitle(r.inline(n)), n.Level
	case *ast.Paragraph:
		if m := boldOnly.FindStringSubmatch(r.inline(n)); m != nil {
			return plainTitle(m[1] + m[2]), boldLevel
		}
	}
	return "", 0
}

var (
	bold       = regexp.MustCompile(`\*\*([^*]+)\*\*|__([^_]+)__`)
	headingEnd = regexp.MustCompile(`\s#+$`)
)

// plainTitle is a title without emphasis and without the colon at its end;
// code spans stay.
func plainTitle(s string) string {
	s = bold.ReplaceAllString(s, "$1$2")
	s = headingEnd.ReplaceAllString(strings.TrimSpace(s), "")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), ":"))
}

// role is what a part of a plan is for.
type role int

const (
	roleOther role = iota
	roleObjective
	roleBackground
	rolePlan  // its list items or its sub-headings are the steps
	roleStep  // it is a step
	roleAside // it is no step: contingency, documentation, next steps
)

var (
	objectiveTitle  = regexp.MustCompile(`(?i)^(objectives?|goals?|purpose|aim|problem( statement)?|summary)$`)
	backgroundTitle = regexp.MustCompile(`(?i)^(background|context|situation|history|symptoms?|known facts|what we know|observations?)$`)
	planTitle       = regexp.MustCompile(`(?i)^((debug(ging)?|investigation|test(ing)?|action|detailed)\s+)?(plan|steps|procedure|approach|tasks|phases|checklist|experiments|to ?do|strategy|plan of action|steps to (take|follow))$`)
	stepTitle       = regexp.MustCompile(`(?i)^((step|phase|stage|experiment|hypothesis|task|part)\s+#?(\d+|[ivx]+|[a-h])\b|(\d+)[.):]\s+\S)`)
	asideTitle      = regexp.MustCompile(`(?i)^(next steps?|contingency.*|fallback.*|documentation|notes?|references?|links|risks?.*|success criteria|acceptance criteria|expected (outcomes?|results?)|deliverables|out of scope|scope|open questions|timeline|schedule|appendix.*|resources|status|current status|conclusions?|rollback.*|(plan )?visuali[sz]ation|(decision )?(graph|diagram|flow(chart)?)|legend|glossary|table of contents|contents|license|credits)$`)
)

func roleOf(title string) role {
	bare := strings.TrimSpace(conditionParens.ReplaceAllString(title, ""))
	switch {
	case objectiveTitle.MatchString(bare):
		return roleObjective
	case backgroundTitle.MatchString(bare):
		return roleBackground
	case planTitle.MatchString(bare):
		return rolePlan
	case asideTitle.MatchString(bare):
		return roleAside
	case stepTitle.MatchString(bare):
		return roleStep
	}
	return roleOther
}

// section keeps a part that is no step, but for one that only draws.
func (r *planReader) section(p part) {
	for _, b := range p.blocks {
		switch b := b.(type) {
		case *ast.ThematicBreak, *ast.HTMLBlock:
			continue
		case *ast.FencedCodeBlock:
			if string(b.Language(r.src)) == "mermaid" {
				continue
			}
		}
		text := strings.TrimSpace(strings.ReplaceAll(r.lines(p.line+1, p.end), "\r\n", "\n"))
		r.plan.Sections = append(r.plan.Sections, Section{Title: p.title, Text: text, Line: p.line})
		return
	}
}
