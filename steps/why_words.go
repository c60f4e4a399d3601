package steps

import (
	"fmt"
	"math"
	"strings"
	"time"

	"casebook/steps/fact"
	"casebook/steps/isolate"
)

// Words is the answer as a colleague would give it, line by line.
func (a *WhyAnswer) Words() []string {
	var w wordList
	foot := trialWords(a.Trials) + ", " + tookWords(a.Took)
	switch r := a.Answer.Rates; {
	case a.Verdict == isolate.NotReproduced:
		w.add("Not reproduced (%s).", foot)
		w.add("The good launch passes in %d of %d runs, the bad one fails in %d of %d: there is nothing to explain until", r.Good.Passed, r.Good.Runs, r.Bad.Failed, r.Bad.Runs)
		w.add("good passes and bad fails.")
	case a.Verdict == isolate.NoCause:
		w.add("No cause found (%s).", foot)
		w.add("Nothing that can be moved between the launches makes the difference.")
	default:
		w.add("%s, %.1f %% sure (%s).", a.headline(), floor(100*a.Answer.Confidence), foot)
	}
	for i, c := range a.Causes {
		w.add("")
		a.cause(&w, i, c)
	}
	a.mending(&w)
	a.rest(&w)
	return w
}

// headline claims no more than was shown.
func (a *WhyAnswer) headline() string {
	for _, c := range a.Causes {
		if c.Direction == isolate.GoodOnly || c.Direction == isolate.BadOnly {
			return "Cause found, and shown in one direction"
		}
	}
	return "Cause proven"
}

type wordList []string

func (w *wordList) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// floor never rounds a confidence up.
func floor(percent float64) float64 { return math.Floor(percent*10) / 10 }

func trialWords(n int) string {
	if n == 1 {
		return "1 trial"
	}
	return fmt.Sprintf("%d trials", n)
}

func tookWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
}

func (a *WhyAnswer) cause(w *wordList, i int, c CauseFound) {
	head := "It fails because of"
	if len(a.Causes) > 1 {
		head = fmt.Sprintf("Cause %d of %d, each enough alone: it fails because of", i+1, len(a.Causes))
	}
	switch n := len(c.Factors); {
	case n == 2:
		head += " two things together"
	case n > 2:
		head += fmt.Sprintf(" %d things together", n)
	}
	w.add("%s:", head)
	wide := 0
	for _, d := range c.Factors {
		wide = max(wide, len([]rune(d.Factor.String())))
	}
	for _, d := range c.Factors {
		w.add("  %-*s   good %s, bad %s%s", wide, d.Factor, shown(d.Good), shown(d.Bad), viaWords(d.Via))
	}
	w.add("")
	a.proof(w, c)
}

// viaWords says where a value comes from: a program in front of the target, or a call.
func viaWords(via string) string {
	switch {
	case via == "":
		return ""
	case strings.Contains(via, " "):
		return "   (" + via + ")"
	}
	return "   (comes from " + via + ")"
}

// proof is how often each thing was shown, bad first.
func (a *WhyAnswer) proof(w *wordList, c CauseFound) {
	all, one := "with it", ""
	switch n := len(c.Factors); {
	case n == 2:
		all, one = "both", "only one"
	case n > 2:
		all, one = "all", "one of them left out"
	}
	line := func(what string, n, runs int, word string) {
		if runs > 0 {
			w.add("  %-32s %d of %d %s", what, n, runs, word)
		}
	}
	p := c.Proof
	if len(a.Causes) > 1 {
		line("bad, all causes undone", p.BadUndone.Passed, p.BadUndone.Runs, "pass")
	} else {
		line("bad, "+all+" undone", p.BadUndone.Passed, p.BadUndone.Runs, "pass")
	}
	line("bad, only one undone", c.OneUndone.Passed, c.OneUndone.Runs, "pass")
	line("bad, everything else undone", p.BadKept.Failed, p.BadKept.Runs, "fail")
	line("good, "+all+" brought in", p.GoodBroken.Failed, p.GoodBroken.Runs, "fail")
	var left isolate.Count
	for _, r := range p.Removals {
		left.Runs, left.Failed = left.Runs+r.Runs, left.Failed+r.Failed
	}
	switch {
	case len(c.Factors) == 2:
		line("good, "+one+" brought in", left.Failed, left.Runs, "fail")
	case len(c.Factors) > 2:
		line("good, "+one, left.Failed, left.Runs, "fail")
	}
	switch c.Direction {
	case isolate.GoodOnly:
		w.add("  Shown in one direction only: it breaks the good launch.")
	case isolate.BadOnly:
		w.add("  Shown in one direction only: undone, the bad launch works.")
	}
}

