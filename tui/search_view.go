package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/steps/fact"
)

// searchView is a search while it runs: the matrix of single changes, the
// runs of the search, and why the last one ended as it did. It has no place in
// the page, since it stays on the screen and its lists move within it.
type searchView struct {
	a      *App
	rows   searchRows
	onLeft bool // the matrix has the cursor
	chosen bool // by the user; else it is where something happens
	lists  [2]searchList
	two    bool // both are on the screen
	w      int
}

// searchList is one of the two lists: where its cursor and its window are.
type searchList struct {
	at, top int
	held    bool // the cursor was moved; else it is on what runs
	seen    int  // lines of the window
}

const (
	pairFrom  = 92  // columns from which both lists stand side by side
	wordsFrom = 130 // from which both have room for the outcome in words
)

// searching says whether the selected step is a search that runs here.
func (p *stepPane) searching() bool { return p.here() && searches(p.a.plan.step()) }

func (v *searchView) start() { *v = searchView{a: v.a} }

func (v *searchView) look() {
	s := v.a.plan.step()
	v.rows = searchOf(v.a.state, s, began(s))
	if !v.chosen {
		v.onLeft = !v.past()
	}
	for side, rows := range [][]runRow{v.rows.matrix, v.rows.search} {
		l := &v.lists[side]
		if !l.held {
			l.at = len(rows) - 1
			for i, r := range rows {
				if r.running() {
					l.at = i
				}
			}
			if side == 0 && v.past() {
				l.at = 0
			}
		}
		l.at = clamp(l.at, 0, max(0, len(rows)-1))
		if l.at < len(rows) && rows[l.at].head != "" {
			l.at = min(l.at+1, len(rows)-1)
		}
	}
}

// past says whether the matrix is done and the search itself runs.
func (v *searchView) past() bool {
	for _, r := range v.rows.search {
		if r.head == "" && r.group.trials[0].Role != "control" {
			return true
		}
	}
	return len(v.rows.matrix) == 0 || v.rows.tried()
}

func (v *searchView) view(w, h int) []string {
	v.look()
	out := v.head(w, h)
	foot := v.foot(w, h)
	room := max(1, h-len(out)-len(foot))
	v.two, v.w = w >= pairFrom, w
	if v.two {
		out = append(out, v.pair(w, room)...)
	} else {
		out = append(out, v.stack(w, room)...)
	}
	return append(out, foot...)
}

// head says how far it is.
func (v *searchView) head(w, h int) []string {
	a, l := v.a, v.a.live
	what := fmt.Sprintf("trial %d", max(1, v.rows.trials))
	parts := []string{}
	if l.Stopping {
		what = "stopping: what it started is being ended, every verdict stays"
	} else {
		if l.Progress.Left > 0 && !strings.HasPrefix(l.Progress.Text, "controls of") { // of these there are few, and then it begins
			parts = append(parts, fmt.Sprintf("at most %d more", l.Progress.Left))
		}
		if l.Progress.ETA > 0 {
			parts = append(parts, "about "+human(l.Progress.ETA))
		}
	}
	text, room := "", w-width(what)-14
	if t := phaseWord(clean(l.Progress.Text)); t != "" && !l.Stopping {
		parts = append(parts, t)
	}
	for _, t := range parts {
		if width(text)+width(t)+3 <= room {
			text += " · " + t
		}
	}
	left := " " + a.st.mark.Render("▸") + " " + a.st.strong.Render(what) + text
	ls := []string{apart(left, a.st.dim.Render(human(l.Elapsed))+" ", w)}
	if h > 16 {
		if b := bar(l, min(44, w-6)); b != "" && len(parts) > 1 {
			ls = append(ls, "   "+a.st.dim.Render(b))
		}
		ls = append(ls, "")
	}
	return ls
}

// phaseWord is what goes on, for somebody who does not know how searches work.
func phaseWord(text string) string {
	if t := phaseWords[text]; t != "" {
		return t
	}
	return text
}

