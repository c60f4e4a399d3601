package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"
)

// startedMsg says whether a run began.
type startedMsg struct {
	step string
	run  StepRun
	err  error
}

func (a *App) start(step string) tea.Cmd {
	b := a.book
	return func() tea.Msg {
		r, err := b.Start(step)
		return startedMsg{step, r, err}
	}
}

func (a *App) started(m startedMsg) tea.Cmd {
	if m.err != nil {
		a.fail("step "+m.step+" did not start", m.err)
		return nil
	}
	a.runSeq++
	a.run, a.running, a.live = m.run, true, m.run.Live()
	a.onPlan = false
	a.step.reset()
	return tea.Batch(a.awaitRun(), a.tickWhileRunning())
}

// endedMsg says that run number n is over.
type endedMsg struct {
	run  int
	step string
	err  error
}

func (a *App) awaitRun() tea.Cmd {
	if a.run == nil {
		return nil
	}
	r, n, ctx := a.run, a.runSeq, a.bookCtx
	return func() tea.Msg {
		select {
		case <-r.Done():
			return endedMsg{n, r.Step(), r.Err()}
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *App) ended(m endedMsg) tea.Cmd {
	if m.run != a.runSeq {
		return nil
	}
	a.live = a.run.Live()
	a.running, a.run = false, nil
	a.state = a.book.State()
	if s := a.state.Step(m.step); searches(s) {
		a.step.page.reset() // the answer is the first thing on it
	}
	a.step.dirty()
	switch {
	case m.err == nil:
		a.say("step " + m.step + " ran to its end")
	case errors.Is(m.err, context.Canceled):
		a.say("step " + m.step + " was stopped; what was recorded stays")
	default:
		a.fail("step "+m.step, m.err)
	}
	return tea.Batch(a.step.look(), a.log.refresh(false))
}

// stop asks the run to end; its end comes as a message.
func (a *App) stop() tea.Cmd {
	if !a.running {
		return nil
	}
	a.live.Stopping = true
	a.step.dirty()
	r := a.run
	return func() tea.Msg { r.Stop(); return nil }
}
