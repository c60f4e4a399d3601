package tui

import (
	"fmt"
	"path/filepath"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// Home is the folder that Casebook was started in: what can be gone on with
// there, and the ways to begin. Its methods may wait; they are called from commands.
type Home interface {
	Dir() string
	Sessions() ([]session.Summary, error)
	Plans() ([]PlanFile, error) // files that look like plans, newest first
	Open(id string) (Book, error)
	Create(o session.CreateOptions) (Book, error)
	Demo() (Book, error)
}

// PlanFile is a Markdown file that looks like a plan.
type PlanFile struct {
	Path  string // as it is opened
	Name  string // as it is shown: relative to the folder
	Title string
	Steps int
	Age   string // "2 h ago"
}

// doorsPane is the start screen: what can be gone on with, and three ways to begin.
type doorsPane struct {
	still
	a        *App
	page     page
	sessions []session.Summary
	plans    []PlanFile
	errs     []string
	ready    bool
	opening  string
	seq      int
}

// doorsMsg is what the folder has.
type doorsMsg struct {
	sessions []session.Summary
	plans    []PlanFile
	errs     []string
}

func (p *doorsPane) load() tea.Cmd {
	h := p.a.home
	if h == nil {
		p.ready = true
		return nil
	}
	return func() tea.Msg {
		var m doorsMsg
		var err error
		if m.sessions, err = h.Sessions(); err != nil {
			m.errs = append(m.errs, err.Error())
		}
		if m.plans, err = h.Plans(); err != nil {
			m.errs = append(m.errs, err.Error())
		}
		return m
	}
}

func (p *doorsPane) loaded(m doorsMsg) {
	p.sessions, p.plans, p.errs, p.ready = m.sessions, m.plans, m.errs, true
}

// openedMsg is an investigation that was opened or made, for door number seq.
type openedMsg struct {
	seq  int
	book Book
	err  error
}

func (p *doorsPane) enter(what string, open func() (Book, error)) tea.Cmd {
	if p.opening != "" {
		return nil
	}
	p.seq++
	n := p.seq
	p.opening = what
	return func() tea.Msg {
		b, err := open()
		return openedMsg{n, b, err}
	}
}

func (p *doorsPane) create(o session.CreateOptions) tea.Cmd {
	h := p.a.home
	return p.enter("a new session", func() (Book, error) { return h.Create(o) })
}

func (a *App) opened(m openedMsg) tea.Cmd {
	if m.seq != a.doors.seq {
		return nil
	}
	a.doors.opening = ""
	if m.err != nil {
		if a.front() == frontForm {
			return a.form.refused(m.err)
		}
		a.fail("", m.err)
		return nil
	}
	a.take(m.book)
	return a.begin()
}

// leave goes back to the start screen; the session is closed.
func (a *App) leave() tea.Cmd {
	switch {
	case a.home == nil:
		a.say("there is no start screen to go back to")
		return nil
	case a.running:
		a.say("step " + a.live.Step + " is running: stop it first (ctrl+c)")
		return nil
	case a.note.draft() != "":
		a.say("a note is not saved: n or c goes on with it")
		return nil
	}
	b := a.book
	a.letGo()
	a.bookSeq++
	a.fronts, a.onPlan = []front{frontDoors}, false
	a.book, a.state, a.run = nil, nil, nil
	a.doors.ready = false
	return func() tea.Msg { return closedMsg{b.Close()} }
}

// closedMsg says that the session that was left is closed.
type closedMsg struct{ err error }

func (a *App) closed(m closedMsg) tea.Cmd {
	if m.err != nil {
		a.fail("", m.err)
	}
	return a.doors.load()
}

func (p *doorsPane) title() string {
	if p.a.home == nil {
		return ""
	}
	return clean(filepath.Base(p.a.home.Dir()))
}

func (p *doorsPane) view(w, h int) []string {
	p.page.h = h
	p.page.set(p.blocks(w))
	return p.page.view(h, true)
}

func (p *doorsPane) blocks(w int) []block {
	st := p.a.st
	if !p.ready {
		return []block{lines("wait", "", "   looking around…")}
	}
	bs := []block{lines("top", "")}
	if p.opening != "" {
		return append(bs, lines("opening", "   opening "+clean(p.opening)+"…"))
	}
	for _, e := range p.errs {
		bs = append(bs, lines("err"+e, hang(" "+st.mark.Render("! "), clean(e), w-2)...))
	}
	head := func(id, text, hint string) {
		bs = append(bs, lines(id+"?", "   "+st.strong.Render(text)+"  "+st.dim.Render(cut(hint, w-width(text)-8))))
	}
	if len(p.sessions) > 0 {
		head("go", "Go on", "")
		for _, s := range p.sessions {
			bs = append(bs, p.session(s, w))
		}
		bs = append(bs, lines("go.", ""))
	}
	if len(p.plans) > 0 {
		head("plans", "A plan here", "a Markdown file that says what to investigate")
		for _, f := range p.plans {
			bs = append(bs, p.plan(f, w))
		}
	} else {
		head("plans", "A plan here", "no Markdown file in this folder looks like one")
	}
	bs = append(bs, lines("plans.", ""))
	head("two", "Two commands", "")
	bs = append(bs, p.door("two", "works like this, fails like this, and how we know", "", w, func() tea.Cmd { return p.a.form.new(p.a.home.Dir()) }), lines("two.", ""))
	head("demo", "The demo", "")
	bs = append(bs, p.door("demo", "a worker that takes no jobs when a fixture starts it", "about three minutes", w, func() tea.Cmd {
		return p.enter("the demo", p.a.home.Demo)
	}))
	return bs
}

func (p *doorsPane) session(s session.Summary, w int) block {
	note := fmt.Sprintf("%s · %d of %s done · %s · %s", s.Status, s.Done, count(s.Steps, "step", "steps"), count(s.Trials, "run", "runs"), ago(s.Changed, p.a.now()))
	switch {
	case w < 50:
		note = string(s.Status)
	case w < 90:
		note = fmt.Sprintf("%s · %d of %d done · %s", s.Status, s.Done, s.Steps, ago(s.Changed, p.a.now()))
	}
	name := clean(s.Title)
	if s.Trouble != "" {
		note, name = "! "+clean(s.Trouble), clean(s.ID+"  "+s.Title)
	}
	return p.door("s "+s.ID, name, note, w, func() tea.Cmd {
		if s.Trouble != "" {
			p.a.warn(s.Trouble)
			return nil
		}
		return p.enter(s.Title, func() (Book, error) { return p.a.home.Open(s.ID) })
	})
}

func (p *doorsPane) plan(f PlanFile, w int) block {
	note := fmt.Sprintf("%s · %s", count(f.Steps, "step", "steps"), f.Age)
	name := clean(f.Name)
	if room := w - width(name) - width(note) - 14; f.Title != "" && room > 16 {
		name += "   " + p.a.st.dim.Render(cut(clean(plain(f.Title)), room))
	}
	return p.door("p "+f.Path, name, note, w, func() tea.Cmd { return p.create(session.CreateOptions{Plan: f.Path}) })
}

// door is one line that enter goes through.
func (p *doorsPane) door(id, name, note string, w int, enter func() tea.Cmd) block {
	return block{
		id: id, n: 1,
		line: func(_ int, cur bool) string {
			t := cut(name, max(12, w-width(note)-9))
			if cur {
				t = p.a.st.strong.Render(t)
			}
			return apart("   "+p.a.cursorMark(cur)+t, p.a.st.dim.Render(note)+"  ", w)
		},
		picks: func(int) bool { return true },
		open:  func(int) tea.Cmd { return enter() },
	}
}

func (p *doorsPane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.Up):
		p.page.move(-1)
	case on(m, k.Down), on(m, k.Focus):
		p.page.move(1)
	case on(m, k.PageUp):
		p.page.scroll(-max(1, p.page.h-2))
	case on(m, k.PageDown):
		p.page.scroll(max(1, p.page.h-2))
	case on(m, k.Top):
		p.page.ends(false)
	case on(m, k.Bottom):
		p.page.ends(true)
	case on(m, k.Enter):
		if b, i := p.page.at(); b != nil && b.open != nil {
			return b.open(i)
		}
	}
	return nil
}

func (p *doorsPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{pair(k.Up, k.Down, "choose"), as(k.Enter, "open"), k.Quit}
}

func (p *doorsPane) wheel(d int) { p.page.scroll(d) }

func (p *doorsPane) click(y int) tea.Cmd {
	l := p.page.top + y
	b, i := p.page.find(l)
	if b == nil || b.picks == nil {
		return nil
	}
	again := p.page.cursor == l
	p.page.put(l)
	if again {
		return b.open(i)
	}
	return nil
}
