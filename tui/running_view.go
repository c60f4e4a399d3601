package tui

import (
	"fmt"
	"strings"

	"casebook/session"
)

// running is what runs, how far it is, and the end of what it prints.
func (p *stepPane) running(w, h int) []block {
	a, l, st := p.a, p.a.live, p.a.st
	head := " " + st.mark.Render("▸") + " "
	what := clean(l.Label)
	switch {
	case l.Stopping:
		what = "stopping: everything it started is being ended"
	case what == "":
		what = "starting"
	}
	ls := []string{apart(head+st.strong.Render(what), st.text.Render(human(l.Elapsed))+" ", w)}
	ls = append(ls, "   "+st.dim.Render(cut(progressWords(l), w-4)))
	if b := bar(l, min(40, w-6)); b != "" && h > 10 {
		ls = append(ls, "   "+b)
	}
	if l.Command != "" {
		ls = append(ls, "   "+st.code.Render(cut(clean(l.Command), w-4)))
	}
	ls = append(ls, "")
	out := []block{lines("running", ls...)}
	room := share(l.Streams, h-len(ls))
	for i, s := range l.Streams {
		out = append(out, a.tail(s, w, room[i]))
	}
	if len(l.Streams) == 0 {
		out = append(out, lines("quiet", "   "+st.dim.Render("nothing printed yet")))
	}
	return append(out, lines("running.", ""))
}

// share divides h lines among streams: what one does not need goes to the others.
func share(ss []session.LiveStream, h int) []int {
	out := make([]int, len(ss))
	for left := h; left > 0; {
		gave := false
		for i, s := range ss {
			if left > 0 && out[i] < len(s.Lines)+1 {
				out[i], left, gave = out[i]+1, left-1, true
			}
		}
		if !gave {
			break
		}
	}
	for i := range out {
		out[i] = max(2, out[i])
	}
	return out
}

// progressWords is how many trials are done and left, and how long that takes.
func progressWords(l session.Live) string {
	var parts []string
	if t := clean(l.Progress.Text); t != "" {
		parts = append(parts, t)
	}
	done := max(l.Trials, l.Progress.Done)
	if l.Progress.Left > 0 {
		parts = append(parts, fmt.Sprintf("%d of at most %d runs done", done, done+l.Progress.Left))
	} else {
		parts = append(parts, count(done, "run", "runs")+" done")
	}
	if l.Progress.ETA > 0 {
		parts = append(parts, "about "+human(l.Progress.ETA)+" left")
	}
	return strings.Join(parts, " · ")
}

func bar(l session.Live, w int) string {
	done := max(l.Trials, l.Progress.Done)
	all := done + l.Progress.Left
	if l.Progress.Left == 0 || w < 10 {
		return ""
	}
	n := done * w / all
	return strings.Repeat("━", n) + strings.Repeat("╌", w-n)
}

// tail is the end of one stream in at most h lines.
func (a *App) tail(s session.LiveStream, w, h int) block {
	name := clean(s.Name) + ", " + size(s.Total)
	if s.Dropped > 0 {
		name += ", " + size(s.Dropped) + " not shown"
	}
	n := min(len(s.Lines), h-1)
	from := len(s.Lines) - n
	return block{id: "tail " + s.Name, n: n + 1, line: func(i int, _ bool) string {
		if i == 0 {
			return "   " + a.st.dim.Render(cut(name, w-4))
		}
		return "   " + a.st.rule.Render("│ ") + cut(clean(head(s.Lines[from+i-1], w*4)), w-6)
	}}
}

// head is the first bytes of s, enough for what can be seen of it.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}