var phaseWords = map[string]string{
	"controls": "the launches as they are", "controls again": "is everything still as it was?", "search": "looking for the cause",
	"all differences at once": "all differences at once", "controls of the good launch": "the launches as they are", "controls of the bad launch": "the launches as they are",
	"proof": "proving it both ways", "fixes": "looking for the smallest fix",
}

// foot is why the last run ended as it did.
func (v *searchView) foot(w, h int) []string {
	t := v.rows.last
	if t == nil || h < 9 {
		return nil
	}
	a := v.a
	text := clean(t.Reason)
	if e := clean(t.Evidence); e != "" && !strings.Contains(text, e) && e != clean(t.Exit) {
		text += " · " + e
	}
	head := " " + a.st.dim.Render("last ") + " " + verdictSigns[t.Verdict] + " "
	ls := hang(head, text, w-1)
	if most := 1 + h/16; len(ls) > most {
		ls = ls[:most]
		ls[most-1] = cut(ls[most-1]+"…", w-1)
	}
	return append([]string{""}, ls...)
}

// pair is both lists side by side.
func (v *searchView) pair(w, h int) []string {
	lw, fixed := 40, 2+signsWide+timeWide+3
	if w >= wordsFrom {
		fixed += wordWide + 1
	}
	for _, r := range v.rows.matrix {
		lw = max(lw, width(r.name)+fixed)
	}
	lw = min(lw, w/2)
	rw := min(w-lw-2, 100)
	left, right := v.list(0, lw, h), v.list(1, rw, h)
	out := make([]string, 0, h)
	for i := range h {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		out = append(out, pad(l, lw)+"  "+r)
	}
	return trimEnd(out)
}

// trimEnd leaves out blank lines at the end.
func trimEnd(ls []string) []string {
	for len(ls) > 0 && strings.TrimSpace(ls[len(ls)-1]) == "" {
		ls = ls[:len(ls)-1]
	}
	return ls
}

// stack is the list with the cursor, and the other one as a line above or below it,
// or whole where there is room for both.
func (v *searchView) stack(w, h int) []string {
	this, that := 1, 0
	if v.onLeft {
		this, that = 0, 1
	}
	if all := len(v.rows.matrix) + len(v.rows.search) + 3; all <= h {
		out := append(v.list(this, w, h), "")
		return append(out, v.list(that, w, h)...)
	}
	if h < 9 {
		return v.list(this, w, h)
	}
	return append(v.list(this, w, h-2), "", v.summary(that, w))
}

// summary is a list in one line.
func (v *searchView) summary(side, w int) string {
	text, a := "", v.a
	if side == 0 {
		tried, all, turned := v.rows.counts()
		text = fmt.Sprintf("one change at a time   %d of %d tried", tried, all)
		if tried == all {
			text = fmt.Sprintf("one change at a time   %d tried", all)
		}
		switch {
		case all == 0:
			text = "one change at a time   not yet"
		case turned > 0:
			text += ", " + count(turned, "mends it", "mend it")
		case tried > 0:
			text += ", none mends it alone"
		}
	} else {
		text = "the search   comes next"
		if n := len(v.rows.search); n > 0 && v.past() {
			text = "the search   " + count(v.rows.searched(), "run", "runs")
		}
	}
	return "  " + a.st.dim.Render(cut(text, w-16)) + a.st.dim.Render("   ") + a.keyText(as(a.k.Right, ""))
}

// searched is how many runs the search made itself.
func (r searchRows) searched() int {
	n := 0
	for _, row := range r.search {
		if row.head == "" && row.group.trials[0].Role != "control" {
			n += len(row.group.trials)
		}
	}
	return n
}

// list is one of the lists in h lines, its cursor in sight.
func (v *searchView) list(side, w, h int) []string {
	a, l := v.a, &v.lists[side]
	rows, head := v.rows.matrix, "one change at a time"
	if side == 1 {
		rows, head = v.rows.search, "the search"
	}
	mine := v.onLeft == (side == 0)
	style := a.st.dim
	if mine {
		style = a.st.strong
	}
	out := []string{"  " + style.Render(cut(head, w-3))}
	if len(rows) == 0 {
		return append(out, "  "+a.st.dim.Render(cut([]string{"first the launches as they are", "when the launches were compared"}[side], w-3)))
	}
	lines, first := v.lines(rows, side, w, mine && !a.onPlanKeys())
	l.seen = max(1, h-1)
	at, end := first[l.at], first[l.at+1]
	l.top = clamp(clamp(l.top, end-l.seen, at), 0, max(0, len(lines)-l.seen))
	return append(out, lines[l.top:min(len(lines), l.top+l.seen)]...)
}

