package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// askPane says what a run would do and cost, and starts it on a yes.
type askPane struct {
	still
	a    *App
	seq  int
	step string
	est  Estimate
}

// askMsg is what is to be known before a step runs.
type askMsg struct {
	seq     int
	step    string
	est     Estimate
	pending []session.Approval
}

// wantRun begins the way to a run: approval of what the plan wants to run, then the cost, then a yes.
func (a *App) wantRun(s *session.StepState) tea.Cmd {
	switch {
	case a.running:
		a.say("step " + a.run.Step() + " is running; one at a time")
		return nil
	case !a.book.Available(s.Kind):
		a.say("this step is worked by hand: tick the actions (space), write a note (n), conclude (c)")
		return nil
	}
	return a.ask.look(s.ID)
}

func (p *askPane) look(step string) tea.Cmd {
	p.seq++
	b, n := p.a.book, p.seq
	return func() tea.Msg { return askMsg{n, step, b.Expect(step), b.Pending(step)} }
}

func (a *App) asked(m askMsg) tea.Cmd {
	if m.seq != a.ask.seq {
		return nil
	}
	if f := a.front(); f != frontStep && f != frontAsk && f != frontApprove {
		return nil
	}
	a.fronts = a.fronts[:1]
	if len(m.pending) > 0 {
		a.approve.show(m.step, m.pending)
		return nil
	}
	a.ask.step, a.ask.est = m.step, m.est
	a.open(frontAsk)
	return nil
}

func (p *askPane) title() string { return "Run step " + clean(p.step) }

func (p *askPane) view(w, h int) []string {
	st, e := p.a.st, p.est
	c := p.a.state.Case
	ls := []string{""}
	if len(e.Missing) > 0 {
		ls = append(ls, "  "+st.strong.Render("It can't run yet:"))
		for _, m := range e.Missing {
			ls = append(ls, hang("    ", clean(m), w-2)...)
		}
		return ls
	}
	ls = append(ls, hang("  ", st.strong.Render(costWords(e)), w-2)...)
	ls = append(ls, "")
	const most = 12
	for i, c := range e.Will {
		if i == most {
			ls = append(ls, "    "+st.dim.Render(fmt.Sprintf("and %d more", len(e.Will)-most)))
			break
		}
		ls = append(ls, hang("    ", st.code.Render(clean(c)), w-2)...)
	}
	ls = append(ls, "")
	add := func(word, text string) {
		if text != "" {
			ls = append(ls, hang("  "+st.dim.Render(pad(word, 9))+" ", clean(text), w-2)...)
		}
	}
	add("in", c.Dir)
	add("target", c.Target)
	add("check", c.Check)
	if c.Deadline > 0 {
		add("deadline", human(c.Deadline)+" for each run")
	}
	if as := profiles(c); as != "" {
		add("started", as)
	}
	add("between", c.Reset)
	return ls
}

func profiles(c session.Case) string {
	good, bad := c.GoodAs, c.BadAs
	if good == "" {
		good = "shell"
	}
	if bad == "" {
		bad = "shell"
	}
	if good == bad {
		return "as from: " + good
	}
	return "good as from: " + good + ", bad as from: " + bad
}

func (p *askPane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.Back), on(m, k.Quit):
		p.a.back()
	case on(m, k.Case):
		p.a.back()
		return p.a.form.edit()
	case (on(m, k.Accept) || on(m, k.Run)) && len(p.est.Missing) == 0:
		p.a.back()
		return p.a.start(p.step)
	}
	return nil
}

func (p *askPane) keys() []key.Binding {
	k := p.a.k
	if len(p.est.Missing) > 0 {
		return []key.Binding{as(k.Case, "fill in the case"), as(k.Back, "back")}
	}
	return []key.Binding{as(k.Accept, "run"), as(k.Back, "not now"), as(k.Case, "change the case")}
}
