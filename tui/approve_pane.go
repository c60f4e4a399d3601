package tui

import (
	"fmt"
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// approvePane asks for a yes to the commands that a plan wants to run, one by one.
type approvePane struct {
	still
	a    *App
	step string
	list []session.Approval
	at   int
	pos  scroll
	rows int
}

func (p *approvePane) show(step string, list []session.Approval) {
	p.step, p.list, p.at, p.pos = step, list, 0, scroll{}
	p.a.open(frontApprove)
}

func (p *approvePane) title() string {
	if len(p.list) == 1 {
		return "The plan wants to run a command"
	}
	return fmt.Sprintf("The plan wants to run a command, %d of %d", p.at+1, len(p.list))
}

func (p *approvePane) view(w, h int) []string {
	if p.at >= len(p.list) {
		return nil
	}
	st, ap := p.a.st, p.list[p.at]
	ls := []string{""}
	ls = append(ls, hang("  $ ", st.strong.Render(clean(ap.Command)), w-2)...)
	ls = append(ls, "", "  "+st.dim.Render("exactly, argument by argument"))
	for i, arg := range ap.Argv {
		ls = append(ls, hang("  "+st.dim.Render(fmt.Sprintf("%4d  ", i)), quoted(arg), w-2)...)
	}
	where := clean(filepath.Base(ap.File))
	if ap.Line > 0 {
		where += fmt.Sprintf(", line %d", ap.Line)
	}
	ls = append(ls, "")
	ls = append(ls, hang("  "+st.dim.Render("asked by  "), where, w-2)...)
	ls = append(ls, "  "+st.dim.Render("plan      ")+"sha256 "+cut(clean(ap.Hash), 12))
	if ap.ChangedFrom != "" {
		ls = append(ls, "")
		ls = append(ls, hang("  "+st.mark.Render("changed since you said yes: "), clean(ap.ChangedFrom), w-2)...)
	}
	ls = append(ls, "")
	ls = append(ls, hang("  ", st.dim.Render("session: until it is resolved or the plan changes · always: as long as the plan is what it is now, byte for byte"), w-2)...)
	p.rows = len(ls)
	return p.pos.view(ls, h)
}

// quoted shows an argument so that blanks at its ends and an empty one can be seen.
func quoted(s string) string {
	s = clean(s)
	if s == "" || strings.ContainsAny(s, " '\"") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

func (p *approvePane) key(m tea.KeyPressMsg) tea.Cmd {
	k := p.a.k
	switch {
	case on(m, k.No):
		p.a.back()
		p.a.say("not approved, nothing was run")
	case on(m, k.Once):
		return p.yes(session.Once)
	case on(m, k.Session):
		return p.yes(session.ForSession)
	case on(m, k.Always):
		return p.yes(session.Always)
	default:
		p.a.scrolled(&p.pos, p.rows, m)
	}
	return nil
}

// yes approves the command on screen and goes on to the next, after the last one to the run.
func (p *approvePane) yes(scope session.Scope) tea.Cmd {
	if p.at >= len(p.list) {
		return nil
	}
	b, ap, step := p.a.book, p.list[p.at], p.step
	p.at++
	last := p.at == len(p.list)
	p.pos = scroll{}
	if last {
		p.a.back()
	}
	return p.a.record("", func() error { return b.Approve(step, ap.Command, scope) }, func() tea.Cmd {
		if last {
			return p.a.ask.look(step)
		}
		return nil
	})
}

func (p *approvePane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{k.Once, k.Session, k.Always, k.No}
}

func (p *approvePane) wheel(d int) { p.pos.by(d, p.rows) }
