package tui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// calm is the least time between two looks at what changed: twenty a second.
const calm = 50 * time.Millisecond

// changedMsg is how things stand after some changes.
type changedMsg struct {
	book  int
	state *session.State
	run   StepRun
	live  session.Live
}

// watch waits for the next change. There is one at a time: the next is asked
// for when this one was applied, so a fast writer never runs ahead of the screen.
func (a *App) watch() tea.Cmd {
	b, n, ctx, last := a.book, a.bookSeq, a.bookCtx, time.Now()
	if b == nil {
		return nil
	}
	return func() tea.Msg {
		left := ctx.Done()
		select {
		case _, ok := <-b.Changed():
			if !ok {
				return nil
			}
		case <-left:
			return nil
		}
		if wait := calm - time.Since(last); wait > 0 {
			select {
			case <-time.After(wait):
			case <-left:
				return nil
			}
		}
		m := changedMsg{book: n, state: b.State(), run: b.Running()}
		if m.run != nil {
			m.live = m.run.Live()
		}
		return m
	}
}

func (a *App) changed(m changedMsg) tea.Cmd {
	if m.book != a.bookSeq {
		return nil
	}
	grown := a.state == nil || a.state.Records != m.state.Records
	a.state = m.state
	if m.run != nil && a.run != nil && m.run.Step() == a.run.Step() {
		a.live = m.live
	}
	a.plan.keep()
	a.step.dirty()
	if !grown {
		return a.watch()
	}
	return tea.Batch(a.watch(), a.log.refresh(false), a.step.look(), a.row.again())
}

// tickMsg moves the clocks on while something runs.
type tickMsg struct{ run int }

func (a *App) tickWhileRunning() tea.Cmd {
	if !a.running {
		return nil
	}
	n, ctx := a.runSeq, a.bookCtx
	return func() tea.Msg {
		select {
		case <-time.After(500 * time.Millisecond):
			return tickMsg{n}
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *App) ticked(m tickMsg) tea.Cmd {
	if m.run != a.runSeq || !a.running {
		return nil
	}
	a.live = a.run.Live()
	a.step.dirty()
	return a.tickWhileRunning()
}

// write is something to be recorded; what is done with it must be safe to do twice or not at all.
type write struct {
	what string
	do   func() error
	then func() tea.Cmd
}

// wroteMsg says that a write came to its end.
type wroteMsg struct {
	write
	err error
}

// record queues a write. They go one by one, in order.
func (a *App) record(what string, do func() error, then func() tea.Cmd) tea.Cmd {
	a.queue = append(a.queue, write{what, do, then})
	return a.drain()
}

func (a *App) drain() tea.Cmd {
	if a.busy || len(a.queue) == 0 {
		return nil
	}
	w := a.queue[0]
	a.queue = a.queue[1:]
	a.busy = true
	return func() tea.Msg {
		if w.do == nil {
			return wroteMsg{w, nil}
		}
		return wroteMsg{w, w.do()}
	}
}

func (a *App) wrote(m wroteMsg) tea.Cmd {
	a.busy = false
	if a.book != nil {
		a.state = a.book.State()
		a.plan.keep()
		a.step.dirty()
	}
	if c := (caseError{}); errors.As(m.err, &c) && a.front() == frontForm {
		return tea.Batch(a.form.refused(c.error), a.drain())
	}
	if m.err != nil {
		a.fail(m.what, m.err)
		return a.drain()
	}
	if m.what != "" {
		a.say(m.what)
	}
	var then tea.Cmd
	if m.then != nil {
		then = m.then()
	}
	return tea.Batch(then, a.drain(), a.step.look())
}
