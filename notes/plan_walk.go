package notes

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// readTitle takes the title from the first heading of level 1, else from the
// first heading.
func (r *planReader) readTitle(parts []part) {
	best := -1
	for i, p := range parts {
		if p.level == 1 {
			best = i
			break
		}
		if best < 0 && p.level > 0 && p.level < boldLevel && roleOf(p.title) == roleOther {
			best = i
		}
	}
	if best < 0 {
		return
	}
	r.plan.Title = parts[best].title
	if roleOf(parts[best].title) == roleStep && parts[best].level == 1 && countLevel(parts, 1) > 1 {
		r.plan.Title = "" // the steps themselves are headings of level 1
		return
	}
	parts[best].level, parts[best].title = 0, "" // what follows it is the preamble
}

func countLevel(parts []part, level int) int {
	n := 0
	for _, p := range parts {
		if p.level == level {
			n++
		}
	}
	return n
}

// readParts gives every part its role. Steps come from numbered headings and
// from the lists of the plan; where there are neither, every other heading is
// a step, and where there is no heading, every list item.
func (r *planReader) readParts(parts []part) {
	steps := r.namedSteps(parts)
	if len(r.plan.Steps) == 0 {
		steps = r.anySteps(parts)
	}
	for i, p := range parts {
		if steps[i] {
			continue
		}
		switch roleOf(p.title) {
		case roleObjective:
			r.objective(strings.Join(r.sentences(p.blocks), " "))
		case roleBackground:
			r.plan.Background = append(r.plan.Background, r.sentences(p.blocks)...)
		default:
			if p.level > 0 {
				if !(roleOf(p.title) == rolePlan && r.onlyLists(p.blocks)) {
					r.section(p)
				}
			} else {
				r.preamble(p.blocks)
			}
		}
	}
}

