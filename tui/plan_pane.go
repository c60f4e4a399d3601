package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// planPane is the plan with what became of every step, and what comes next.
type planPane struct {
	a    *App
	sel  int   // which step is on the right
	top  int   // first visible line
	hits []int // step of every visible line, for the mouse
}

// signs say where a step stands without any colour.
var signs = map[session.StepStatus]string{
	session.Done: "✓", session.Running: "▸", session.ToDo: "○", session.Skipped: "–",
	session.StepBlocked: "■", session.Interrupted: "!",
}

// words say it where there is room.
var words = map[session.StepStatus]string{
	session.Done: "done", session.Running: "running", session.ToDo: "to do", session.Skipped: "skipped",
	session.StepBlocked: "blocked", session.Interrupted: "interrupted",
}

func sign(s *session.StepState) string {
	if s.Status == session.ToDo && s.Conditional {
		return "◌"
	}
	if g := signs[s.Status]; g != "" {
		return g
	}
	return "○"
}

func word(s *session.StepState) string {
	if s.Status == session.ToDo && s.Conditional {
		return "only if"
	}
	if g := words[s.Status]; g != "" {
		return g
	}
	return "to do"
}

// start picks the step to look at first: what runs, else what comes next.
func (p *planPane) start() {
	p.sel, p.top = 0, 0
	s := p.a.state
	want := s.Next.Step
	for i := range s.Steps {
		if s.Steps[i].Status == session.Running {
			want = s.Steps[i].ID
		}
	}
	for i := range s.Steps {
		if s.Steps[i].ID == want {
			p.sel = i
		}
	}
}

// keep makes sure that the selection is one.
func (p *planPane) keep() { p.sel = clamp(p.sel, 0, max(0, len(p.a.state.Steps)-1)) }

// step is the selected step; nil where the plan has none.
func (p *planPane) step() *session.StepState {
	if p.a.state == nil || p.sel >= len(p.a.state.Steps) {
		return nil
	}
	return &p.a.state.Steps[p.sel]
}

// go_ selects another step, which then stands on the right from its top.
func (p *planPane) choose(to int) tea.Cmd {
	to = clamp(to, 0, max(0, len(p.a.state.Steps)-1))
	if to == p.sel {
		return nil
	}
	p.sel = to
	p.a.step.reset()
	return p.a.step.look()
}

func (p *planPane) key(m tea.KeyPressMsg) (tea.Cmd, bool) {
	k := p.a.k
	switch {
	case on(m, k.Up):
		return p.choose(p.sel - 1), true
	case on(m, k.Down):
		return p.choose(p.sel + 1), true
	case on(m, k.Top):
		return p.choose(0), true
	case on(m, k.Bottom):
		return p.choose(len(p.a.state.Steps) - 1), true
	case on(m, k.Enter), on(m, k.Back) && !p.a.running:
		p.a.onPlan = false
		return nil, true
	}
	return nil, false
}

func (p *planPane) keys() []key.Binding {
	k := p.a.k
	return append([]key.Binding{pair(k.Up, k.Down, "choose a step"), as(k.Enter, "go to it")}, p.a.step.doing()...)
}

func (p *planPane) click(x, y int, l layout) tea.Cmd {
	if l.shape == strip {
		for i, at := range p.hits {
			if x < at {
				return p.choose(i)
			}
		}
		return nil
	}
	if y < len(p.hits) && p.hits[y] >= 0 {
		return p.choose(p.hits[y])
	}
	return nil
}

// view draws the plan above where it stands.
func (p *planPane) view(w, h int) []string {
	below := p.stands(w)
	room := h - len(below) - 1
	if room < min(len(p.a.state.Steps)+1, h/2) {
		below, room = nil, h
	}
	rows, owner := p.list(w, room)
	p.hits = owner
	for len(rows) < room && below != nil {
		rows = append(rows, "")
		if len(rows) >= len(owner)+1 { // what stands below follows the steps, it does not stick to the floor
			break
		}
	}
	return append(rows, below...)
}

// list is the steps, each on one line, or on more where all of them have the room.
func (p *planPane) list(w, h int) (rows []string, owner []int) {
	for _, full := range []bool{true, false} {
		rows, owner = nil, nil
		for i := range p.a.state.Steps {
			for _, r := range p.item(i, w, full) {
				rows, owner = append(rows, r), append(owner, i)
			}
		}
		if len(rows) <= h {
			break
		}
	}
	if len(rows) == 0 {
		return []string{p.a.st.dim.Render("  no steps in this plan")}, []int{-1}
	}
	if len(rows) <= h {
		p.top = 0
		return rows, owner
	}
	first, last := len(rows), 0
	for i, o := range owner {
		if o == p.sel {
			first, last = min(first, i), max(last, i)
		}
	}
	p.top = clamp(clamp(p.top, last-h+1, first), 0, len(rows)-h)
	return rows[p.top : p.top+h], owner[p.top : p.top+h]
}

