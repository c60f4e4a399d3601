package tui

import (
	tea "charm.land/bubbletea/v2"
)

// Update takes one message. It routes; what a message does is in the file of the pane it belongs to.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = m.Width, m.Height
		return a, a.log.refresh(false)
	case tea.BackgroundColorMsg:
		a.restyle(m.IsDark())
		return a, a.log.refresh(true)
	case tea.KeyPressMsg:
		return a, a.key(m)
	case tea.PasteMsg:
		return a, a.pane().paste(m)
	case tea.MouseWheelMsg:
		return a, a.wheel(m)
	case tea.MouseClickMsg:
		return a, a.click(m)
	case changedMsg:
		return a, a.changed(m)
	case tickMsg:
		return a, a.ticked(m)
	case wroteMsg:
		return a, a.wrote(m)
	case estimateMsg:
		a.step.estimated(m)
	case askMsg:
		return a, a.asked(m)
	case startedMsg:
		return a, a.started(m)
	case endedMsg:
		return a, a.ended(m)
	case trialsMsg:
		a.row.loaded(m)
	case logMsg:
		a.log.rendered(m)
	case doorsMsg:
		a.doors.loaded(m)
	case openedMsg:
		return a, a.opened(m)
	case editedMsg:
		return a, a.edited(m)
	case exportedMsg:
		a.export.exported(m)
	case closedMsg:
		return a, a.closed(m)
	}
	return a, nil
}

func (a *App) restyle(dark bool) {
	a.st = newStyles(dark)
	a.note.restyle()
	a.form.restyle()
	a.prompt.restyle()
	a.export.restyle()
	a.step.dirty()
}

// key goes to the front, then to what works everywhere.
func (a *App) key(m tea.KeyPressMsg) tea.Cmd {
	a.said = message{}
	if on(m, a.k.Break) {
		return a.interrupt()
	}
	p := a.pane()
	if p.typing() {
		return p.key(m)
	}
	if on(m, a.k.Suspend) {
		return tea.Suspend
	}
	if a.front() == frontStep && a.onPlan && !on(m, a.k.Focus) {
		if cmd, ok := a.plan.key(m); ok {
			return cmd
		}
	}
	if cmd, ok := a.anywhere(m); ok {
		return cmd
	}
	return p.key(m)
}

// anywhere are the keys that mean the same in every pane that is only read.
func (a *App) anywhere(m tea.KeyPressMsg) (tea.Cmd, bool) {
	if on(m, a.k.Help) {
		if a.front() == frontHelp {
			a.back()
		} else {
			a.open(frontHelp)
		}
		return nil, true
	}
	switch a.front() {
	case frontApprove, frontAsk, frontMenu, frontExport: // their keys are answers
		return nil, false
	}
	switch {
	case on(m, a.k.Quit):
		return a.quit(), true
	case on(m, a.k.Mouse):
		a.mouse = !a.mouse
		a.say(map[bool]string{true: "mouse on", false: "mouse off: select text with it"}[a.mouse])
		return nil, true
	}
	if a.book == nil {
		return nil, false
	}
	switch {
	case on(m, a.k.Log):
		return a.toggle(frontLog, a.log.refresh(true)), true
	case on(m, a.k.Graph):
		a.graph.start()
		return a.toggle(frontGraph, nil), true
	case on(m, a.k.Plan):
		return a.toggle(frontPlanText, nil), true
	case on(m, a.k.Export):
		a.export.start()
		a.open(frontExport)
		return nil, true
	case on(m, a.k.Doors):
		return a.leave(), true
	}
	return nil, false
}

// toggle puts a pane in front, or away when it is there already.
func (a *App) toggle(f front, cmd tea.Cmd) tea.Cmd {
	if a.front() == f {
		a.back()
		return nil
	}
	a.fronts = a.fronts[:1]
	a.open(f)
	return cmd
}

func (a *App) wheel(m tea.MouseWheelMsg) tea.Cmd {
	d := 3
	if m.Button == tea.MouseWheelUp {
		d = -3
	}
	l := a.lay()
	if l.plan.has(m.X, m.Y) && a.front() != frontDoors {
		return a.plan.choose(a.plan.sel + d/3)
	}
	a.pane().wheel(d)
	return nil
}

func (a *App) click(m tea.MouseClickMsg) tea.Cmd {
	if m.Button != tea.MouseLeft {
		return nil
	}
	l := a.lay()
	switch {
	case l.plan.has(m.X, m.Y) && a.front() == frontStep:
		a.onPlan = true
		return a.plan.click(m.X-l.plan.x, m.Y-l.plan.y, l)
	case l.body.has(m.X, m.Y):
		a.onPlan = false
		return a.pane().click(m.Y - l.body.y)
	}
	return nil
}

// interrupt is ctrl+c: it stops what runs; where nothing does, it quits.
func (a *App) interrupt() tea.Cmd {
	if a.running && !a.live.Stopping {
		return a.stop()
	}
	return a.quit()
}

// quit asks first where something would be lost.
func (a *App) quit() tea.Cmd {
	if a.book != nil {
		if draft := a.note.draft(); draft != "" && a.front() != frontMenu {
			a.menu.ask("A note is not saved", "", []item{
				{"go on writing", "", func() tea.Cmd { a.open(frontNote); return a.note.focus() }},
				{"save it and quit", "", func() tea.Cmd { return a.note.saveThen(a.bye) }},
				{"throw it away and quit", "", a.bye},
			})
			return nil
		}
		if a.running && a.front() != frontMenu {
			a.menu.ask("Step "+a.live.Step+" is running", "What was recorded so far stays.", []item{
				{"let it run", "", func() tea.Cmd { return nil }},
				{"stop it and quit", "", a.bye},
			})
			return nil
		}
	}
	return a.bye()
}

// bye ends the screen once everything that was asked for is written.
func (a *App) bye() tea.Cmd {
	if a.busy || len(a.queue) > 0 {
		a.queue = append(a.queue, write{then: a.bye})
		return nil
	}
	a.left = true
	a.cancel()
	return tea.Quit
}
