package tui

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"casebook/session"
	"casebook/steps/fact"
)

// answerBlock is what a search found, as a colleague would tell it: the cause
// first, then how it was shown, what mends it, and what it is not.
func (p *stepPane) answerBlock(s *session.StepState, w int) []block {
	if s.Answer == nil {
		return nil
	}
	t := &teller{a: p.a, w: w}
	switch x := *s.Answer; x.Verdict {
	case "cause":
		t.caused(x, s.Files)
	case "not-reproduced":
		t.notReproduced(x)
	default:
		t.noCause(x)
	}
	t.gap()
	return []block{lines("answer", t.ls...)}
}

// teller writes an answer in w cells.
type teller struct {
	a  *App
	w  int
	ls []string
}

func (t *teller) gap()               { t.ls = append(t.ls, "") }
func (t *teller) add(head, s string) { t.ls = append(t.ls, hang(head, s, t.w-1)...) }

// title is the verdict, and what it took to find it.
func (t *teller) title(sign, text string, x fact.Answer) {
	st := t.a.st
	right := count(x.Trials, "trial", "trials") + " · " + human(x.Took)
	if x.Verdict == "cause" {
		right += " · " + percent(x.Confidence)
	}
	if t.w < stripFrom-2 {
		t.ls = append(t.ls, " "+st.mark.Render(sign)+" "+st.mark.Render(text), "   "+st.dim.Render(cut(right, t.w-4)))
	} else {
		t.ls = append(t.ls, apart(" "+st.mark.Render(sign)+" "+st.mark.Render(text), st.dim.Render(right)+" ", t.w))
	}
	t.gap()
}

// percent never rounds up to certainty.
func percent(c float64) string { return fmt.Sprintf("%.1f %%", math.Floor(c*1000)/10) }

func (t *teller) caused(x fact.Answer, files []string) {
	t.title("●", "Cause proven", x)
	n := len(x.Causes)
	switch {
	case n > 1:
		t.add("   ", "It fails for "+number(n)+" reasons, each enough on its own:")
	case n == 1 && len(x.Causes[0].Factors) > 1:
		t.add("   ", "It fails because of "+number(len(x.Causes[0].Factors))+" things together:")
	default:
		t.add("   ", "It fails because of this:")
	}
	long := 0
	for _, c := range x.Causes {
		for _, d := range c.Factors {
			long = max(long, min(t.w/2, width(clean(d.Factor.String()))))
		}
	}
	for i, c := range x.Causes {
		t.gap()
		t.cause(i, n, long, c)
	}
	if len(x.Causes) > 1 {
		t.gap()
		t.proof("bad, with all of it undone", x.Causes[0].Undone, x.Causes[0].Undone.Passed, "pass")
	}
	t.gap()
	t.fixes(x)
	t.script(x, files)
	t.ruledOut(x)
	t.rest(x)
}

// script is how to see it without Casebook; what is offered was run through the check.
func (t *teller) script(x fact.Answer, files []string) {
	if len(x.Popen) > 0 {
		t.add(t.label("in Popen"), t.a.st.code.Render(clean(strings.Join(x.Popen, "; "))))
	}
	if x.Script == nil {
		return
	}
	path := ""
	for _, f := range files {
		if strings.HasSuffix(f, ".sh") {
			path = clean(t.a.near(f))
		}
	}
	if x.Script.Why != "" || path == "" {
		if why := clean(x.Script.Why); why != "" {
			t.add(t.label("without casebook"), t.a.st.dim.Render("no script: "+why))
		}
		return
	}
	say := func(word, mode string, n fact.Tally, hit int, verb string) {
		if n.Runs > 0 {
			t.add(t.label(word), t.a.st.code.Render(path+" "+mode)+t.a.st.dim.Render(fmt.Sprintf("   %s %d of %d", verb, hit, n.Runs)))
		}
	}
	say("without casebook", "broken", x.Script.Broken, x.Script.Broken.Failed, "failed")
	say("", "fixed", x.Script.Fixed, x.Script.Fixed.Passed, "passed")
}

// near is a path as seen from the folder of the investigation, where it is in there.
func (a *App) near(path string) string {
	if rel, err := filepath.Rel(a.state.Dir, path); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}

// cause is its factors with both values, and how it was shown.
func (t *teller) cause(i, of, long int, c fact.Cause) {
	st, mark := t.a.st, "   "
	for j, d := range c.Factors {
		mark = "     "
		if of > 1 && j == 0 {
			mark = "   " + st.dim.Render(fmt.Sprint(i+1)) + " "
		}
		good, bad := st.dim.Render("good ")+shownValue(d.Good), st.dim.Render("bad ")+shownValue(d.Bad)
		name := st.strong.Render(pad(clean(d.Factor.String()), long))
		if one := width(good) + width(bad) + long + 14; one <= t.w {
			t.ls = append(t.ls, mark+name+"   "+pad(good, max(width(good), 20))+"   "+bad)
		} else {
			t.ls = append(t.ls, mark+name)
			t.add("       ", good)
			t.add("       ", bad)
		}
		if via := clean(d.Via); via != "" {
			t.add("       ", st.dim.Render("by "+via))
		}
	}
	it, all := "it", "it"
	if len(c.Factors) > 1 {
		it, all = "all of it", "all of it"
	}
	if of == 1 && c.Direction != "good-only" {
		t.gap()
		t.proof("bad, with "+it+" undone", c.Undone, c.Undone.Passed, "pass")
	}
	t.proof("good, with "+all+" brought in", c.Broken, c.Broken.Failed, "fail")
	t.proof("good, with one of them left out", c.Partial, c.Partial.Failed, "fail")
	if c.Direction == "good-only" || c.Direction == "bad-only" {
		t.add("     ", st.mark.Render("!")+" "+map[string]string{"good-only": "shown in one direction only: it breaks the good launch",
			"bad-only": "shown in one direction only: undone, the bad launch works"}[c.Direction])
	}
}