func (p *planPane) item(i, w int, full bool) []string {
	s, st := &p.a.state.Steps[i], p.a.st
	cur := "  "
	style := st.text
	if i == p.sel {
		cur, style = st.mark.Render("› "), st.strong
		if p.a.onPlanKeys() {
			style = st.mark
		}
	}
	if s.Status == session.Skipped {
		style = st.dim
	}
	took := ""
	if s.Took > 0 {
		took = "  " + st.dim.Render(brief(s.Took))
	}
	head := fmt.Sprintf("%s %-2s ", sign(s), clean(s.ID))
	title := clean(plain(s.Title))
	room := w - 2 - width(head) - width(took) - 1
	if !full {
		return []string{apart(cur+style.Render(head+cut(title, room)), took+" ", w)}
	}
	var rows []string
	for j, l := range wrap(title, room) {
		if j == 0 {
			rows = append(rows, apart(cur+style.Render(head+l), took+" ", w))
			continue
		}
		rows = append(rows, strings.Repeat(" ", 2+width(head))+style.Render(l))
	}
	if s.Condition != "" && s.Status == session.ToDo {
		for _, l := range wrap(clean(plain(s.Condition)), room) {
			rows = append(rows, strings.Repeat(" ", 2+width(head))+st.dim.Render(l))
		}
	}
	return rows
}

// stands is where the investigation stands and what comes next, and why.
func (p *planPane) stands(w int) []string {
	s, st := p.a.state, p.a.st
	rows := []string{"", p.a.ruled(w, "Where it stands", false)}
	add := func(text string, style func(...string) string) {
		for _, l := range wrap(text, w-3) {
			rows = append(rows, "  "+style(l))
		}
	}
	if f := answer(s); f != "" {
		add(clean(f), st.text.Render)
	} else {
		add("no cause proven yet", st.text.Render)
	}
	if t := p.next(); t != "" {
		add(t, st.dim.Render)
	}
	if n := len(s.Plan.Problems); n > 0 {
		add(count(n, "place", "places")+" of the plan not understood: p tells", st.accent.Render)
	}
	if s.LogTrouble != "" {
		add("the log is not written: "+clean(s.LogTrouble), st.accent.Render)
	}
	return rows
}

// next says what comes next and why.
func (p *planPane) next() string {
	n := p.a.state.Next
	if n.Step == "" {
		return clean(n.Reason)
	}
	if n.Reason == "" {
		return "next: " + clean(n.Step)
	}
	return "next: " + clean(n.Step) + ", " + clean(n.Reason)
}

// answer is the last conclusion that was found, or nothing.
func answer(s *session.State) string {
	for _, st := range s.Steps {
		if st.Answer != nil && st.Answer.Verdict == "cause" {
			return causeWords(st.Answer)
		}
	}
	for i := len(s.Findings) - 1; i >= 0; i-- {
		if s.Findings[i].Level == "conclusion" {
			return s.Findings[i].Text
		}
	}
	return ""
}

// strip is the plan in one line, around the selected step.
func (p *planPane) strip(w int) string {
	s, st := p.a.state, p.a.st
	cells := make([]string, len(s.Steps))
	for i := range s.Steps {
		t := sign(&s.Steps[i]) + " " + clean(s.Steps[i].ID)
		switch {
		case i == p.sel && p.a.onPlanKeys():
			t = st.mark.Render("‹" + t + "›")
		case i == p.sel:
			t = st.strong.Render("‹" + t + "›")
		default:
			t = " " + t + " "
		}
		cells[i] = t
	}
	first, used := p.sel, 2
	last := p.sel + 1
	if len(cells) == 0 {
		return pad(st.dim.Render("  no steps in this plan"), w)
	}
	used += width(cells[p.sel]) + 1
	for grow := true; grow; {
		grow = false
		if last < len(cells) && used+width(cells[last])+1 < w-4 {
			used, last, grow = used+width(cells[last])+1, last+1, true
		}
		if first > 0 && used+width(cells[first-1])+1 < w-4 {
			first, used, grow = first-1, used+width(cells[first-1])+1, true
		}
	}
	line, at := " ", 1
	if first > 0 {
		line, at = " …", 2
	}
	p.hits = make([]int, len(cells))
	for i := first; i < last; i++ {
		line, at = line+cells[i]+" ", at+width(cells[i])+1
		p.hits[i] = at
	}
	if last < len(cells) {
		line += "… "
	}
	if rest := w - width(line) - 3; rest > 16 {
		line += "  " + st.dim.Render(cut(p.next(), rest))
	}
	return pad(line, w)
}
