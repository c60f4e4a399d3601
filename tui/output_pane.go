package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

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