// mending is the smallest fixes, where they say more than the cause does, and in Python's words.
func (a *WhyAnswer) mending(w *wordList) {
	fixes := a.Fact().Fixes
	trivial := len(a.Causes) == 1 && len(fixes) == 1 && len(fixes[0]) == len(a.Causes[0].Factors)
	if len(fixes) > 0 && !trivial {
		w.add("")
		for i, f := range fixes {
			var words []string
			for _, x := range f {
				words = append(words, x.String())
			}
			head := "Smallest fix"
			if i > 0 {
				head = "or"
			}
			w.add("%-12s  %s as in good", head, strings.Join(words, " and "))
		}
	}
	if len(a.Popen) > 0 {
		w.add("")
		w.add("In the call of Popen:  %s", strings.Join(a.Popen, "; "))
	}
}

func names(ds []fact.Difference) string {
	var w []string
	for _, d := range ds {
		w = append(w, d.Factor.String())
	}
	return strings.Join(w, ", ")
}

func (a *WhyAnswer) rest(w *wordList) {
	if n := len(a.RuledOut); n > 0 {
		w.add("")
		w.add("%s", ruledOut(n))
	}
	const leads = 5
	for i, l := range a.Leads {
		if i == 0 {
			w.add("")
			w.add("Best leads:")
		}
		if i < leads {
			w.add("  %s: %s", names(l.Factors), l.Why)
		}
	}
	a.immovable(w)
	for i, n := range a.Notes {
		if i == 0 {
			w.add("")
		}
		w.add("note: %s", n)
	}
}

func ruledOut(n int) string {
	if n == 1 {
		return "Ruled out: 1 other difference."
	}
	return fmt.Sprintf("Ruled out: %d other differences, together.", n)
}

// immovable tells what differs too and could not be tried. What a program did itself is counted only.
func (a *WhyAnswer) immovable(w *wordList) {
	const most = 8
	counts, order, told := map[fact.Kind]int{}, []fact.Kind{}, 0
	for _, r := range a.Refused {
		if counted[r.Kind] || told == most {
			if counts[r.Kind]++; counts[r.Kind] == 1 {
				order = append(order, r.Kind)
			}
			continue
		}
		if told++; told == 1 {
			w.add("")
			w.add("Differ too, and can't be moved here:")
		}
		w.add("  %s", r)
	}
	if len(order) == 0 {
		return
	}
	var words []string
	for _, k := range order {
		words = append(words, fmt.Sprintf("%d %s", counts[k], k))
	}
	w.add("")
	w.add("Seen and not tried: %s.", strings.Join(words, ", "))
}

// counted are the kinds of what a program did itself, of which there are many.
var counted = map[fact.Kind]bool{fact.Library: true, fact.OpenFile: true, fact.Socket: true, fact.PyPath: true, fact.PyModule: true, fact.PyDist: true}

// sentences are the answer as findings: one for the verdict with its causes, in the log's tone.
func (a *WhyAnswer) sentences() []string {
	foot := fmt.Sprintf("%d trials, %s", a.Trials, tookWords(a.Took))
	switch a.Verdict {
	case isolate.NotReproduced:
		return []string{fmt.Sprintf("Not reproduced: the good launch failed in %d of %d runs, the bad one in %d of %d (%s).",
			a.Answer.Rates.Good.Failed, a.Answer.Rates.Good.Runs, a.Answer.Rates.Bad.Failed, a.Answer.Rates.Bad.Runs, foot)}
	case isolate.NoCause:
		text := fmt.Sprintf("No cause found among the %d differences that can be moved (%s).", max(0, len(a.Differences)-len(a.Refused)), foot)
		for i, l := range a.Leads {
			if i < 3 {
				text += " Lead: " + names(l.Factors) + ", " + l.Why + "."
			}
		}
		return []string{text}
	}
	var out []string
	for i, c := range a.Causes {
		var parts []string
		for _, d := range c.Factors {
			parts = append(parts, fmt.Sprintf("%s (good %s, bad %s)", d.Factor, shown(d.Good), shown(d.Bad)))
		}
		which := a.headline()
		if len(a.Causes) > 1 {
			which = fmt.Sprintf("Independent cause %d of %d proven", i+1, len(a.Causes))
		}
		out = append(out, fmt.Sprintf("%s: %s; %s; %.1f %% sure (%s).", which, strings.Join(parts, " together with "), proofWords(c.Proof), floor(100*c.Confidence), foot))
	}
	if n := len(a.RuledOut); n > 0 {
		out[len(out)-1] += " " + ruledOut(n)
	}
	return out
}
