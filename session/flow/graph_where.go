package flow

import (
	"regexp"
	"strings"
	"unicode"

	"casebook/notes"
)

// Where names the nodes of g at which the investigation stands: those of the
// step that runs or was interrupted, else of the proposed one, else of the last
// one that was worked; before anything was done, where the graph begins.
func Where(g *notes.Graph, in Standing) []string {
	if g == nil {
		return nil
	}
	matched := Match(g, in.Steps)
	if !started(in.Steps) {
		if first := starts(g); len(first) > 0 {
			return first
		}
	}
	if next := Next(in); next.Step != "" {
		if at := nodesOf(g, matched, next.Step); len(at) > 0 {
			return at
		}
	}
	for i := len(in.Steps) - 1; i >= 0; i-- {
		if in.Steps[i].Status != "todo" {
			if at := nodesOf(g, matched, in.Steps[i].ID); len(at) > 0 {
				return at
			}
		}
	}
	return nil
}

func started(steps []Step) bool {
	for _, s := range steps {
		if s.Status != "todo" {
			return true
		}
	}
	return false
}

// starts are the nodes that lead somewhere and that nothing leads to.
func starts(g *notes.Graph) []string {
	to, from := map[string]bool{}, map[string]bool{}
	for _, e := range g.Edges {
		to[e.To], from[e.From] = true, true
	}
	var ids []string
	for _, n := range g.Nodes {
		if from[n.ID] && !to[n.ID] {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

func nodesOf(g *notes.Graph, matched map[string]string, step string) []string {
	var ids []string
	for _, n := range g.Nodes {
		if matched[n.ID] == step {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// Match says which step a node stands for, by its number ("Step 2", "Phase 1")
// or by words that the label shares with the step's title and with no other's.
func Match(g *notes.Graph, steps []Step) map[string]string {
	matched := map[string]string{}
	if g == nil {
		return matched
	}
	titles := make([]map[string]bool, len(steps))
	for i, s := range steps {
		titles[i] = words(s.Title)
	}
	connected := inEdges(g)
	for _, n := range g.Nodes {
		if len(g.Edges) > 0 && !connected[n.ID] {
			continue // a legend, not a place
		}
		if id := byNumber(n.Label, steps); id != "" {
			matched[n.ID] = id
		} else if i := byWords(words(n.Label), titles); i >= 0 && n.Shape != "decision" {
			matched[n.ID] = steps[i].ID
		}
	}
	return matched
}

func inEdges(g *notes.Graph) map[string]bool {
	on := map[string]bool{}
	for _, e := range g.Edges {
		on[e.From], on[e.To] = true, true
	}
	return on
}

var numbered = regexp.MustCompile(`(?i)\b(?:step|phase|stage)\s+(\d+)\b|^\s*(\d+)[.):]\s`)

func byNumber(label string, steps []Step) string {
	m := numbered.FindStringSubmatch(label)
	if m == nil {
		return ""
	}
	for _, s := range steps {
		if s.ID == m[1]+m[2] {
			return s.ID
		}
	}
	return ""
}

// byWords wants at least two common words, or all of a short label, and one best title.
func byWords(label map[string]bool, titles []map[string]bool) int {
	best, second, at := 0, 0, -1
	for i, t := range titles {
		n := 0
		for w := range label {
			if t[w] {
				n++
			}
		}
		if n > best {
			best, second, at = n, best, i
		} else if n > second {
			second = n
		}
	}
	if best > second && (best >= 2 || best == len(label)) {
		return at
	}
	return -1
}

var dull = map[string]bool{"the": true, "and": true, "for": true, "with": true, "from": true, "step": true,
	"phase": true, "debugging": true, "debug": true, "issue": true, "task": true, "case": true, "test": true}

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > 3 {
			w = strings.TrimSuffix(w, "s") // parameters are a parameter
		}
		if len(w) > 2 && !dull[w] {
			set[w] = true
		}
	}
	return set
}