func (t *teller) proof(what string, n fact.Tally, hit int, word string) {
	if n.Runs == 0 {
		return
	}
	t.ls = append(t.ls, "     "+pad(what, min(34, max(20, t.w-24)))+"  "+t.a.st.strong.Render(fmt.Sprintf("%d of %d", hit, n.Runs))+" "+word)
}

func (t *teller) fixes(x fact.Answer) {
	for i, f := range x.Fixes {
		if i == 3 {
			t.add(t.label(""), fmt.Sprintf("or one of %d more sets", len(x.Fixes)-3))
			return
		}
		word := "enough to mend bad"
		if i > 0 {
			word = ""
		}
		text := names(f, 6) + ", as in good"
		if i > 0 {
			text = "or " + text
		}
		t.add(t.label(word), text)
	}
}

func (t *teller) label(word string) string {
	if t.w < stripFrom {
		if word == "" {
			return "     "
		}
		return "   " + t.a.st.dim.Render(word) + " "
	}
	return "   " + t.a.st.dim.Render(pad(word, 19)) + "  "
}

func (t *teller) ruledOut(x fact.Answer) {
	if n := len(x.RuledOut); n > 0 {
		t.add(t.label("ruled out"), count(n, "other difference", "other differences")+": "+names(x.RuledOut, 8))
	}
}

// rest is what could not be tried, and what a reader should know.
func (t *teller) rest(x fact.Answer) {
	var whys []string
	by := map[string][]fact.Factor{}
	for _, l := range x.Immovable {
		if by[l.Why] == nil {
			whys = append(whys, l.Why)
		}
		by[l.Why] = append(by[l.Why], l.Factors...)
	}
	const most = 4
	for i, why := range whys {
		word := "can't be moved here"
		if i > 0 {
			word = ""
		}
		if i == most {
			t.add(t.label(word), fmt.Sprintf("and %d more reasons", len(whys)-most))
			break
		}
		t.add(t.label(word), names(by[why], 2)+t.a.st.dim.Render(": "+clean(why)))
	}
	for _, n := range x.Notes {
		t.add(t.label("note"), clean(n))
	}
}

func (t *teller) noCause(x fact.Answer) {
	t.title("○", "No cause found", x)
	t.add("   ", fmt.Sprintf("Nothing among %s that can be moved makes the difference, alone or together.",
		count(x.Movable, "difference", "differences")))
	t.gap()
	t.leads(x)
	t.ruledOut(x)
	t.rest(x)
}

func (t *teller) notReproduced(x fact.Answer) {
	t.title("?", "Not reproduced", x)
	t.add("   ", "The failure can't be told apart here, so there is nothing to search.")
	t.gap()
	t.proof("the good launch", x.Good, x.Good.Passed, "pass; it should always")
	t.proof("the bad launch", x.Bad, x.Bad.Failed, "fail; it should always")
	t.gap()
	t.add("   ", "Look at the runs below: is the check right, is the deadline long enough, does the bad launch fail like this by hand?")
	t.leads(x)
	t.rest(x)
}

func (t *teller) leads(x fact.Answer) {
	for i, l := range x.Leads {
		if i == 5 {
			break
		}
		word := "best leads"
		if i > 0 {
			word = ""
		}
		t.add(t.label(word), names(l.Factors, 4)+t.a.st.dim.Render("  "+clean(l.Why)))
	}
}

// names lists factors; more than that are counted.
func names(fs []fact.Factor, most int) string {
	var out []string
	for i, f := range fs {
		if i == most {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(fs)-most)
		}
		out = append(out, clean(f.String()))
	}
	return strings.Join(out, ", ")
}

// shownValue tells absent from empty.
func shownValue(v fact.Value) string {
	switch {
	case v.State == fact.Absent:
		return "—"
	case v.State == fact.Unknown:
		return "? " + clean(v.Shown)
	case v.Shown == "":
		return `""`
	}
	return clean(v.Shown)
}

var numbers = []string{"no", "one", "two", "three", "four", "five", "six"}

func number(n int) string {
	if n < len(numbers) {
		return numbers[n]
	}
	return fmt.Sprint(n)
}

// causeWords is a proven cause in one line.
func causeWords(x *fact.Answer) string {
	var all []string
	for _, c := range x.Causes {
		var fs []fact.Factor
		for _, d := range c.Factors {
			fs = append(fs, d.Factor)
		}
		all = append(all, names(fs, 4))
	}
	if len(all) > 1 {
		return "cause proven: " + strings.Join(all, "; also, on its own: ")
	}
	return "cause proven: " + strings.Join(all, "")
}
