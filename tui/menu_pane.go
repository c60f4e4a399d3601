package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// item is one choice of a menu.
type item struct {
	name string
	hint string
	do   func() tea.Cmd
}

// menuPane is a short list of choices.
type menuPane struct {
	still
	a     *App
	name  string
	intro string
	items []item
	sel   int
}

func (p *menuPane) ask(name, intro string, items []item) {
	p.name, p.intro, p.items, p.sel = name, intro, items, 0
	p.a.open(frontMenu)
}

// status offers where a step, and the whole, may stand.
func (p *menuPane) status(s *session.StepState) {
	id, b := s.ID, p.a.book
	step := func(to session.StepStatus, hint, why string) item {
		if to == s.Status {
			hint = "as it is now"
		}
		return item{"step " + id + ": " + words[to], hint, func() tea.Cmd {
			return p.a.prompt.why(why, func(t string) tea.Cmd {
				return p.a.record("step "+id+" is "+words[to], func() error { return b.SetStepStatus(id, to, t) }, nil)
			})
		}}
	}
	whole := func(to session.Status, hint, why string) item {
		if to == p.a.state.Status {
			hint = "as it is now"
		}
		return item{"investigation: " + string(to), hint, func() tea.Cmd {
			return p.a.prompt.why(why, func(t string) tea.Cmd {
				return p.a.record("the investigation is "+string(to), func() error { return b.SetStatus(to, t) }, nil)
			})
		}}
	}
	p.ask("Set status", "", []item{
		step(session.Done, "", ""), step(session.ToDo, "", ""),
		step(session.Skipped, "not needed", "Why is step "+id+" skipped?"),
		step(session.StepBlocked, "it can't go on", "What blocks step "+id+"?"),
		whole(session.StatusOpen, "", ""), whole(session.Blocked, "waits for something", "What blocks the investigation?"),
		whole(session.Resolved, "the cause is known", "What resolved it?"),
	})
}

var kindOrder = []string{"compare", "tune", "logging", "minimal", "trace", "startup", "eventloop", "command", "manual"}

// kind offers the kinds of experiment, and says which there are only by hand.
func (p *menuPane) kind(s *session.StepState) {
	id, b := s.ID, p.a.book
	var items []item
	at := 0
	for i, k := range kindOrder {
		hint := kindWord(k)
		if !b.Available(k) && k != "manual" {
			hint += " (worked by hand for now)"
		}
		if k == s.Kind {
			at = i
		}
		items = append(items, item{k, hint, func() tea.Cmd {
			return p.a.record("step "+id+" is of kind "+k, func() error { return b.SetKind(id, k) }, nil)
		}})
	}
	p.ask("What step "+clean(id)+" does", "", items)
	p.sel = at
}

func (p *menuPane) title() string { return p.name }

func (p *menuPane) view(w, h int) []string {
	ls := []string{""}
	if p.intro != "" {
		ls = append(ls, "  "+p.a.st.dim.Render(p.intro), "")
	}
	long := 0
	for _, it := range p.items {
		long = max(long, width(it.name))
	}
	for i, it := range p.items {
		name := pad(it.name, long)
		if i == p.sel {
			name = p.a.st.strong.Render(name)
		}
		ls = append(ls, "  "+p.a.cursorMark(i == p.sel)+name+"   "+p.a.st.dim.Render(it.hint))
	}
	if over := 2 + p.sel - h + 1; over > 0 && over < len(ls) {
		ls = ls[over:]
	}
	return ls
}

func (p *menuPane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.Up):
		p.sel = max(0, p.sel-1)
	case on(m, k.Down), on(m, k.Focus):
		p.sel = min(len(p.items)-1, p.sel+1)
	case on(m, k.Back), on(m, k.Quit):
		p.a.back()
	case on(m, k.Enter):
		p.a.back()
		return p.items[p.sel].do()
	}
	return nil
}

func (p *menuPane) click(y int) tea.Cmd {
	if p.intro != "" {
		y -= 2
	}
	if i := y - 1; i >= 0 && i < len(p.items) {
		p.sel = i
	}
	return nil
}

func (p *menuPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{pair(k.Up, k.Down, "choose"), as(k.Enter, "take it"), as(k.Back, "back")}
}

func (p *menuPane) wheel(d int) { p.sel = clamp(p.sel+d/3, 0, len(p.items)-1) }
