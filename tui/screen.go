package tui

import (
	"fmt"
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

func (a *App) lay() layout {
	alone := a.front() == frontDoors || a.front() == frontHelp || a.book == nil
	fold := a.w < foldUnder && !alone && (a.front() == frontStep || a.front() == frontRow) && a.step.searching()
	return lay(a.w, a.h, alone, a.onPlan && a.front() == frontStep, fold)
}

// View draws the screen: a header, what is in front, the keys.
func (a *App) View() tea.View {
	var v tea.View
	v.AltScreen = true
	v.WindowTitle = "casebook"
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if a.w == 0 || a.h == 0 {
		return v
	}
	l := a.lay()
	if l.shape == tiny {
		v.SetContent(a.tooSmall())
		return v
	}
	rows := make([]string, 0, a.h)
	rows = append(rows, a.header())
	switch l.shape {
	case wide:
		rows = append(rows, a.wideBody(l)...)
	case strip:
		rows = append(rows, a.plan.strip(l.plan.w))
		rows = append(rows, a.ruled(l.w, a.pane().title(), !a.onPlan))
		rows = append(rows, fill(a.pane().view(l.body.w, l.body.h), l.body.w, l.body.h)...)
	default:
		title, body := a.pane().title(), l.body
		if body.h == 0 {
			title, body = "Plan", l.plan
			rows = append(rows, a.ruled(l.w, title, true))
			rows = append(rows, fill(a.plan.view(body.w, body.h), body.w, body.h)...)
		} else {
			rows = append(rows, a.ruled(l.w, title, true))
			rows = append(rows, fill(a.pane().view(body.w, body.h), body.w, body.h)...)
		}
	}
	if l.rule && l.shape != wide {
		rows = append(rows, a.foot(l.w, -1))
	}
	rows = append(rows, a.footer(l.w, l.rule))
	v.SetContent(strings.Join(rows, "\n"))
	if c := a.pane().cursor(); c != nil && !a.onPlanKeys() {
		c.X, c.Y = c.X+l.body.x, c.Y+l.body.y
		v.Cursor = c
	}
	return v
}

func (a *App) onPlanKeys() bool { return a.onPlan && a.front() == frontStep }

func (a *App) wideBody(l layout) []string {
	rows := []string{a.rulePair(l)}
	left := fill(a.plan.view(l.plan.w, l.plan.h), l.plan.w, l.plan.h)
	right := fill(a.pane().view(l.body.w, l.body.h), l.body.w, l.body.h)
	bar := a.st.rule.Render("│")
	for i := range right {
		rows = append(rows, left[i]+bar+right[i])
	}
	if l.rule {
		rows = append(rows, a.foot(l.w, l.plan.w))
	}
	return rows
}

// fill makes exactly h lines of exactly w cells.
func fill(ls []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(ls) {
			out[i] = pad(ls[i], w)
		} else {
			out[i] = strings.Repeat(" ", w)
		}
	}
	return out
}

// ruled is a line with a title in it.
func (a *App) ruled(w int, title string, keys bool) string {
	st := a.st.strong
	if keys {
		st = a.st.mark
	}
	if title == "" {
		return a.st.rule.Render(strings.Repeat("─", w))
	}
	title = cut(title, w-5)
	rest := w - width(title) - 4
	return a.st.rule.Render(" ─ ") + st.Render(title) + a.st.rule.Render(" "+strings.Repeat("─", max(0, rest)))
}

func (a *App) rulePair(l layout) string {
	left := a.ruled(l.plan.w, "Plan", a.onPlanKeys())
	right := a.ruled(l.body.w+1, a.pane().title(), !a.onPlanKeys())
	return left + a.st.rule.Render("┬") + strings.Replace(right, " ─ ", "─ ", 1)
}

// foot is the line above the keys; it carries what just happened.
func (a *App) foot(w, at int) string {
	if a.said.text == "" {
		if at < 0 {
			return a.st.rule.Render(strings.Repeat("─", w))
		}
		return a.st.rule.Render(strings.Repeat("─", at) + "┴" + strings.Repeat("─", w-at-1))
	}
	text := a.saidText(w - 6)
	return a.st.rule.Render(" ─ ") + text + a.st.rule.Render(" "+strings.Repeat("─", max(0, w-width(text)-4)))
}

func (a *App) saidText(w int) string {
	if a.said.bad {
		return a.st.mark.Render(cut("! "+a.said.text, w))
	}
	return a.st.strong.Render(cut(a.said.text, w))
}

func (a *App) header() string {
	name := a.st.mark.Render(" casebook")
	if a.book == nil {
		return pad(name+a.st.dim.Render("   works one way, fails another: find what makes the difference"), a.w)
	}
	s := a.state
	right := fmt.Sprintf("session %d · %s", s.Number, s.Status)
	if a.running {
		right = "▸ step " + a.live.Step + " runs · " + right
	}
	sign := " ●"
	if s.LogTrouble != "" {
		sign = " ! not written"
	}
	logName := ""
	if s.LogPath != "" {
		logName = " · log " + logDay(s.LogPath) + sign
	}
	if a.w >= 70 {
		right += logName
	} else if s.LogTrouble != "" {
		right += " · log" + sign
	}
	if a.w < 50 {
		return apart(a.st.mark.Render(" "+cut(clean(s.Title), a.w/2)), a.st.dim.Render(right)+" ", a.w)
	}
	return apart(name+"   "+a.st.strong.Render(cut(clean(s.Title), max(8, a.w-width(right)-16))), a.st.dim.Render(right)+" ", a.w)
}

// logDay is what tells one log from another at a glance: its date where it has one.
func logDay(path string) string {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if i := strings.IndexByte(base, '_'); i == len("2006-01-02") {
		return base[:i]
	}
	return clean(base)
}

// footer is the keys of what has them, as many as there is room for, and always the way to all of them.
func (a *App) footer(w int, ruled bool) string {
	if !ruled && a.said.text != "" {
		return pad(" "+a.saidText(w-2), w)
	}
	last := a.keyText(a.k.Help)
	if a.pane().typing() {
		last = ""
	}
	room := w - width(last) - 2
	out, used := "", 0
	for _, b := range a.footKeys() {
		t := a.keyText(b)
		if n := width(t) + 3; used+n <= room {
			out, used = out+t+"   ", used+n
		}
	}
	return pad(" "+out+last, w)
}

func (a *App) footKeys() []key.Binding {
	if a.onPlanKeys() {
		return a.plan.keys()
	}
	return a.pane().keys()
}

func (a *App) keyText(b key.Binding) string {
	return a.st.strong.Render(b.Help().Key) + " " + a.st.dim.Render(b.Help().Desc)
}

func (a *App) tooSmall() string {
	rows := []string{"casebook", fmt.Sprintf("needs %d x %d", leastW, leastH), fmt.Sprintf("this is %d x %d", a.w, a.h)}
	for i := range rows {
		rows[i] = cut(rows[i], a.w)
	}
	return strings.Join(rows[:min(len(rows), a.h)], "\n")
}
