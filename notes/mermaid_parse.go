package notes

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

const (
	maxNodes = 2000
	maxEdges = 5000
)

// readGraph reads the plan's first mermaid block.
func (r *planReader) readGraph(doc ast.Node) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		f, ok := n.(*ast.FencedCodeBlock)
		if !entering || !ok || string(f.Language(r.src)) != "mermaid" {
			return ast.WalkContinue, nil
		}
		line := r.lineOf(f)
		if r.plan.Graph != nil {
			r.problem(line, "a second mermaid graph: only the first one is used")
			return ast.WalkSkipChildren, nil
		}
		g, problems := ParseMermaid(r.raw(f))
		for _, p := range problems {
			r.problem(line+p.Line, "%s", p.Message)
		}
		if len(g.Nodes) > 0 {
			r.plan.Graph = &g
		}
		return ast.WalkSkipChildren, nil
	})
}

// mermaidReader is one reading of one flowchart.
type mermaidReader struct {
	graph    Graph
	index    map[string]int
	problems []Problem
	line     int
	full     bool
}

var (
	mermaidHead   = regexp.MustCompile(`^(graph|flowchart)(-\w+)?\b`)
	mermaidIgnore = regexp.MustCompile(`^(subgraph|end|direction|style|classDef|class|click|linkStyle|accTitle|accDescr|title|%%|---)(\b|[^\w]|$)`)
	mermaidOther  = regexp.MustCompile(`^([A-Za-z][\w-]*)\b`)
	escaped       = strings.NewReplacer("&gt;", ">", "&lt;", "<", "&amp;", "&")
)

// ParseMermaid reads a flowchart. Lines of the problems count from 1 in src.
// What only styles the picture is passed over; a line that can't be read is
// told and the others are used.
func ParseMermaid(src string) (Graph, []Problem) {
	m := &mermaidReader{index: map[string]int{}, graph: Graph{Nodes: []Node{}, Edges: []Edge{}}}
	headed := false
	for i, l := range strings.Split(src, "\n") {
		m.line = i + 1
		l = strings.TrimSpace(escaped.Replace(l))
		if l == "" || strings.HasPrefix(l, "%%") {
			continue
		}
		if !headed {
			headed = true
			if mermaidHead.MatchString(l) {
				_, l, _ = strings.Cut(l, ";")
			} else if strings.HasPrefix(l, "---") {
				headed = false
				continue
			} else if w := mermaidOther.FindString(l); w != "" && !strings.ContainsAny(l, "[({>-") {
				m.problem("mermaid: %q is no flowchart (graph or flowchart); it is not used", w)
				return m.graph, m.problems
			}
		}
		m.statements(l)
		if m.full {
			m.problem("mermaid: more than %d nodes or %d edges; the rest is left out", maxNodes, maxEdges)
			break
		}
	}
	return m.graph, m.problems
}

func (m *mermaidReader) problem(format string, args ...any) {
	m.problems = append(m.problems, Problem{Line: m.line, Message: fmt.Sprintf(format, args...)})
}

// statements reads one line: statements between semicolons.
func (m *mermaidReader) statements(l string) {
	for l = strings.TrimSpace(l); l != ""; {
		if mermaidIgnore.MatchString(l) {
			return
		}
		rest, err := m.statement(l)
		if err != nil {
			m.problem("mermaid: %v in %q", err, clip(l, 60))
			return
		}
		l = strings.TrimLeft(rest, "; \t")
	}
}

// statement reads "A[x] --> B & C -- no --> D" and returns what follows it.
func (m *mermaidReader) statement(l string) (string, error) {
	from, rest, err := m.group(l)
	for err == nil {
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" || rest[0] == ';' {
			return rest, nil
		}
		var label string
		var ok bool
		if label, rest, ok = cutLink(rest); !ok {
			return "", fmt.Errorf("no arrow can be read at %q", clip(rest, 30))
		}
		var to []string
		if to, rest, err = m.group(strings.TrimLeft(rest, " \t")); err == nil {
			m.connect(from, to, label)
			from = to
		}
	}
	return "", err
}

func (m *mermaidReader) connect(from, to []string, label string) {
	for _, a := range from {
		for _, b := range to {
			if len(m.graph.Edges) >= maxEdges {
				m.full = true
				return
			}
			m.graph.Edges = append(m.graph.Edges, Edge{From: a, To: b, Label: label})
		}
	}
}

// group reads "A & B[label]".
func (m *mermaidReader) group(l string) (ids []string, rest string, err error) {
	for {
		var id string
		if id, rest, err = m.node(l); err != nil {
			return nil, "", err
		}
		ids = append(ids, id)
		next := strings.TrimLeft(rest, " \t")
		if !strings.HasPrefix(next, "&") {
			return ids, rest, nil
		}
		l = strings.TrimLeft(next[1:], " \t")
	}
}

var (
	nodeID    = regexp.MustCompile(`^[\pL\pN_]+(?:[-.:/][\pL\pN_]+)*`)
	nodeClass = regexp.MustCompile(`^:::[\w-]+`)
	nodeAttrs = regexp.MustCompile(`^@\{[^}]*\}`)
)

// node reads an id with its shape, if any, and notes both.
func (m *mermaidReader) node(l string) (id, rest string, err error) {
	id = nodeID.FindString(l)
	if id == "" {
		return "", "", fmt.Errorf("no node can be read at %q", clip(l, 30))
	}
	rest = l[len(id):]
	label, shape, rest, err := cutShape(rest)
	if err != nil {
		return "", "", err
	}
	rest = rest[len(nodeAttrs.FindString(rest)):]
	rest = rest[len(nodeClass.FindString(rest)):]
	i, known := m.index[id]
	if !known {
		if len(m.graph.Nodes) >= maxNodes {
			m.full = true
			return id, rest, nil
		}
		i = len(m.graph.Nodes)
		m.index[id] = i
		m.graph.Nodes = append(m.graph.Nodes, Node{ID: id, Label: id, Shape: "box"})
	}
	if shape != "" {
		m.graph.Nodes[i].Label, m.graph.Nodes[i].Shape = label, shape
	}
	return id, rest, nil
}

var mermaidCode = regexp.MustCompile(`#(\w{1,8});`)
var lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)

// decodeLabel is a label as people read it.
func decodeLabel(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.Trim(s[1:len(s)-1], "`")
	}
	s = mermaidCode.ReplaceAllStringFunc(s, func(c string) string {
		name := c[1:]
		if name[0] >= '0' && name[0] <= '9' {
			name = "#" + name
		}
		if d := html.UnescapeString("&" + name); d != "&"+name {
			return d
		}
		return c
	})
	s = lineBreak.ReplaceAllString(html.UnescapeString(s), " ")
	return strings.Join(strings.Fields(s), " ")
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
