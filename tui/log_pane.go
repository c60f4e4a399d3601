package tui

import (
	"path/filepath"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/notes"
)

// logMost is how much of the log's end is rendered; the file has the rest.
const logMost = 256 << 10

// logPane is the log as it grows.
type logPane struct {
	still
	a    *App
	seq  int
	forW int
	rows []string
	at   scroll
}

func newLogPane(a *App) *logPane { return &logPane{a: a, at: scroll{follow: true}} }

// logMsg is the log, rendered for a width.
type logMsg struct {
	seq  int
	w    int
	rows []string
}

// refresh renders the log anew, off the screen's thread, if it can be seen.
func (p *logPane) refresh(force bool) tea.Cmd {
	a := p.a
	if a.book == nil || !force && a.front() != frontLog {
		return nil
	}
	w := lay(a.w, a.h, false, false, false).body.w
	if w < 8 {
		return nil
	}
	p.seq++
	n, b, st := p.seq, a.book, a.st
	return func() tea.Msg {
		return logMsg{n, w, st.colour(notes.RenderTail(b.LogText(logMost), w-3, logMost))}
	}
}

func (p *logPane) rendered(m logMsg) {
	if m.seq == p.seq {
		p.rows, p.forW = m.rows, m.w
	}
}

func (p *logPane) title() string {
	t := "Log"
	if p.a.state.LogPath != "" {
		t += "  " + clean(filepath.Base(p.a.state.LogPath))
	}
	return t
}

func (p *logPane) view(w, h int) []string {
	if len(p.rows) == 0 {
		return []string{"", "   " + p.a.st.dim.Render("the log is empty so far")}
	}
	vis := p.at.view(p.rows, h)
	out := make([]string, len(vis))
	for i, l := range vis {
		out[i] = "  " + l
	}
	return out
}

func (p *logPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.a.scrolled(&p.at, len(p.rows), m):
	case on(m, p.a.k.Back):
		p.a.back()
	case on(m, p.a.k.Edit):
		return p.a.editFile(p.a.state.LogPath, 1<<30)
	case on(m, p.a.k.Note):
		return p.a.note.note("")
	}
	return nil
}

func (p *logPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), as(k.Bottom, "follow the end"), as(k.Note, "note"), as(k.Edit, "in your editor")}
}

func (p *logPane) wheel(d int) { p.at.by(d, len(p.rows)) }
