package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"casebook/notes"
	"casebook/session"
)

// formPane is the form for the case: the two launches, the target, the check.
type formPane struct {
	still
	a      *App
	fields []field
	sel    int
	top    int
	offers []string // commands of the plan
	offer  int
	fresh  bool // it makes a new session instead of changing the case of one
	err    string
	curY   int
	saved  session.Case // what the form does not show
}

// field is one line of the form.
type field struct {
	name, ask string
	in        textinput.Model
	choices   []string // where only these are possible
	err       string
}

const (
	fGood = iota
	fBad
	fCheck
	fTarget
	fDeadline
	fGoodAs
	fBadAs
	fDir
	fReset
)

var profileNames = []string{"shell", "ci", "cron", "service"}

func newFormPane(a *App) *formPane {
	p := &formPane{a: a}
	for _, f := range []field{
		{name: "good", ask: "a command line that works, or pid:N"},
		{name: "bad", ask: "a command line that fails"},
		{name: "check", ask: "how do we know? exit:0, stdout:/ready/, file:out.txt"},
		{name: "target", ask: "pattern on the argv of the process in question; empty: the command itself"},
		{name: "deadline", ask: "like 20s; empty: ten times what the passing side takes"},
		{name: "good as", choices: profileNames},
		{name: "bad as", choices: profileNames},
		{name: "in", ask: "the folder both start in"},
		{name: "reset", ask: "a command between runs, if one is needed"},
	} {
		f.in = newInput(a.st)
		f.in.Placeholder = f.ask
		p.fields = append(p.fields, f)
	}
	return p
}

func (p *formPane) restyle() {
	for i := range p.fields {
		p.fields[i].in.SetStyles(p.a.st.input)
	}
}

// edit opens the form on the case as it is.
func (p *formPane) edit() tea.Cmd {
	p.fresh = false
	p.offers = offered(p.a.state.Plan)
	return p.fill(p.a.state.Case)
}

// new opens the form for a session of two commands, without a plan.
func (p *formPane) new(dir string) tea.Cmd {
	p.fresh, p.offers = true, nil
	return p.fill(session.Case{Dir: dir})
}

func (p *formPane) fill(c session.Case) tea.Cmd {
	p.saved, p.err, p.sel, p.top, p.offer = c, "", 0, 0, 0
	deadline := ""
	if c.Deadline > 0 {
		deadline = c.Deadline.String()
	}
	for i, v := range []string{c.Good, c.Bad, c.Check, c.Target, deadline, c.GoodAs, c.BadAs, c.Dir, c.Reset} {
		f := &p.fields[i]
		f.err = ""
		if f.choices != nil && v == "" {
			v = f.choices[0]
		}
		f.in.SetValue(v)
		f.in.CursorEnd()
	}
	p.a.open(frontForm)
	return p.at(0)
}

// at moves to a field.
func (p *formPane) at(i int) tea.Cmd {
	p.fields[p.sel].in.Blur()
	p.sel = (i + len(p.fields)) % len(p.fields)
	p.offer = 0
	return p.fields[p.sel].in.Focus()
}

// offered is every command that the plan has in code style, each once.
func offered(pl notes.Plan) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range pl.Steps {
		for _, a := range flatten(s.Actions, 0, nil) {
			for _, c := range a.Commands {
				if !seen[c] {
					seen[c] = true
					out = append(out, c)
				}
			}
		}
	}
	return out
}

func (p *formPane) title() string {
	if p.fresh {
		return "Two commands"
	}
	return "The case"
}

func (p *formPane) view(w, h int) []string {
	st := p.a.st
	var ls []string
	if h > 14 {
		ls = append(ls, "")
	}
	first, last := 0, 0
	if p.err != "" {
		ls = append(ls, hang("  "+st.mark.Render("! "), clean(p.err), w-2)...)
	}
	for i := range p.fields {
		f := &p.fields[i]
		if i == p.sel {
			first = len(ls)
		}
		ls = append(ls, p.line(i, w))
		if f.err != "" {
			ls = append(ls, hang("             "+st.mark.Render("! "), clean(f.err), w-2)...)
		}
		if i == p.sel {
			ls = append(ls, p.offerLines(w)...)
			last = len(ls) - 1
		}
		if h > 16 && (i == fBad || i == fDeadline || i == fBadAs) {
			ls = append(ls, "")
		}
	}
	p.top = clamp(clamp(p.top, last-h+1, first), 0, max(0, len(ls)-h))
	p.curY = first - p.top
	return ls[p.top:min(len(ls), p.top+h)]
}

