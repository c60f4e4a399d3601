package tui

import (
	"fmt"
	"strings"
	"time"

	"casebook/steps/fact"
)

// runRow is one row of a matrix or a search: what was run, and its runs so far.
type runRow struct {
	head  string // not empty: it is a heading, and nothing else
	name  string
	group trialGroup // without trials: not tried yet
}

// running says whether a run of it goes on.
func (r runRow) running() bool {
	n := len(r.group.trials)
	return n > 0 && r.group.trials[n-1].Verdict == ""
}

// outcome is what the runs of a row say of the failure, in words, and whether
// that is worth a look: a change that turned the verdict.
func (r runRow) outcome() (text string, telling bool) {
	g := r.group
	n, all := map[fact.Verdict]int{}, 0
	for _, t := range g.trials {
		if t.Verdict != "" {
			n[t.Verdict]++
			all++
		}
	}
	side := fact.Side(g.side)
	turned := fact.Fail
	if side == fact.Bad {
		turned = fact.Pass
	}
	changed := g.changed()
	switch {
	case all == 0:
		return "", false
	case n[fact.Unresolved] == all:
		return "unresolved", false
	case n[fact.Pass] == all || n[fact.Fail] == all:
		v := fact.Fail
		if n[fact.Pass] == all {
			v = fact.Pass
		}
		return outcomeWords[side][changed][v], changed && v == turned
	}
	return fmt.Sprintf("%d of %d %s", n[turned], all, map[fact.Verdict]string{fact.Pass: "pass", fact.Fail: "fail"}[turned]), changed && n[turned] > 0
}

// outcomeWords are the outcomes by side, by whether something was changed, by verdict.
var outcomeWords = map[fact.Side]map[bool]map[fact.Verdict]string{
	fact.Good: {false: {fact.Pass: "passes", fact.Fail: "fails"}, true: {fact.Pass: "still works", fact.Fail: "breaks it"}},
	fact.Bad:  {false: {fact.Pass: "passes", fact.Fail: "fails"}, true: {fact.Pass: "mends it", fact.Fail: "still fails"}},
	"":        {false: {fact.Pass: "passes", fact.Fail: "fails"}, true: {fact.Pass: "passes", fact.Fail: "fails"}},
}

// changed says whether anything was moved in the runs.
func (g trialGroup) changed() bool {
	return len(g.trials) > 0 && (len(g.trials[0].Changes) > 0 || g.trials[0].Role == "matrix")
}

// The columns of a row, behind its name.
const (
	signsWide = 5
	wordWide  = 11
	timeWide  = 8
	wordFrom  = 46 // columns from which the outcome is told in words too
)

// runLine is a row in w cells. sided: the launch is told in front; worded: the
// outcome is told in words too, where there is room.
func (a *App) runLine(r runRow, w int, cur, sided, worded bool) string {
	if r.head != "" {
		return "  " + a.st.dim.Render(cut(r.head, w-3))
	}
	word, telling := r.outcome()
	tail := pad(a.runSigns(r, telling), signsWide)
	if worded && w >= wordFrom {
		style := a.st.dim
		if telling {
			style = a.st.strong
		}
		if r.running() && word == "" {
			word = "running"
		}
		tail += " " + style.Render(pad(word, wordWide))
	}
	tail += " " + a.st.dim.Render(fmt.Sprintf("%*s", timeWide, a.runTime(r)))
	lead := a.cursorMark(cur)
	if sided {
		lead += a.st.dim.Render(pad(r.group.side, 4)) + "  "
	}
	name := pad(r.name, w-width(lead)-width(tail)-2)
	switch {
	case cur || telling:
		name = a.st.strong.Render(name)
	case len(r.group.trials) == 0:
		name = a.st.dim.Render(name)
	}
	return lead + name + " " + tail
}

// runSigns are the verdicts of a row; one that turned has the accent.
func (a *App) runSigns(r runRow, telling bool) string {
	ts := r.group.trials
	if len(ts) == 0 {
		return a.st.dim.Render("·")
	}
	sign := func(v fact.Verdict) string {
		s := verdictSigns[v]
		switch {
		case v == "":
			return a.st.mark.Render("▸") + a.pulse(ts[len(ts)-1].Started)
		case telling && v != fact.Unresolved:
			return a.st.mark.Render(s)
		}
		return s
	}
	if len(ts) > 3 || len(ts) > 1 && r.running() {
		n, out := map[fact.Verdict]int{}, []string{}
		for _, t := range ts {
			n[t.Verdict]++
		}
		for _, v := range []fact.Verdict{fact.Pass, fact.Fail, fact.Unresolved, ""} {
			switch {
			case n[v] == 0:
			case v == "" || n[v] == 1:
				out = append(out, sign(v))
			default:
				out = append(out, fmt.Sprintf("%d%s", n[v], sign(v)))
			}
		}
		return strings.Join(out, " ")
	}
	var out []string
	for _, t := range ts {
		out = append(out, sign(t.Verdict))
	}
	return strings.Join(out, " ")
}

// pulse is the small mark of something going on; it moves with the clock of the screen.
func (a *App) pulse(since time.Time) string {
	return a.st.dim.Render([]string{"·", "··", "···", " ··"}[int(a.now().Sub(since)/(500*time.Millisecond))&3])
}

// runTime is how long the last run of a row took, or takes by now.
func (a *App) runTime(r runRow) string {
	ts := r.group.trials
	if len(ts) == 0 {
		return ""
	}
	if t := ts[len(ts)-1]; t.Verdict == "" {
		return human(a.now().Sub(t.Started).Truncate(100 * time.Millisecond))
	}
	return human(ts[len(ts)-1].Took)
}

// whyNot is why a row decided nothing, in short; empty where it did.
func (r runRow) whyNot() string {
	if text, _ := r.outcome(); text != "unresolved" {
		return ""
	}
	return clean(r.group.trials[len(r.group.trials)-1].Reason)
}
