package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// measure is the widest that text to be read gets; tables and output take all there is.
const measure = 112

// blocks is the page of the selected step, in the order it is read: what the
// start found, what was concluded, the goal, what runs or would run, the
// results, what is to be done by hand, notes.
func (p *stepPane) blocks(full, h int) []block {
	s, w := p.a.plan.step(), min(full, measure)
	bs := p.recovered(w)
	if s == nil {
		return append(bs, lines("none", p.empty(w)...))
	}
	bs = append(bs, lines("status", p.status(s)), lines("status.", ""))
	if p.here() {
		bs = bs[:len(bs)-1]
		if h >= 20 {
			bs = append(bs, lines("goal", p.goal(s, w)...))
		}
		used := 0
		for _, b := range bs {
			used += b.n
		}
		bs = append(bs, p.running(full, max(6, h-used))...)
		return append(bs, p.results(s, full)...)
	}
	found := append(p.answerBlock(s, w), p.findings(s, w)...)
	if len(found) == 0 {
		bs = bs[:len(bs)-1]
	}
	bs = append(bs, found...)
	bs = append(bs, lines("goal", p.goal(s, w)...))
	if len(s.Trials) == 0 {
		bs = append(bs, p.will(s, w)...)
		bs = append(bs, p.actions(s, w)...)
		bs = append(bs, p.results(s, full)...)
	} else {
		bs = append(bs, p.results(s, full)...)
		bs = append(bs, p.actions(s, w)...)
		bs = append(bs, p.will(s, w)...)
	}
	return append(bs, p.notes(s, w)...)
}

// recovered is what the start of the session found, until it was read.
func (p *stepPane) recovered(w int) []block {
	if p.hidden || len(p.a.state.Recovered) == 0 {
		return nil
	}
	var ls []string
	for _, r := range p.a.state.Recovered {
		ls = append(ls, hang(" "+p.a.st.mark.Render("!")+" ", clean(r), w-2)...)
	}
	return []block{lines("recovered", append(ls, p.a.st.dim.Render("   x hides this"), "")...)}
}

func (p *stepPane) empty(w int) []string {
	return append(wrap(" This plan has no steps. Describe the two launches (C), write notes (n); what you find goes into the log.", w-1), "")
}

// label is the word in front of a part of the page.
func (p *stepPane) label(word string) string { return " " + p.a.st.dim.Render(pad(word, 8)) + " " }

// status says how the step stands and what kind it is.
func (p *stepPane) status(s *session.StepState) string {
	how := sign(s) + " " + word(s)
	if s.Took > 0 {
		how += ", " + human(s.Took)
	}
	kind := kindWord(s.Kind)
	if !p.a.book.Available(s.Kind) {
		kind = "worked by hand"
		if s.Kind != "manual" {
			kind = clean(s.Kind) + ", by hand for now"
		}
	}
	return p.label("status") + p.a.st.text.Render(how) + p.a.st.dim.Render(" · "+kind)
}

// goal says what the step is for, and when it is.
func (p *stepPane) goal(s *session.StepState, w int) []string {
	var ls []string
	if s.Goal != "" {
		ls = append(ls, hang(p.label("goal"), p.a.st.inline(clean(s.Goal)), w-1)...)
	}
	if s.Condition != "" {
		ls = append(ls, hang(p.label("when"), p.a.st.inline(clean(s.Condition)), w-1)...)
	}
	return append(ls, "")
}

// kindWords say what a kind does, for somebody who never heard of kinds.
var kindWords = map[string]string{
	"compare": "compares the two launches", "tune": "tunes parameters, searches the cause", "logging": "puts both logs side by side",
	"minimal": "finds the smallest case", "trace": "finds where two runs part", "startup": "starts it another way",
	"eventloop": "looks at event loops", "command": "runs commands", "manual": "checklist",
}

func kindWord(kind string) string {
	if t := kindWords[kind]; t != "" {
		return t
	}
	return clean(kind)
}

// findings is the answer of the step: its conclusion, and what was learned.
func (p *stepPane) findings(s *session.StepState, w int) []block {
	var ls []string
	st := p.a.st
	if s.Conclusion != "" {
		for i, l := range strings.Split(cleanText(s.Conclusion), "\n") {
			head := " " + st.mark.Render("●") + " "
			if i > 0 {
				head = "   "
			}
			ls = append(ls, hang(head, st.strong.Render(plain(l)), w-2)...)
		}
	}
	said := map[string]bool{s.Conclusion: true}
	for _, f := range p.a.state.Findings {
		if f.Step != s.ID || said[f.Text] || s.Answer != nil && f.Level != "warning" {
			continue // said already, or the answer says it better
		}
		said[f.Text] = true
		head := "   "
		switch f.Level {
		case "conclusion":
			head = " " + st.mark.Render("●") + " "
		case "warning":
			head = " " + st.mark.Render("!") + " "
		default:
			head = " " + st.dim.Render("·") + " "
		}
		ls = append(ls, hang(head, clean(f.Text), w-2)...)
	}
	if len(ls) == 0 {
		return nil
	}
	return []block{lines("findings", append(ls, "")...)}
}