// lines are the rows as they are drawn, and where each begins.
func (v *searchView) lines(rows []runRow, side, w int, cursor bool) (ls []string, first []int) {
	for i, r := range rows {
		first = append(first, len(ls))
		ls = append(ls, v.a.runLine(r, w, cursor && i == v.lists[side].at, side == 1, side == 1 || !v.two || v.w >= wordsFrom))
		if why := r.whyNot(); r.head == "" && why != "" {
			ls = append(ls, "    "+v.a.st.dim.Render(cut(why, w-5)))
		}
	}
	return ls, append(first, len(ls))
}

// key moves in the lists and looks into a run.
func (v *searchView) key(m tea.KeyPressMsg) (tea.Cmd, bool) {
	k, side := v.a.k, 1
	if v.onLeft {
		side = 0
	}
	l := &v.lists[side]
	switch {
	case on(m, k.Up):
		v.move(side, -1)
	case on(m, k.Down):
		v.move(side, 1)
	case on(m, k.PageUp):
		v.move(side, -max(1, l.seen-1))
	case on(m, k.PageDown):
		v.move(side, max(1, l.seen-1))
	case on(m, k.Top):
		v.move(side, -len(v.of(side)))
	case on(m, k.Bottom):
		l.held = false
	case on(m, k.Left), on(m, k.Right):
		v.onLeft, v.chosen = !v.onLeft, true
	case on(m, k.Enter):
		return v.open(side), true
	default:
		return nil, false
	}
	return nil, true
}

func (v *searchView) of(side int) []runRow {
	if side == 0 {
		return v.rows.matrix
	}
	return v.rows.search
}

// move goes d rows on; headings are passed by. At the end it follows what runs again.
func (v *searchView) move(side, d int) {
	rows, l := v.of(side), &v.lists[side]
	to, step := clamp(l.at+d, 0, max(0, len(rows)-1)), 1
	if d < 0 {
		step = -1
	}
	for n := 0; n < len(rows) && to >= 0 && to < len(rows) && rows[to].head != ""; n++ {
		if to == 0 {
			step = 1 // nothing is above the first heading
		}
		to += step
	}
	if to >= 0 && to < len(rows) && rows[to].head == "" {
		l.at, l.held = to, to < len(rows)-1
	}
}

func (v *searchView) open(side int) tea.Cmd {
	rows, at := v.of(side), v.lists[side].at
	if at >= len(rows) || rows[at].head != "" {
		return nil
	}
	return v.a.row.runs(rows[at])
}

func (v *searchView) wheel(d int) {
	side := 1
	if v.onLeft {
		side = 0
	}
	v.move(side, d)
}

func (v *searchView) keys() []key.Binding {
	k := v.a.k
	stop := as(k.Stop, "stop (keeps every verdict)")
	if v.a.w < stripFrom {
		stop = as(k.Stop, "stop")
	}
	return []key.Binding{stop, as(k.Enter, "look into it"), pair(k.Left, k.Right, "matrix or search"), as(k.Output, "all output"), k.Note, k.Log, k.Quit}
}

// runs opens the runs of a row.
func (p *rowPane) runs(r runRow) tea.Cmd {
	if len(r.group.trials) == 0 {
		p.a.say("not tried yet")
		return nil
	}
	g := r.group
	if g.label == "" && g.trials[0].Role == "control" {
		g.label = "as it is"
	}
	return p.trials(g)
}

// unfinished says whether a run has no verdict yet: what is on screen changes when it comes.
func unfinished(ts []fact.Trial) bool {
	for _, t := range ts {
		if t.Verdict == "" {
			return true
		}
	}
	return false
}
