package notes

import (
	"sort"
	"strings"

	"casebook/notes/safe"
)

// The layout is the usual one in layers, in a few hundred lines less than its
// literature: cycles are broken where a search meets them, nodes go below all
// that leads to them, long edges get a waypoint per layer, and the order within
// a layer follows the mean of the neighbours. Everything is deterministic.

const (
	maxDrawnNodes = 300
	maxDrawnEdges = 600
	charWidth     = 7.4 // of the 13 px font that the page uses
	lineHeight    = 17.0
	labelColumns  = 24
	nodeGap       = 26.0
	layerGap      = 54.0
)

// cell is a node of the drawing, or a waypoint of a long edge (node < 0).
type cell struct {
	node       int
	lines      []string
	w, h, x, y float64 // x and y are the centre
	layer      int
	up, down   []int // cells in the layers beside
}

// drawing is a graph with places.
type drawing struct {
	cells  []cell
	layers [][]int
	routes [][]int // per edge: its cells from the upper to the lower one
	turned []bool  // per edge: it runs upwards
	w, h   float64
}

// layoutGraph gives every node a place; false where the graph is too large to
// be read as a picture.
func layoutGraph(g Graph) (*drawing, bool) {
	if len(g.Nodes) == 0 || len(g.Nodes) > maxDrawnNodes || len(g.Edges) > maxDrawnEdges {
		return nil, false
	}
	d := &drawing{}
	index := map[string]int{}
	for i, n := range g.Nodes {
		index[n.ID] = i
		d.cells = append(d.cells, newCell(i, n))
	}
	var from, to []int
	for _, e := range g.Edges {
		a, okA := index[e.From]
		b, okB := index[e.To]
		if !okA || !okB {
			a, b = -1, -1
		}
		from, to = append(from, a), append(to, b)
	}
	d.turned = backEdges(len(g.Nodes), from, to)
	d.rank(from, to)
	d.route(from, to)
	d.order()
	d.place()
	return d, true
}

func newCell(i int, n Node) cell {
	c := cell{node: i, lines: wrapPlain(safe.Line(n.Label), labelColumns)}
	cols := 1
	for _, l := range c.lines {
		cols = max(cols, stringWidth(l))
	}
	c.w, c.h = float64(cols)*charWidth+22, float64(len(c.lines))*lineHeight+16
	switch n.Shape {
	case "decision":
		c.w, c.h = c.w*1.25+26, c.h*1.35+24
	case "circle":
		c.w = max(c.w, c.h)
		c.h = c.w
	case "other":
		c.w += 20
	}
	return c
}

// backEdges are the edges that close a cycle when nodes are visited in the
// order they were written in.
func backEdges(n int, from, to []int) []bool {
	out := make([][]int, n)
	for e := range from {
		if from[e] >= 0 {
			out[from[e]] = append(out[from[e]], e)
		}
	}
	back := make([]bool, len(from))
	state := make([]int, n) // 0 new, 1 on the path, 2 done
	var visit func(int)
	visit = func(v int) {
		state[v] = 1
		for _, e := range out[v] {
			switch state[to[e]] {
			case 0:
				visit(to[e])
			case 1:
				back[e] = true
			}
		}
		state[v] = 2
	}
	for v := range n {
		if state[v] == 0 {
			visit(v)
		}
	}
	return back
}

// rank puts every node below all that leads to it.
func (d *drawing) rank(from, to []int) {
	for range d.cells { // the longest path is no longer than the nodes are many
		changed := false
		for e := range from {
			a, b := from[e], to[e]
			if a < 0 || a == b {
				continue
			}
			if d.turned[e] {
				a, b = b, a
			}
			if d.cells[b].layer <= d.cells[a].layer {
				d.cells[b].layer = d.cells[a].layer + 1
				changed = true
			}
		}
		if !changed {
			break
		}
	}
}

// route gives every edge its waypoints.
func (d *drawing) route(from, to []int) {
	d.routes = make([][]int, len(from))
	for e := range from {
		a, b := from[e], to[e]
		if a < 0 || a == b {
			continue
		}
		if d.turned[e] {
			a, b = b, a
		}
		path := []int{a}
		for layer := d.cells[a].layer + 1; layer < d.cells[b].layer; layer++ {
			d.cells = append(d.cells, cell{node: -1, w: 8, h: 1, layer: layer})
			path = append(path, len(d.cells)-1)
		}
		path = append(path, b)
		for i := 1; i < len(path); i++ {
			up, down := &d.cells[path[i-1]], &d.cells[path[i]]
			up.down = append(up.down, path[i])
			down.up = append(down.up, path[i-1])
		}
		d.routes[e] = path
	}
	for i, c := range d.cells {
		for len(d.layers) <= c.layer {
			d.layers = append(d.layers, nil)
		}
		d.layers[c.layer] = append(d.layers[c.layer], i)
	}
}

