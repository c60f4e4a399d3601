package tui

import (
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// exportPane writes the report: as what, and where.
type exportPane struct {
	still
	a     *App
	sel   int
	in    textinput.Model
	onTo  bool
	busy  bool
	seq   int
	files []string
	err   error
}

var formats = []struct{ name, hint string }{
	{"md", "Markdown; a memory bank gets its blocks too"},
	{"html", "one self-contained page, with the graph"},
	{"json", "everything, for programs"},
}

func newExportPane(a *App) *exportPane { return &exportPane{a: a, in: newInput(a.st)} }

func (p *exportPane) restyle() { p.in.SetStyles(p.a.st.input) }

func (p *exportPane) start() {
	p.files, p.err, p.busy, p.onTo = nil, nil, false, false
	p.in.Blur()
}

// exportedMsg is what became of export number seq.
type exportedMsg struct {
	seq   int
	files []string
	err   error
}

func (p *exportPane) exported(m exportedMsg) {
	if m.seq == p.seq {
		p.busy, p.files, p.err = false, m.files, m.err
	}
}

func (p *exportPane) title() string { return "Export" }

func (p *exportPane) view(w, h int) []string {
	st := p.a.st
	ls := []string{""}
	for i, f := range formats {
		name := pad(f.name, 5)
		if i == p.sel {
			name = st.strong.Render(name)
		}
		ls = append(ls, "  "+p.a.cursorMark(i == p.sel && !p.onTo)+map[bool]string{true: "(●) ", false: "( ) "}[i == p.sel]+name+"  "+st.dim.Render(f.hint))
	}
	p.in.SetWidth(w - 12)
	p.in.Placeholder = "beside the log, or into the memory bank"
	ls = append(ls, "", "  "+p.a.cursorMark(p.onTo)+st.dim.Render("folder ")+p.in.View(), "")
	switch {
	case p.busy:
		ls = append(ls, "    writing…")
	case p.err != nil:
		ls = append(ls, hang("    "+st.mark.Render("! "), clean(p.err.Error()), w-2)...)
	case p.files != nil && len(p.files) == 0:
		ls = append(ls, "    nothing to change: all of it stands there already")
	case p.files != nil:
		ls = append(ls, "    "+st.strong.Render("written"))
		for _, f := range p.files {
			ls = append(ls, "    "+cut(clean(p.a.nearby(f)), w-5))
		}
	}
	return ls
}

// nearby is a path as it is called from where the investigation is, where that is shorter.
func (a *App) nearby(file string) string {
	if rel, err := filepath.Rel(a.state.Dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return file
}

func (p *exportPane) typing() bool { return p.onTo }

func (p *exportPane) cursor() *tea.Cursor {
	if !p.onTo {
		return nil
	}
	return moved(p.in.Cursor(), 11, 2+len(formats))
}

func (p *exportPane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.Back), on(m, k.Quit) && !p.onTo:
		p.a.back()
		return nil
	case on(m, k.Focus):
		p.onTo = !p.onTo
		if p.onTo {
			return p.in.Focus()
		}
		p.in.Blur()
		return nil
	case on(m, k.Accept):
		return p.write()
	case p.onTo:
		var cmd tea.Cmd
		p.in, cmd = p.in.Update(m)
		return cmd
	case on(m, k.Up):
		p.sel = max(0, p.sel-1)
	case on(m, k.Down):
		p.sel = min(len(formats)-1, p.sel+1)
	}
	return nil
}

func (p *exportPane) paste(m tea.PasteMsg) tea.Cmd {
	if !p.onTo {
		return nil
	}
	var cmd tea.Cmd
	p.in, cmd = p.in.Update(m)
	return cmd
}

func (p *exportPane) write() tea.Cmd {
	if p.busy {
		return nil
	}
	p.seq++
	p.busy, p.files, p.err = true, nil, nil
	n, b := p.seq, p.a.book
	o := session.ExportOptions{To: strings.TrimSpace(p.in.Value()), Format: formats[p.sel].name}
	return func() tea.Msg {
		files, err := b.Export(o)
		if files == nil {
			files = []string{}
		}
		return exportedMsg{n, files, err}
	}
}

func (p *exportPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Accept, "export"), pair(k.Up, k.Down, "as what"), as(k.Focus, "folder"), as(k.Back, "back")}
}
