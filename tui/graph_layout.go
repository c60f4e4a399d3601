package tui

import (
	"strings"

	"casebook/notes"
)

// graphLine is one line of the drawn graph.
type graphLine struct {
	lead  string // the lines and arrows in front
	edge  string // what stands on the arrow
	node  string // the node's ID
	label string
	shape string
	ref   bool // the node is drawn elsewhere: an arrow to it
	up    bool // it leads back to where one came from
}

// drawGraph lays a flowchart out as text. Chains go straight down, branches
// are indented, and a node that several arrows lead to gets a part of its own,
// which the arrows name. So nothing is drawn twice and no line crosses another.
func drawGraph(g *notes.Graph) []graphLine {
	if g == nil || len(g.Nodes) == 0 {
		return nil
	}
	d := newDrawing(g)
	for len(d.heads) > 0 || d.rest() {
		id := d.heads[0]
		d.heads = d.heads[1:]
		if d.drawn[id] {
			continue
		}
		if len(d.out) > 0 {
			d.out = append(d.out, graphLine{})
		}
		d.node(id, "", "", "")
	}
	return d.out
}

type drawing struct {
	nodes map[string]notes.Node
	order []string
	next  map[string][]notes.Edge
	in    map[string]int // arrows that lead forward to a node
	turns map[notes.Edge]bool
	drawn map[string]bool
	heads []string // parts still to be drawn
	out   []graphLine
}

func newDrawing(g *notes.Graph) *drawing {
	d := &drawing{nodes: map[string]notes.Node{}, next: map[string][]notes.Edge{}, in: map[string]int{}, drawn: map[string]bool{}}
	for _, n := range g.Nodes {
		if _, ok := d.nodes[n.ID]; !ok {
			d.order = append(d.order, n.ID)
		}
		d.nodes[n.ID] = n
	}
	for _, e := range g.Edges {
		for _, id := range []string{e.From, e.To} {
			if _, ok := d.nodes[id]; !ok {
				d.nodes[id] = notes.Node{ID: id, Label: id}
				d.order = append(d.order, id)
			}
		}
		d.next[e.From] = append(d.next[e.From], e)
	}
	d.turns = turning(d.order, d.next)
	for _, e := range g.Edges {
		if !d.turns[e] {
			d.in[e.To]++
		}
	}
	for _, id := range d.order {
		if d.in[id] == 0 {
			d.heads = append(d.heads, id)
		}
	}
	return d
}

// rest finds a part that no head leads to: a ring.
func (d *drawing) rest() bool {
	for _, id := range d.order {
		if !d.drawn[id] {
			d.heads = append(d.heads, id)
			return true
		}
	}
	return false
}

// own says whether a node gets a part of its own.
func (d *drawing) own(id string) bool { return d.in[id] > 1 || d.drawn[id] }

// turning finds the arrows that lead back to a node on the way to their own start.
func turning(order []string, next map[string][]notes.Edge) map[notes.Edge]bool {
	out := map[notes.Edge]bool{}
	state := map[string]int{} // 1: on the way, 2: left behind
	var walk func(id string)
	walk = func(id string) {
		state[id] = 1
		for _, e := range next[id] {
			switch state[e.To] {
			case 0:
				walk(e.To)
			case 1:
				out[e] = true
			}
		}
		state[id] = 2
	}
	for _, id := range order {
		if state[id] == 0 {
			walk(id)
		}
	}
	return out
}

// node draws a node and what follows it. lead stands in front of the node
// itself, under in front of what follows.
func (d *drawing) node(id, lead, under, edge string) {
	n := d.nodes[id]
	d.drawn[id] = true
	d.out = append(d.out, graphLine{lead: lead, edge: edge, node: id, label: label(n), shape: n.Shape})
	es := d.next[id]
	if len(es) == 1 {
		d.arrow(es[0], under+"↓ ", under)
		return
	}
	for i, e := range es {
		last := i == len(es)-1
		branch, below := "├─▶ ", "│   "
		if last {
			branch, below = "└─▶ ", "    "
		}
		d.arrow(e, under+branch, under+below)
	}
}

// arrow follows an edge: to the node itself, or to a mention of it.
func (d *drawing) arrow(e notes.Edge, lead, under string) {
	if !d.own(e.To) {
		d.node(e.To, lead, under, e.Label)
		return
	}
	n := d.nodes[e.To]
	d.out = append(d.out, graphLine{lead: lead, edge: e.Label, node: e.To, label: label(n), shape: n.Shape, ref: true, up: d.turns[e]})
	if !d.drawn[e.To] {
		d.heads = append(d.heads, e.To)
	}
}

func label(n notes.Node) string {
	l := strings.Join(strings.Fields(clean(n.Label)), " ")
	if l == "" {
		l = clean(n.ID)
	}
	return l
}
