package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
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
	a.step.page.reset()
	a.step.dirty()
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

// running is what runs, how far it is, and the end of what it prints.
func (p *stepPane) running(w, h int) []block {
	a, l, st := p.a, p.a.live, p.a.st
	head := " " + st.mark.Render("▸") + " "
	what := clean(l.Label)
	switch {
	case l.Stopping:
		what = "stopping: everything it started is being ended"
	case what == "":
		what = "starting"
	}
	ls := []string{apart(head+st.strong.Render(what), st.text.Render(human(l.Elapsed))+" ", w)}
	ls = append(ls, "   "+st.dim.Render(cut(progressWords(l), w-4)))
	if b := bar(l, min(40, w-6)); b != "" && h > 10 {
		ls = append(ls, "   "+b)
	}
	if l.Command != "" {
		ls = append(ls, "   "+st.code.Render(cut(clean(l.Command), w-4)))
	}
	ls = append(ls, "")
	out := []block{lines("running", ls...)}
	room := share(l.Streams, h-len(ls))
	for i, s := range l.Streams {
		out = append(out, a.tail(s, w, room[i]))
	}
	if len(l.Streams) == 0 {
		out = append(out, lines("quiet", "   "+st.dim.Render("nothing printed yet")))
	}
	return append(out, lines("running.", ""))
}

// share divides h lines among streams: what one does not need goes to the others.
func share(ss []session.LiveStream, h int) []int {
	out := make([]int, len(ss))
	for left := h; left > 0; {
		gave := false
		for i, s := range ss {
			if left > 0 && out[i] < len(s.Lines)+1 {
				out[i], left, gave = out[i]+1, left-1, true
			}
		}
		if !gave {
			break
		}
	}
	for i := range out {
		out[i] = max(2, out[i])
	}
	return out
}

// progressWords is how many trials are done and left, and how long that takes.
func progressWords(l session.Live) string {
	var parts []string
	if t := clean(l.Progress.Text); t != "" {
		parts = append(parts, t)
	}
	done := max(l.Trials, l.Progress.Done)
	if l.Progress.Left > 0 {
		parts = append(parts, fmt.Sprintf("%d of at most %d runs done", done, done+l.Progress.Left))
	} else {
		parts = append(parts, count(done, "run", "runs")+" done")
	}
	if l.Progress.ETA > 0 {
		parts = append(parts, "about "+human(l.Progress.ETA)+" left")
	}
	return strings.Join(parts, " · ")
}

func bar(l session.Live, w int) string {
	done := max(l.Trials, l.Progress.Done)
	all := done + l.Progress.Left
	if l.Progress.Left == 0 || w < 10 {
		return ""
	}
	n := done * w / all
	return strings.Repeat("━", n) + strings.Repeat("╌", w-n)
}

// tail is the end of one stream in at most h lines.
func (a *App) tail(s session.LiveStream, w, h int) block {
	name := clean(s.Name) + ", " + size(s.Total)
	if s.Dropped > 0 {
		name += ", " + size(s.Dropped) + " not shown"
	}
	n := min(len(s.Lines), h-1)
	from := len(s.Lines) - n
	return block{id: "tail " + s.Name, n: n + 1, line: func(i int, _ bool) string {
		if i == 0 {
			return "   " + a.st.dim.Render(cut(name, w-4))
		}
		return "   " + a.st.rule.Render("│ ") + cut(clean(head(s.Lines[from+i-1], w*4)), w-6)
	}}
}

// head is the first bytes of s, enough for what can be seen of it.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

// outputPane is all that is kept of what the run prints, following its end.
type outputPane struct {
	still
	a    *App
	step string
	rows []string
	at   scroll
}

func (p *outputPane) follow(s *session.StepState) tea.Cmd {
	if !p.a.step.here() {
		gs := groups(p.a.state, s)
		if len(gs) == 0 {
			p.a.say("nothing ran in this step yet")
			return nil
		}
		return p.a.row.trials(gs[len(gs)-1])
	}
	p.step, p.at = s.ID, scroll{follow: true}
	p.a.open(frontOutput)
	return nil
}

func (p *outputPane) title() string {
	return strings.TrimSpace("Output  " + clean(p.a.live.Trial))
}

func (p *outputPane) collect() {
	p.rows = p.rows[:0]
	for _, s := range p.a.live.Streams {
		p.rows = append(p.rows, "\x00"+s.Name+", "+size(s.Total))
		p.rows = append(p.rows, s.Lines...)
	}
}

func (p *outputPane) view(w, h int) []string {
	p.collect()
	vis := p.at.view(p.rows, h)
	out := make([]string, len(vis))
	for i, l := range vis {
		if strings.HasPrefix(l, "\x00") {
			out[i] = "  " + p.a.st.dim.Render(cut(clean(l[1:]), w-3))
			continue
		}
		out[i] = "  " + cut(clean(head(l, w*4)), w-3)
	}
	return out
}

func (p *outputPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.a.scrolled(&p.at, len(p.rows), m):
	case on(m, p.a.k.Back), on(m, p.a.k.Output):
		p.a.back()
	}
	return nil
}

func (p *outputPane) keys() []key.Binding {
	k := p.a.k
	ks := []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), as(k.Bottom, "follow the end")}
	if p.a.running {
		ks = append(ks, as(k.Break, "stop"))
	}
	return ks
}

func (p *outputPane) wheel(d int) { p.at.by(d, len(p.rows)) }
