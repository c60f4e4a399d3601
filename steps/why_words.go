package steps

import (
	"fmt"
	"strings"
	"time"

	"casebook/steps/fact"
	"casebook/steps/isolate"
)

// Words is the answer as a colleague would give it, line by line.
func (a *WhyAnswer) Words() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	foot := fmt.Sprintf("%d trials, %s", a.Trials, tookWords(a.Took))
	switch a.Verdict {
	case isolate.NotReproduced:
		add("Not reproduced: the good launch failed in %d of %d runs, the bad one in %d of %d. (%s)",
			a.Answer.Rates.Good.Failed, a.Answer.Rates.Good.Runs, a.Answer.Rates.Bad.Failed, a.Answer.Rates.Bad.Runs, foot)
	case isolate.NoCause:
		add("No cause found among what can be moved. (%s)", foot)
	default:
		add("Cause proven, %.1f %% sure. (%s)", 100*a.Answer.Confidence, foot)
	}
	for i, c := range a.Causes {
		add("")
		a.cause(add, i, c)
	}
	a.rest(add)
	return out
}

func tookWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
}

func (a *WhyAnswer) cause(add func(string, ...any), i int, c CauseFound) {
	head := "It fails because of"
	if len(a.Causes) > 1 {
		head = fmt.Sprintf("Independent cause %d of %d: it fails because of", i+1, len(a.Causes))
	}
	if len(c.Factors) > 1 {
		head += fmt.Sprintf(" %d things together", len(c.Factors))
	}
	add("%s:", head)
	for _, d := range c.Factors {
		via := ""
		if d.Via != "" {
			via = "   " + d.Via
		}
		add("  %-28s good %s, bad %s%s", d.Factor, shown(d.Good), shown(d.Bad), via)
	}
	p := c.Proof
	if p.BadUndone.Runs > 0 {
		add("  bad, with it undone:       %d of %d pass", p.BadUndone.Passed, p.BadUndone.Runs)
	}
	if p.GoodBroken.Runs > 0 {
		add("  good, with it brought in:  %d of %d fail", p.GoodBroken.Failed, p.GoodBroken.Runs)
	}
	for _, r := range p.Removals {
		if r.Runs > 0 && len(c.Factors) > 1 {
			add("  good, without one of them: %d of %d pass", r.Passed, r.Runs)
		}
	}
	switch c.Direction {
	case isolate.GoodOnly:
		add("  Shown in one direction only: it breaks the good launch.")
	case isolate.BadOnly:
		add("  Shown in one direction only: undone, the bad launch works.")
	}
	for _, f := range c.Fixes {
		if len(f) > 0 && len(f) < len(c.Factors) || len(c.Fixes) > 1 || len(a.Causes) > 1 {
			add("  enough to mend bad: %s", names(f))
		}
	}
}

func names(ds []fact.Difference) string {
	var w []string
	for _, d := range ds {
		w = append(w, d.Factor.String()+" as in good")
	}
	return strings.Join(w, ", ")
}

func (a *WhyAnswer) rest(add func(string, ...any)) {
	if n := len(a.RuledOut); n > 0 {
		add("")
		add("Ruled out: %d other differences.", n)
	}
	for i, l := range a.Leads {
		if i == 0 {
			add("")
			add("Best leads:")
		}
		if i == 5 {
			break
		}
		add("  %s: %s", names(l.Factors), l.Why)
	}
	for i, r := range a.Refused {
		if i == 0 {
			add("")
			add("Differ too, but can't be moved here:")
		}
		if i == 8 {
			add("  ... and %d more", len(a.Refused)-8)
			break
		}
		add("  %s", r)
	}
	for _, n := range a.Notes {
		add("note: %s", n)
	}
}

// sentences are the answer as findings: one for the verdict with its causes, in the log's tone.
func (a *WhyAnswer) sentences() []string {
	foot := fmt.Sprintf("%d trials, %s", a.Trials, tookWords(a.Took))
	switch a.Verdict {
	case isolate.NotReproduced:
		return []string{fmt.Sprintf("Not reproduced: the good launch failed in %d of %d runs, the bad one in %d of %d (%s).",
			a.Answer.Rates.Good.Failed, a.Answer.Rates.Good.Runs, a.Answer.Rates.Bad.Failed, a.Answer.Rates.Bad.Runs, foot)}
	case isolate.NoCause:
		text := fmt.Sprintf("No cause found among the %d differences that can be moved (%s).", len(a.Differences)-len(a.Refused), foot)
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
		which := "Cause proven"
		if len(a.Causes) > 1 {
			which = fmt.Sprintf("Independent cause %d of %d proven", i+1, len(a.Causes))
		}
		out = append(out, fmt.Sprintf("%s: %s; %s; %.1f %% sure (%s).", which, strings.Join(parts, " together with "), proofWords(c.Proof), 100*c.Confidence, foot))
	}
	if n := len(a.RuledOut); n > 0 {
		out[len(out)-1] += fmt.Sprintf(" Ruled out: %d other differences.", n)
	}
	return out
}
