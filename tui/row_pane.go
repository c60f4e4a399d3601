package tui

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/steps/fact"
)

// rowPane is one row of a table, or the runs of one thing, with nothing cut off.
type rowPane struct {
	still
	a    *App
	seq  int
	name string
	make func(w int) []string
	text string // what copy takes
	rows []string
	forW int
	at   scroll
	few  []fact.Trial // the runs that are shown, if it is runs
}

func (p *rowPane) show(name, text string, make func(w int) []string) tea.Cmd {
	p.seq++
	p.name, p.text, p.make, p.forW, p.at, p.few = name, text, make, 0, scroll{}, nil
	p.a.open(frontRow)
	return nil
}

// table opens a row of a table: every column with its full value.
func (p *rowPane) table(v *tableView, row int) tea.Cmd {
	st, t := p.a.st, v.t
	name, long := clean(v.cell(row, 0)), 0
	if len(t.Columns) > 1 && leadingOnly(name) {
		name = clean(v.cell(row, 1))
		if len(t.Columns) > 2 && t.Columns[2] == "name" {
			name = strings.TrimSpace(name + " " + clean(v.cell(row, 2)))
		}
	}
	var text []string
	for c, col := range t.Columns {
		long = max(long, width(clean(col)))
		text = append(text, clean(col)+": "+clean(v.cell(row, c)))
	}
	return p.show(name, strings.Join(text, "\n"), func(w int) []string {
		ls := []string{""}
		for c, col := range t.Columns {
			val := v.cell(row, c)
			if val == "" {
				continue
			}
			head := "  " + st.dim.Render(pad(clean(col), min(long, 14))) + "  "
			for i, l := range strings.Split(cleanText(val), "\n") {
				if i > 0 {
					head = strings.Repeat(" ", min(long, 14)+4)
				}
				ls = append(ls, hang(head, l, w-2)...)
			}
		}
		if m := v.mark(row); m != "" {
			ls = append(ls, "", "  "+p.a.markSign(m)+" "+markWords[m])
		}
		return ls
	})
}

var markWords = map[string]string{
	"guilty": "looks guilty", "noise": "noise: it also differs between two runs of the same launch",
	"pass": "passes", "fail": "fails", "unresolved": "unresolved: neither passed nor failed in the way that is looked for",
}

func leadingOnly(s string) bool {
	_, ok := leading(s)
	return ok && len(s) <= 5
}

// trials opens the runs of one thing: verdict, reason, evidence, what was kept of the output.
func (p *rowPane) trials(g trialGroup) tea.Cmd {
	name := strings.TrimSpace(g.side + "  " + clean(g.label))
	if g.label == "" {
		name = strings.TrimSpace(g.side + "  " + count(len(g.trials), "run", "runs"))
	}
	p.show(name, g.command, p.allTrials(g.trials))
	p.few = g.trials
	return p.load()
}

// load asks for what was kept of the output.
func (p *rowPane) load() tea.Cmd {
	b, n, few := p.a.book, p.seq, p.few
	return func() tea.Msg {
		full := make([]fact.Trial, len(few))
		for i, t := range few {
			full[i] = t
			if u, ok := b.Trial(t.ID); ok {
				full[i] = u
			}
		}
		return trialsMsg{n, full}
	}
}

// again loads the runs on screen once more while one of them has no verdict.
func (p *rowPane) again() tea.Cmd {
	if p.a.front() != frontRow || !unfinished(p.few) {
		return nil
	}
	return p.load()
}

// trialsMsg is runs with what was kept of their output, for row number seq.
type trialsMsg struct {
	seq    int
	trials []fact.Trial
}

func (p *rowPane) loaded(m trialsMsg) {
	if m.seq == p.seq {
		p.few, p.make, p.forW = m.trials, p.allTrials(m.trials), 0
	}
}

func (p *rowPane) allTrials(ts []fact.Trial) func(w int) []string {
	return func(w int) []string {
		var ls []string
		for _, t := range ts {
			ls = append(ls, "")
			ls = append(ls, p.trial(t, w)...)
		}
		return ls
	}
}

func (p *rowPane) trial(t fact.Trial, w int) []string {
	st := p.a.st
	head := func(word string) string { return "  " + st.dim.Render(pad(word, 9)) + " " }
	verdict := map[fact.Verdict]string{fact.Pass: "passes", fact.Fail: "fails", fact.Unresolved: "unresolved", "": "no verdict: it did not come to its end"}[t.Verdict]
	if t.Verdict == "" && p.a.running && p.a.live.Trial == t.ID {
		verdict = "is running"
		t.Took = p.a.now().Sub(t.Started).Truncate(100 * time.Millisecond)
	}
	ls := []string{"  " + p.a.verdict(t.Verdict) + " " + st.strong.Render(clean(t.ID)+"  "+verdict) + st.dim.Render("  "+human(t.Took)+"  "+clean(t.Exit))}
	add := func(word, text string) {
		if text != "" {
			ls = append(ls, hang(head(word), clean(text), w-2)...)
		}
	}
	add("why", t.Reason)
	if t.Evidence != t.Reason {
		add("evidence", t.Evidence)
	}
	add("command", t.Command)
	for i, c := range t.Changes {
		word := "changed"
		if i > 0 {
			word = ""
		}
		to := c.To.Shown
		if c.To.State == fact.Absent {
			to = "—"
		}
		ls = append(ls, hang(head(word), clean(c.Factor.String()+" = "+to), w-2)...)
	}
	if !t.Traced {
		add("", "ran without the tracer")
	}
	for _, o := range t.Output {
		ls = append(ls, p.stream(o, w)...)
	}
	return ls
}

// stream is what was kept of an output, with a line where something is missing.
func (p *rowPane) stream(o fact.Stream, w int) []string {
	st := p.a.st
	ls := []string{"  " + st.dim.Render(clean(o.Name)+", "+size(o.Total))}
	put := func(b []byte) {
		for _, l := range strings.Split(cleanText(string(bytes.TrimRight(b, "\r\n"))), "\n") {
			for _, t := range wrap(l, w-6) {
				ls = append(ls, "    "+t)
			}
		}
	}
	if len(o.Head) > 0 {
		put(o.Head)
	}
	if o.Dropped > 0 {
		ls = append(ls, "    "+st.dim.Render(fmt.Sprintf("… %s not kept …", size(o.Dropped))))
	}
	if len(o.Tail) > 0 {
		put(o.Tail)
	}
	return ls
}

func (p *rowPane) title() string { return p.name }

func (p *rowPane) view(w, h int) []string {
	if p.forW != w {
		p.forW, p.rows = w, p.make(w)
	}
	return p.at.view(p.rows, h)
}

func (p *rowPane) key(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.a.scrolled(&p.at, len(p.rows), m):
	case on(m, p.a.k.Back), on(m, p.a.k.Enter):
		p.a.back()
	case on(m, p.a.k.Copy):
		p.a.say("copied")
		return tea.SetClipboard(p.text)
	case on(m, p.a.k.Note):
		if s := p.a.plan.step(); s != nil {
			return p.a.note.note(s.ID)
		}
	}
	return nil
}

func (p *rowPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), k.Copy, k.Note}
}

func (p *rowPane) wheel(d int) { p.at.by(d, len(p.rows)) }