// will says exactly what a run would start and what it would cost, before it does.
func (p *stepPane) will(s *session.StepState, w int) []block {
	st := p.a.st
	if !p.a.book.Available(s.Kind) {
		if s.Kind == "manual" || len(s.Actions) == 0 && s.Status != session.ToDo {
			return nil
		}
		t := "Worked by hand for now: no experiment of this kind is built in yet. Tick what you did, write notes, conclude."
		return []block{lines("will", append(hang("   ", st.dim.Render(t), w-2), "")...)}
	}
	if p.estFor != s.ID || s.Status == session.Running {
		if s.Status == session.Running {
			return []block{lines("will", " "+st.mark.Render("▸")+" another casebook runs this step now; its results appear here", "")}
		}
		return nil
	}
	e := p.est
	var ls []string
	if len(e.Missing) > 0 {
		ls = append(ls, p.label("needs")+st.accent.Render("something first:"))
		for _, m := range e.Missing {
			ls = append(ls, hang("          ", clean(m), w-1)...)
		}
		ls = append(ls, "          "+p.a.keyText(as(p.a.k.Case, "fills in the case")))
		return []block{lines("will", append(ls, "")...)}
	}
	word := "will run"
	if len(s.Trials) > 0 {
		word = "again"
	}
	ls = append(ls, hang(p.label(word), costWords(e)+st.dim.Render("   r runs it"), w-1)...)
	if len(s.Trials) == 0 {
		for _, c := range e.Will {
			ls = append(ls, hang("          ", st.code.Render(clean(c)), w-1)...)
		}
	}
	return []block{lines("will", append(ls, "")...)}
}

// costWords is how many runs, of how long, and at most how long in all.
func costWords(e Estimate) string {
	if e.Runs == 0 {
		return "nothing"
	}
	t := count(e.Runs, "run", "runs")
	if e.Each > 0 {
		t += ", about " + human(e.Each) + " each"
	} else {
		t += ", how long is not known yet"
	}
	if e.Upper > 0 {
		t += ", at most " + human(e.Upper)
	}
	return t
}

// actions is what the plan asks for, to be ticked.
func (p *stepPane) actions(s *session.StepState, w int) []block {
	flat := flatten(s.Actions, 0, nil)
	if len(flat) == 0 {
		return nil
	}
	done := 0
	for _, f := range flat {
		if s.Ticked[f.ID] {
			done++
		}
	}
	out := []block{lines("actions?", p.label("actions")+p.a.st.dim.Render(fmt.Sprintf("%d of %d ticked", done, len(flat))))}
	for _, f := range flat {
		out = append(out, p.action(s, f, w))
	}
	return append(out, lines("actions.", ""))
}

func (p *stepPane) action(s *session.StepState, f flatAction, w int) block {
	ticked := s.Ticked[f.ID]
	box := "[ ] "
	if ticked {
		box = "[✓] "
	}
	in := strings.Repeat("    ", f.depth)
	text := p.a.st.inline(clean(f.Text))
	if f.Condition != "" {
		text += p.a.st.dim.Render(" (" + clean(f.Condition) + ")")
	}
	ls, bare := hang(in+box, text, w-4), hang(in+box, clean(plain(f.Text)), w-4)
	step, id, a := s.ID, f.ID, p.a
	return block{
		id: "action " + id, n: len(ls),
		line: func(i int, cur bool) string {
			t := ls[i]
			switch { // one style for the line: a code span in it would end that
			case cur && i < len(bare):
				t = a.st.strong.Render(bare[i])
			case ticked && i < len(bare):
				t = a.st.dim.Render(bare[i])
			}
			return a.cursorMark(cur && i == 0) + t
		},
		picks: func(i int) bool { return i == 0 },
		tick: func(int) tea.Cmd {
			b := a.book
			return a.record("", func() error { return b.Tick(step, id, !ticked) }, nil)
		},
	}
}

// notes is what people wrote about the step.
func (p *stepPane) notes(s *session.StepState, w int) []block {
	var ls []string
	for _, n := range p.a.state.Notes {
		if n.Step != s.ID && n.Step != "" {
			continue
		}
		head := p.label("note") + p.a.st.dim.Render(n.At.Format("15:04")+" ")
		for i, l := range strings.Split(cleanText(n.Text), "\n") {
			if i > 0 {
				head = strings.Repeat(" ", 16)
			}
			ls = append(ls, hang(head, p.a.st.inline(l), w-1)...)
		}
	}
	if len(ls) == 0 {
		return nil
	}
	return []block{lines("notes", ls...)}
}
