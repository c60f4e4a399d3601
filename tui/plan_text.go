package tui

import (
	"fmt"
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// planTextPane is what the plan says beside its steps: objective, background,
// the other sections, and what of it was not understood.
type planTextPane struct {
	still
	a    *App
	at   scroll
	rows []string
	key_ string // what rows were made of
}

func (p *planTextPane) title() string {
	if f := p.a.state.Plan.File; f != "" {
		return "Plan  " + clean(filepath.Base(f))
	}
	return "Plan"
}

func (p *planTextPane) view(w, h int) []string {
	if k := fmt.Sprint(w, p.a.bookSeq, p.a.state.Records, p.a.st.mark.GetForeground()); k != p.key_ {
		p.key_, p.rows = k, p.make(w)
	}
	return p.at.view(p.rows, h)
}

func (p *planTextPane) make(w int) []string {
	pl, st := &p.a.state.Plan, p.a.st
	var md strings.Builder
	if pl.Objective != "" {
		fmt.Fprintf(&md, "## Objective\n\n%s\n\n", pl.Objective)
	}
	if len(pl.Background) > 0 {
		md.WriteString("## Background\n\n")
		for _, b := range pl.Background {
			fmt.Fprintf(&md, "- %s\n", b)
		}
		md.WriteString("\n")
	}
	for _, s := range pl.Sections {
		fmt.Fprintf(&md, "## %s\n\n%s\n\n", s.Title, s.Text)
	}
	var rows []string
	for _, t := range pl.Problems {
		where := clean(filepath.Base(t.File))
		if t.Line > 0 {
			where += fmt.Sprintf(":%d", t.Line)
		}
		rows = append(rows, hang(" "+st.mark.Render("!")+" ", where+"  "+clean(t.Message), w-2)...)
	}
	if len(rows) > 0 {
		rows = append(rows, "   "+st.dim.Render("the rest of the plan is used"), "")
	}
	for _, l := range st.render(md.String(), w-3) {
		rows = append(rows, "  "+l)
	}
	if len(rows) == 0 {
		rows = []string{"", "   " + st.dim.Render("there is nothing in the plan beside its steps")}
	}
	return rows
}

func (p *planTextPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.a.scrolled(&p.at, len(p.rows), m):
	case on(m, p.a.k.Back):
		p.a.back()
	case on(m, p.a.k.Edit):
		return p.a.editFile(p.a.state.Plan.File, 1)
	}
	return nil
}

func (p *planTextPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), k.Graph, as(k.Edit, "in your editor")}
}

func (p *planTextPane) wheel(d int) { p.at.by(d, len(p.rows)) }
