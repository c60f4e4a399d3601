package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// notePane is where notes and conclusions are written. What was typed and not
// saved is kept until it is saved or thrown away.
type notePane struct {
	still
	a    *App
	area textarea.Model
	step string // "": the whole investigation
	ends bool   // it is a conclusion
	was  string // the text it was opened with
}

func newNotePane(a *App) *notePane {
	t := textarea.New()
	t.ShowLineNumbers, t.Prompt, t.MaxHeight, t.CharLimit = false, "", 0, 64<<10
	t.SetVirtualCursor(false)
	t.SetStyles(a.st.area)
	return &notePane{a: a, area: t}
}

func (p *notePane) restyle() { p.area.SetStyles(p.a.st.area) }

// note opens a note; one that was left unsaved is gone on with.
func (p *notePane) note(step string) tea.Cmd {
	if p.draft() == "" {
		p.step, p.ends, p.was = step, false, ""
		p.area.SetValue("")
	} else {
		p.a.say("going on with what was not saved")
	}
	p.a.open(frontNote)
	return p.focus()
}

// conclude opens the conclusion of a step.
func (p *notePane) conclude(s *session.StepState) tea.Cmd {
	if p.draft() == "" {
		p.step, p.ends, p.was = s.ID, true, s.Conclusion
		p.area.SetValue(s.Conclusion)
	} else {
		p.a.say("going on with what was not saved")
	}
	p.a.open(frontNote)
	return p.focus()
}

func (p *notePane) focus() tea.Cmd { return p.area.Focus() }

// draft is what was typed and not saved.
func (p *notePane) draft() string {
	if t := strings.TrimSpace(p.area.Value()); t != strings.TrimSpace(p.was) {
		return t
	}
	return ""
}

func (p *notePane) title() string {
	switch {
	case p.ends:
		return "Conclusion of step " + clean(p.step)
	case p.step == "":
		return "Note on the whole investigation"
	}
	return "Note on step " + clean(p.step)
}

func (p *notePane) view(w, h int) []string {
	p.area.SetWidth(max(8, w-4))
	p.area.SetHeight(max(1, h-2))
	if p.area.Placeholder == "" {
		p.area.Placeholder = "Markdown, for the log"
	}
	out := []string{""}
	for _, l := range strings.Split(p.area.View(), "\n") {
		out = append(out, "  "+l)
	}
	return out
}

func (p *notePane) typing() bool { return true }

func (p *notePane) cursor() *tea.Cursor { return moved(p.area.Cursor(), 2, 1) }

func (p *notePane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.Back):
		p.a.back()
		if p.draft() != "" {
			p.a.say("not saved yet, but kept: n or c goes on with it")
		}
		return nil
	case on(m, k.Save):
		p.a.back()
		return p.saveThen(nil)
	case on(m, k.Editor):
		return p.a.editText(p.area.Value())
	case on(m, k.Whole) && !p.ends:
		p.step = map[bool]string{true: "", false: p.here()}[p.step != ""]
		return nil
	}
	var cmd tea.Cmd
	p.area, cmd = p.area.Update(m)
	return cmd
}

func (p *notePane) here() string {
	if s := p.a.plan.step(); s != nil {
		return s.ID
	}
	return ""
}

func (p *notePane) paste(m tea.PasteMsg) tea.Cmd {
	var cmd tea.Cmd
	p.area, cmd = p.area.Update(m)
	return cmd
}

// saveThen records what was written; only when that is durable the draft is let go.
func (p *notePane) saveThen(then func() tea.Cmd) tea.Cmd {
	text := strings.TrimSpace(p.area.Value())
	if p.draft() == "" {
		if then != nil {
			return then()
		}
		return nil
	}
	b, step, ends := p.a.book, p.step, p.ends
	said, do := "note saved", func() error { return b.AddNote(step, text) }
	if ends {
		said, do = "conclusion saved", func() error { return b.Conclude(step, text) }
	}
	return p.a.record(said, do, func() tea.Cmd {
		if p.step == step && strings.TrimSpace(p.area.Value()) == text {
			p.was = ""
			p.area.SetValue("")
		}
		if then != nil {
			return then()
		}
		return nil
	})
}

func (p *notePane) keys() []key.Binding {
	k := p.a.k
	out := []key.Binding{k.Save, as(k.Back, "back, keeping it"), k.Editor}
	if !p.ends {
		out = append(out, k.Whole)
	}
	return out
}
