package notes

import (
	"fmt"
	"strings"

	"casebook/notes/safe"
)

// GraphSVG draws a graph as one SVG element without scripts; "" where it is too
// large to be read. State gives nodes a class: "done", "here", "failed". Colours
// come from the page's variables.
func GraphSVG(g Graph, state map[string]string) string {
	d, ok := layoutGraph(g)
	if !ok {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<svg class=\"graph\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"Decision graph\">\n", d.w, d.h, d.w, d.h)
	b.WriteString("<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0 0L10 5L0 10z\"/></marker></defs>\n")
	for e := range g.Edges {
		d.drawEdge(&b, e)
	}
	for _, c := range d.cells {
		if c.node >= 0 {
			drawNode(&b, c, g.Nodes[c.node], state[g.Nodes[c.node].ID])
		}
	}
	for e := range g.Edges {
		d.drawEdgeLabel(&b, e, g.Edges[e].Label)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

type point struct{ x, y float64 }

// points are the ends of an edge at the borders of its nodes, and its waypoints.
func (d *drawing) points(e int) []point {
	route := d.routes[e]
	if len(route) < 2 {
		return nil
	}
	var ps []point
	for i, c := range route {
		p := point{d.cells[c].x, d.cells[c].y}
		switch i {
		case 0:
			p.y += d.cells[c].h / 2
		case len(route) - 1:
			p.y -= d.cells[c].h / 2
		default:
			ps = append(ps, point{p.x, p.y - d.cells[c].h/2})
			p.y += d.cells[c].h / 2
		}
		ps = append(ps, p)
	}
	return ps
}

func (d *drawing) drawEdge(b *strings.Builder, e int) {
	ps := d.points(e)
	if ps == nil {
		return
	}
	fmt.Fprintf(b, "<path class=\"edge\" marker-%s=\"url(#arrow)\" d=\"M%.1f %.1f", endOf(d.turned[e]), ps[0].x, ps[0].y)
	for i := 1; i < len(ps); i++ {
		mid := (ps[i-1].y + ps[i].y) / 2
		fmt.Fprintf(b, "C%.1f %.1f %.1f %.1f %.1f %.1f", ps[i-1].x, mid, ps[i].x, mid, ps[i].x, ps[i].y)
	}
	b.WriteString("\"/>\n")
}

func endOf(turned bool) string {
	if turned {
		return "start"
	}
	return "end"
}

func (d *drawing) drawEdgeLabel(b *strings.Builder, e int, label string) {
	ps := d.points(e)
	if ps == nil || label == "" {
		return
	}
	a, z := ps[0], ps[1]
	if d.turned[e] {
		a, z = ps[len(ps)-1], ps[len(ps)-2]
	}
	x, y := a.x+(z.x-a.x)*0.35, a.y+(z.y-a.y)*0.4
	lines := wrapPlain(safe.Line(label), labelColumns)
	w := 0.0
	for _, l := range lines {
		w = max(w, float64(stringWidth(l))*charWidth+8)
	}
	h := float64(len(lines)) * lineHeight
	fmt.Fprintf(b, "<rect class=\"tag\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", x-w/2, y-h/2, w, h)
	drawText(b, "label", x, y, lines)
}

func drawNode(b *strings.Builder, c cell, n Node, state string) {
	class := "node"
	for _, s := range []string{"done", "here", "failed", "skipped"} {
		if s == state {
			class += " " + s
		}
	}
	l, r, t, u := c.x-c.w/2, c.x+c.w/2, c.y-c.h/2, c.y+c.h/2
	switch n.Shape {
	case "decision":
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fz\"/>\n", class, c.x, t, r, c.y, c.x, u, l, c.y)
	case "circle":
		fmt.Fprintf(b, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", class, c.x, c.y, c.w/2)
	case "other":
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fz\"/>\n", class, l, c.y, l+10, t, r-10, t, r, c.y, r-10, u, l+10, u)
	default:
		radius := 3.0
		if n.Shape == "round" {
			radius = c.h / 2
		}
		fmt.Fprintf(b, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\"/>\n", class, l, t, c.w, c.h, radius)
	}
	drawText(b, "text", c.x, c.y, c.lines)
}

func drawText(b *strings.Builder, class string, x, y float64, lines []string) {
	fmt.Fprintf(b, "<text class=\"%s\">", class)
	top := y - float64(len(lines)-1)*lineHeight/2 + 4.5
	for i, l := range lines {
		fmt.Fprintf(b, "<tspan x=\"%.1f\" y=\"%.1f\">%s</tspan>", x, top+float64(i)*lineHeight, safe.HTML(l))
	}
	b.WriteString("</text>\n")
}