func (r *planReader) onlyLists(blocks []ast.Node) bool {
	for _, b := range blocks {
		switch b := b.(type) {
		case *ast.List, *ast.ThematicBreak, *ast.HTMLBlock:
		case *ast.FencedCodeBlock:
			if string(b.Language(r.src)) != "mermaid" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// namedSteps reads the steps that the plan names as such, and says which parts
// they took.
func (r *planReader) namedSteps(parts []part) map[int]bool {
	taken := map[int]bool{}
	numbers := numbers{}
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		switch {
		case p.level == 0:
		case roleOf(p.title) == roleStep:
			last := r.lastOf(parts, i)
			r.step(p, parts[i+1:last+1])
			r.checkNumber(numbers, p.title, p.line)
			for ; i < last; i++ {
				taken[i] = true
			}
			taken[last] = true
		case roleOf(p.title) == rolePlan:
			r.planPart(parts, i, taken, numbers)
		}
	}
	return taken
}

// lastOf is the last of the parts under part i that belong to its step.
func (r *planReader) lastOf(parts []part, i int) int {
	last := i
	for j := i + 1; j < len(parts) && parts[j].level > parts[i].level; j++ {
		if parts[i].level != boldLevel && parts[j].level == boldLevel && roleOf(parts[j].title) == roleAside {
			break
		}
		last = j
	}
	return last
}

// planPart reads the steps under a "Debugging Plan" heading: the items of its
// lists, or its sub-headings where those are not numbered.
func (r *planReader) planPart(parts []part, i int, taken map[int]bool, numbers numbers) {
	numbered, sub := false, 0
	for j := i + 1; j < len(parts) && parts[j].level > parts[i].level; j++ {
		switch roleOf(parts[j].title) {
		case roleStep:
			numbered = true
		case roleOther:
			sub = max(sub, 1)
		}
	}
	if numbered {
		return
	}
	r.listSteps(parts[i].blocks, numbers)
	if sub == 0 || len(r.plan.Steps) > 0 {
		return
	}
	for j := i + 1; j < len(parts) && parts[j].level > parts[i].level; j++ {
		if roleOf(parts[j].title) != roleOther {
			continue
		}
		last := r.lastOf(parts, j)
		r.step(parts[j], parts[j+1:last+1])
		for ; j < last; j++ {
			taken[j] = true
		}
		taken[last] = true
	}
}

func (r *planReader) listSteps(blocks []ast.Node, numbers numbers) {
	for _, b := range blocks {
		l, ok := b.(*ast.List)
		if !ok {
			continue
		}
		var own []int
		for it := l.FirstChild(); it != nil; it = it.NextSibling() {
			own = append(own, r.itemNumber(it))
		}
		same := allSame(own)
		for it, k := l.FirstChild(), 0; it != nil; it, k = it.NextSibling(), k+1 {
			if len(r.plan.Steps) == maxSteps {
				r.problem(r.lineOf(it), "more than %d steps: the rest is left out", maxSteps)
				return
			}
			r.itemStep(it)
			if own[k] > 0 && !same {
				r.checkNumber(numbers, strconv.Itoa(own[k])+". x", r.lineOf(it))
			}
		}
	}
}

// allSame is true of "1. 1. 1.", the idiom that leaves the counting to Markdown.
func allSame(n []int) bool {
	for _, x := range n {
		if x != n[0] {
			return false
		}
	}
	return len(n) > 1
}

// anySteps makes a walkable plan of any Markdown.
func (r *planReader) anySteps(parts []part) map[int]bool {
	taken := map[int]bool{}
	for i := 0; i < len(parts); i++ {
		if parts[i].level == 0 || len(parts[i].title) == 0 || roleOf(parts[i].title) != roleOther {
			continue
		}
		if len(parts[i].blocks) == 0 && i+1 < len(parts) && parts[i+1].level > parts[i].level {
			continue // it only groups what is below it
		}
		if len(parts[i].blocks) == 0 {
			r.problem(parts[i].line, "nothing stands under the heading %q", parts[i].title)
		}
		r.step(parts[i], nil)
		taken[i] = true
	}
	if len(r.plan.Steps) > 0 {
		return taken
	}
	for _, p := range parts {
		if ro := roleOf(p.title); ro == roleOther || ro == rolePlan {
			r.listSteps(p.blocks, numbers{})
		}
	}
	if len(r.plan.Steps) == 0 { // even next steps are steps, if there are no others
		for i, p := range parts {
			if ro := roleOf(p.title); ro == roleAside || ro == roleObjective || ro == roleBackground {
				r.listSteps(p.blocks, numbers{})
				taken[i] = len(r.plan.Steps) > 0 && r.onlyLists(p.blocks)
			}
		}
	}
	return taken
}

// numbers are the step numbers that the plan gave, with their lines.
type numbers map[string]int

var stepNumber = regexp.MustCompile(`^[^\d]*?(\d+)`)

func (r *planReader) checkNumber(seen numbers, title string, line int) {
	m := stepNumber.FindStringSubmatch(title)
	if m == nil {
		return
	}
	if first, ok := seen[m[1]]; ok {
		r.problem(line, "step number %s stands twice, first in line %d", m[1], first)
		return
	}
	seen[m[1]] = line
}

func (r *planReader) objective(s string) {
	if r.plan.Objective == "" {
		r.plan.Objective = s
	} else if s != "" {
		r.plan.Background = append(r.plan.Background, s)
	}
}

// preamble reads what stands before the first part: "**Goal:** ..." paragraphs,
// and plain ones, which are background.
func (r *planReader) preamble(blocks []ast.Node) {
	var plain []string
	for _, b := range blocks {
		if _, ok := b.(*ast.Paragraph); !ok {
			continue
		}
		text := r.inline(b)
		name, rest, ok := splitLabel(text)
		switch {
		case ok && roleOf(name) == roleObjective:
			r.objective(rest)
		case ok && roleOf(name) == roleBackground:
			r.plan.Background = append(r.plan.Background, rest)
		case text != "":
			plain = append(plain, text)
		}
	}
	r.plan.Background = append(r.plan.Background, plain...)
}

// sentences are the paragraphs and list items of blocks, one string each.
func (r *planReader) sentences(blocks []ast.Node) []string {
	var out []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *ast.List:
			for it := b.FirstChild(); it != nil; it = it.NextSibling() {
				var text []string
				for c := it.FirstChild(); c != nil; c = c.NextSibling() {
					if l, ok := c.(*ast.List); ok {
						text = append(text, r.sentences([]ast.Node{l})...)
					} else if s := r.inline(c); s != "" {
						text = append(text, s)
					}
				}
				if len(text) > 0 {
					out = append(out, strings.Join(text, " "))
				}
			}
		case *ast.HTMLBlock:
		default:
			if s := r.inline(b); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}