// order sorts each layer by the mean place of the neighbours, down and up.
func (d *drawing) order() {
	for sweep := range 12 {
		pos := make([]float64, len(d.cells))
		for _, l := range d.layers {
			for i, c := range l {
				pos[c] = float64(i)
			}
		}
		for k := range d.layers {
			l := d.layers[k]
			if sweep%2 == 1 {
				l = d.layers[len(d.layers)-1-k]
			}
			mean := map[int]float64{}
			for i, c := range l {
				near := d.cells[c].up
				if sweep%2 == 1 {
					near = d.cells[c].down
				}
				mean[c] = meanOf(near, pos, float64(i))
			}
			sort.SliceStable(l, func(i, j int) bool { return mean[l[i]] < mean[l[j]] })
			for i, c := range l {
				pos[c] = float64(i)
			}
		}
	}
}

func meanOf(cells []int, pos []float64, otherwise float64) float64 {
	if len(cells) == 0 {
		return otherwise
	}
	sum := 0.0
	for _, c := range cells {
		sum += pos[c]
	}
	return sum / float64(len(cells))
}

// place gives coordinates: rows by the tallest cell, columns by pulling every
// cell towards its neighbours as far as the ones beside it allow.
func (d *drawing) place() {
	y := 20.0
	for _, l := range d.layers {
		tall, x := 0.0, 0.0
		for _, c := range l {
			tall = max(tall, d.cells[c].h)
		}
		for _, c := range l {
			d.cells[c].x = x + d.cells[c].w/2
			x += d.cells[c].w + nodeGap
			d.cells[c].y = y + tall/2
			if d.cells[c].node < 0 {
				d.cells[c].h = tall // an edge goes straight down past what stands beside it
			}
		}
		y += tall + layerGap
	}
	for sweep := range 40 {
		for k := range d.layers {
			i := k
			if sweep%2 == 1 {
				i = len(d.layers) - 1 - k
			}
			d.pull(d.layers[i])
		}
	}
	d.fit(y - layerGap + 20)
}

// pull moves a layer's cells to the mean of all their neighbours, then apart
// again where they overlap, keeping the mean of the layer.
func (d *drawing) pull(l []int) {
	want := make([]float64, len(l))
	for i, c := range l {
		sum, n := 0.0, 0
		for _, o := range d.cells[c].up {
			sum, n = sum+d.cells[o].x, n+1
		}
		for _, o := range d.cells[c].down {
			sum, n = sum+d.cells[o].x, n+1
		}
		want[i] = d.cells[c].x
		if n > 0 {
			want[i] = sum / float64(n)
		}
	}
	left, right := append([]float64(nil), want...), append([]float64(nil), want...)
	for i := 1; i < len(l); i++ {
		left[i] = max(left[i], left[i-1]+d.apart(l[i-1], l[i]))
	}
	for i := len(l) - 2; i >= 0; i-- {
		right[i] = min(right[i], right[i+1]-d.apart(l[i], l[i+1]))
	}
	for i, c := range l { // each alone pushes one way only; their mean keeps the distances too
		d.cells[c].x = (left[i] + right[i]) / 2
	}
}

func (d *drawing) apart(a, b int) float64 {
	return (d.cells[a].w+d.cells[b].w)/2 + nodeGap
}

func (d *drawing) fit(h float64) {
	least, most := 0.0, 0.0
	for i, c := range d.cells {
		if i == 0 || c.x-c.w/2 < least {
			least = c.x - c.w/2
		}
		if i == 0 || c.x+c.w/2 > most {
			most = c.x + c.w/2
		}
	}
	for i := range d.cells {
		d.cells[i].x += 20 - least
	}
	d.w, d.h = most-least+40, h
}

// wrapPlain breaks a label at blanks into lines of so many columns.
func wrapPlain(s string, cols int) []string {
	var out []string
	line, width := "", 0
	for _, w := range strings.Fields(s) {
		n := stringWidth(w)
		if line != "" && width+1+n > cols {
			out = append(out, line)
			line, width = "", 0
		}
		if line != "" {
			line, width = line+" ", width+1
		}
		line, width = line+w, width+n
	}
	return append(out, line)
}