func (p *formPane) line(i, w int) string {
	st, f := p.a.st, &p.fields[i]
	name := st.dim.Render(pad(f.name, 9))
	if i == p.sel {
		name = st.strong.Render(pad(f.name, 9))
	}
	head := "  " + p.a.cursorMark(i == p.sel) + name
	if f.choices == nil {
		f.in.SetWidth(max(8, w-15))
		return head + f.in.View()
	}
	for _, c := range f.choices {
		if c == f.in.Value() {
			head += st.strong.Render("(●) "+c) + "  "
		} else {
			head += st.dim.Render("( ) "+c) + "  "
		}
	}
	return head
}

// offerLines are the plan's commands under a field that takes one.
func (p *formPane) offerLines(w int) []string {
	if p.sel != fGood && p.sel != fBad || len(p.offers) == 0 {
		return nil
	}
	ls := []string{"             " + p.a.st.dim.Render("in the plan (ctrl+n takes the next one):")}
	const most = 4
	for i, c := range p.offers {
		if i == most {
			ls = append(ls, "             "+p.a.st.dim.Render(fmt.Sprintf("and %d more", len(p.offers)-most)))
			break
		}
		ls = append(ls, "             "+p.a.st.code.Render(cut(clean(c), w-15)))
	}
	return ls
}

func (p *formPane) typing() bool { return true }

func (p *formPane) cursor() *tea.Cursor {
	f := &p.fields[p.sel]
	if f.choices != nil {
		return nil
	}
	return moved(f.in.Cursor(), 13, p.curY)
}

func (p *formPane) key(m tea.KeyPressMsg) tea.Cmd {
	k, f := p.a.k, &p.fields[p.sel]
	switch {
	case on(m, k.Back):
		p.a.back()
		return nil
	case on(m, k.Save):
		return p.save()
	case on(m, k.Accept):
		if p.sel == len(p.fields)-1 {
			return p.save()
		}
		return p.at(p.sel + 1)
	case on(m, k.Next):
		return p.at(p.sel + 1)
	case on(m, k.Prev):
		return p.at(p.sel - 1)
	case on(m, k.Offer) && len(p.offers) > 0 && (p.sel == fGood || p.sel == fBad):
		f.in.SetValue(p.offers[p.offer%len(p.offers)])
		f.in.CursorEnd()
		p.offer++
		return nil
	case f.choices != nil:
		p.choose(m)
		return nil
	}
	f.err = ""
	var cmd tea.Cmd
	f.in, cmd = f.in.Update(m)
	return cmd
}

func (p *formPane) choose(m tea.KeyPressMsg) {
	f := &p.fields[p.sel]
	at := 0
	for i, c := range f.choices {
		if c == f.in.Value() {
			at = i
		}
	}
	switch {
	case on(m, p.a.k.Left):
		at--
	case on(m, p.a.k.Right), on(m, p.a.k.Space):
		at++
	}
	f.in.SetValue(f.choices[(at+len(f.choices))%len(f.choices)])
}

func (p *formPane) paste(m tea.PasteMsg) tea.Cmd {
	f := &p.fields[p.sel]
	if f.choices != nil {
		return nil
	}
	m.Content = strings.TrimSpace(strings.ReplaceAll(m.Content, "\n", " "))
	var cmd tea.Cmd
	f.in, cmd = f.in.Update(m)
	return cmd
}

func (p *formPane) keys() []key.Binding {
	k := p.a.k
	out := []key.Binding{k.Save, k.Next}
	if p.fields[p.sel].choices != nil {
		out = append(out, pair(k.Left, k.Right, "choose"))
	}
	if len(p.offers) > 0 && (p.sel == fGood || p.sel == fBad) {
		out = append(out, k.Offer)
	}
	return append(out, as(k.Back, "back, changing nothing"))
}
