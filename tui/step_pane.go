package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// stepPane is the selected step as one page: the answer first, then what was
// run, the results, and what is to be done.
type stepPane struct {
	still
	a       *App
	page    page
	tables  map[string]*tableView // by step and table
	stale   bool
	forW    int
	forH    int
	est     Estimate
	estFor  string // step that est is of
	lookSeq int
	hidden  bool // what the start found was read
	filter  *tableView
	search  searchView
}

func newStepPane(a *App) *stepPane {
	return &stepPane{a: a, tables: map[string]*tableView{}, stale: true, page: page{cursor: -1}, search: searchView{a: a}}
}

func (p *stepPane) dirty() { p.stale = true }

func (p *stepPane) reset() {
	p.page.reset()
	p.search.start()
	p.filter, p.stale = nil, true
}

// estimateMsg is what a step would cost, as it was when number seq was asked.
type estimateMsg struct {
	seq  int
	step string
	est  Estimate
}

// look asks what the selected step would cost.
func (p *stepPane) look() tea.Cmd {
	s := p.a.plan.step()
	if s == nil || p.a.running || !p.a.book.Available(s.Kind) {
		return nil
	}
	p.lookSeq++
	b, id, n := p.a.book, s.ID, p.lookSeq
	return func() tea.Msg { return estimateMsg{n, id, b.Expect(id)} }
}

func (p *stepPane) estimated(m estimateMsg) {
	if m.seq == p.lookSeq {
		p.est, p.estFor, p.stale = m.est, m.step, true
	}
}

func (p *stepPane) title() string {
	s := p.a.plan.step()
	if s == nil {
		return "No steps"
	}
	return clean(s.ID + "  " + plain(s.Title))
}

func (p *stepPane) view(w, h int) []string {
	if p.searching() {
		p.stale = true
		return p.search.view(w, h)
	}
	if p.stale || p.forW != w || p.forH != h {
		p.stale, p.forW, p.forH = false, w, h
		p.page.h = h
		p.page.set(p.blocks(w, h))
	}
	return p.page.view(h, !p.a.onPlanKeys())
}

// here says whether this step runs in this process.
func (p *stepPane) here() bool {
	s := p.a.plan.step()
	return s != nil && p.a.running && p.a.run.Step() == s.ID
}

func (p *stepPane) key(m tea.KeyPressMsg) tea.Cmd {
	if p.filter != nil {
		return p.write(m)
	}
	if p.searching() {
		if cmd, ok := p.search.key(m); ok {
			return cmd
		}
	} else if cmd, ok := p.sift(m); ok {
		return cmd
	}
	if cmd, ok := p.walk(m); ok {
		return cmd
	}
	return p.act(m)
}

// walk moves about.
func (p *stepPane) walk(m tea.KeyPressMsg) (tea.Cmd, bool) {
	k, a := p.a.k, p.a
	switch {
	case on(m, k.Up):
		p.page.move(-1)
	case on(m, k.Down):
		p.page.move(1)
	case on(m, k.PageUp):
		p.page.scroll(-max(1, p.page.h-2))
	case on(m, k.PageDown):
		p.page.scroll(max(1, p.page.h-2))
	case on(m, k.Top):
		p.page.ends(false)
	case on(m, k.Bottom):
		p.page.ends(true)
	case on(m, k.Left):
		return a.plan.choose(a.plan.sel - 1), true
	case on(m, k.Right):
		return a.plan.choose(a.plan.sel + 1), true
	case on(m, k.Focus):
		a.onPlan = !a.onPlan
	case on(m, k.Enter):
		if b, i := p.page.at(); b != nil && b.open != nil {
			return b.open(i), true
		}
	case on(m, k.Space):
		if b, i := p.page.at(); b != nil && b.tick != nil {
			return b.tick(i), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// act does what the step is there for.
func (p *stepPane) act(m tea.KeyPressMsg) tea.Cmd {
	k, a := p.a.k, p.a
	if on(m, k.Case) {
		return a.form.edit()
	}
	if on(m, k.Hide) {
		p.hidden, p.stale = true, true
		return nil
	}
	if on(m, k.Stop) {
		return p.esc()
	}
	s := a.plan.step()
	if s == nil {
		if on(m, k.Note) {
			return a.note.note("")
		}
		return nil
	}
	switch {
	case on(m, k.Run):
		return a.wantRun(s)
	case on(m, k.Conclude):
		return a.note.conclude(s)
	case on(m, k.Note):
		return a.note.note(s.ID)
	case on(m, k.Mark):
		a.menu.status(s)
	case on(m, k.Kind):
		a.menu.kind(s)
	case on(m, k.Output):
		return a.output.follow(s)
	case on(m, k.Edit):
		return a.editFile(a.state.Plan.File, s.Line)
	}
	return nil
}

// esc stops what runs; where nothing does, it gives the keys to the plan.
func (p *stepPane) esc() tea.Cmd {
	if p.a.running {
		return p.a.stop()
	}
	if t := p.table(); t != nil && t.filter != "" {
		t.filter = ""
		t.sift()
		p.stale = true
		return nil
	}
	p.a.onPlan = true
	return nil
}

// doing are the keys for what can be done with the step as it is now.
func (p *stepPane) doing() []key.Binding {
	k, a := p.a.k, p.a
	s := a.plan.step()
	var out []key.Binding
	switch {
	case p.here():
		stop := "stop (keeps what was recorded)"
		if a.w < stripFrom {
			stop = "stop"
		}
		out = append(out, as(k.Stop, stop), as(k.Output, "all output"))
	case s != nil && a.book.Available(s.Kind) && !a.running:
		out = append(out, as(k.Run, runWord(s)))
	}
	if s == nil {
		return append(out, k.Note, k.Case, k.Log, k.Export, k.Quit)
	}
	return append(out, k.Conclude, k.Note, k.Mark, k.Case, k.Log, k.Graph, k.Export, k.Quit)
}

func runWord(s *session.StepState) string {
	if len(s.Trials) > 0 {
		return "run again"
	}
	return "run"
}

func (p *stepPane) keys() []key.Binding {
	k := p.a.k
	if p.filter != nil {
		return []key.Binding{as(k.Enter, "keep the filter"), as(k.Back, "show all")}
	}
	if p.searching() {
		return p.search.keys()
	}
	var out []key.Binding
	if b, _ := p.page.at(); b != nil {
		if b.tick != nil {
			out = append(out, k.Space)
		}
		if b.open != nil {
			out = append(out, k.Enter)
		}
		if b.table != nil {
			out = append(out, k.Filter, k.Sort)
			if b.table.hidden > 0 || b.table.noise {
				out = append(out, k.Noise)
			}
		}
	}
	if p.here() {
		return append(p.doing(), out...)
	}
	return append(out, p.doing()...)
}

func (p *stepPane) wheel(d int) {
	if p.searching() {
		p.search.wheel(d)
		return
	}
	p.page.scroll(d)
}

func (p *stepPane) click(y int) tea.Cmd {
	if p.searching() {
		return nil
	}
	l := p.page.top + y
	b, i := p.page.find(l)
	if b == nil || b.picks == nil || !b.picks(i) {
		return nil
	}
	again := p.page.cursor == l
	p.page.put(l)
	switch {
	case b.tick != nil:
		return b.tick(i)
	case again && b.open != nil:
		return b.open(i)
	}
	return nil
}
