package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// promptPane asks for one line.
type promptPane struct {
	still
	a    *App
	name string
	in   textinput.Model
	then func(string) tea.Cmd
}

func newPromptPane(a *App) *promptPane {
	p := &promptPane{a: a, in: newInput(a.st)}
	return p
}

// newInput is a text field with a real cursor.
func newInput(st *styles) textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.SetStyles(st.input)
	return in
}

func (p *promptPane) restyle() { p.in.SetStyles(p.a.st.input) }

// why asks a question, where there is one, and goes on with the answer; an empty one is one too.
func (p *promptPane) why(question string, then func(string) tea.Cmd) tea.Cmd {
	if question == "" {
		return then("")
	}
	p.name, p.then = question, then
	p.in.Reset()
	p.a.open(frontPrompt)
	return p.in.Focus()
}

func (p *promptPane) title() string { return p.name }

func (p *promptPane) view(w, h int) []string {
	p.in.SetWidth(w - 5)
	return []string{"", "  " + p.in.View(), "", "  " + p.a.st.dim.Render("one line for the log; empty is fine")}
}

func (p *promptPane) typing() bool { return true }

func (p *promptPane) cursor() *tea.Cursor { return moved(p.in.Cursor(), 2, 1) }

// moved is a cursor further right and down.
func moved(c *tea.Cursor, x, y int) *tea.Cursor {
	if c != nil {
		c.X, c.Y = c.X+x, c.Y+y
	}
	return c
}

func (p *promptPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case on(m, p.a.k.Back):
		p.a.back()
		return nil
	case on(m, p.a.k.Accept):
		p.a.back()
		return p.then(strings.TrimSpace(p.in.Value()))
	}
	var cmd tea.Cmd
	p.in, cmd = p.in.Update(m)
	return cmd
}

func (p *promptPane) paste(m tea.PasteMsg) tea.Cmd {
	var cmd tea.Cmd
	p.in, cmd = p.in.Update(m)
	return cmd
}

func (p *promptPane) keys() []key.Binding {
	return []key.Binding{p.a.k.Accept, as(p.a.k.Back, "leave it as it was")}
}
