package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/notes"
)

// graphPane is the plan's decision graph, with where the investigation is in it.
type graphPane struct {
	still
	a     *App
	at    scroll
	jump  bool // scroll to where we are when it is drawn next
	total int
	of    *notes.Graph // what drawn was made of
	drawn []graphLine
}

func (p *graphPane) start() { p.jump = true }

func (p *graphPane) title() string { return "Decision graph" }

func (p *graphPane) view(w, h int) []string {
	s := p.a.state
	if p.of != s.Plan.Graph {
		p.of, p.drawn = s.Plan.Graph, drawGraph(s.Plan.Graph)
	}
	drawn := p.drawn
	if len(drawn) == 0 {
		return []string{"", "   " + p.a.st.dim.Render("the plan has no graph (a mermaid block with graph TD)")}
	}
	here := map[string]bool{}
	for _, id := range s.Where() {
		here[id] = true
	}
	var ls []string
	at := -1
	for _, g := range drawn {
		if here[g.node] && !g.ref && at < 0 {
			at = len(ls)
		}
		ls = append(ls, p.line(g, here[g.node] && !g.ref, w)...)
	}
	p.total = len(ls)
	if p.jump {
		p.jump = false
		p.at = scroll{top: max(0, at-h/2), h: h}
	}
	return p.at.view(ls, h)
}

func (p *graphPane) line(g graphLine, here bool, w int) []string {
	st := p.a.st
	if g.node == "" {
		return []string{""}
	}
	cur := "  "
	if here {
		cur = st.mark.Render("▸ ")
	}
	head := cur + st.rule.Render(g.lead)
	if g.edge != "" {
		head += st.dim.Render(clean(g.edge)) + st.rule.Render(" ▶ ")
	}
	sign := ""
	if g.shape == "decision" {
		sign = "◇ "
	}
	text := sign + g.label
	switch {
	case here:
		text = st.mark.Render(text) + st.dim.Render("  here")
	case g.up:
		text = st.dim.Render("back to: " + text)
	case g.ref:
		text = st.dim.Render("to: " + text)
	}
	room := w - 1
	if width(head)+16 > room {
		return []string{cut(head+text, room)}
	}
	ls := hang(head, text, room)
	for i := 1; i < len(ls); i++ { // the lines of branches go on beside a label that needs several rows
		ls[i] = "  " + st.rule.Render(downward(g.lead)) + strings.TrimPrefix(ls[i], strings.Repeat(" ", 2+width(g.lead)))
	}
	return ls
}

// downward is what stands under a lead: lines that pass go on, arrows end.
func downward(lead string) string {
	return strings.NewReplacer("├─▶ ", "│   ", "└─▶ ", "    ", "↓", " ").Replace(lead)
}

func (p *graphPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.a.scrolled(&p.at, p.total, m):
	case on(m, p.a.k.Back):
		p.a.back()
	case on(m, p.a.k.Edit):
		return p.a.editFile(p.a.state.Plan.File, 1)
	}
	return nil
}

func (p *graphPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), k.Plan, as(k.Edit, "in your editor")}
}

func (p *graphPane) wheel(d int) { p.at.by(d, p.total) }
