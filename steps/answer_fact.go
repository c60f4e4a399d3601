package steps

import (
	"slices"

	"casebook/steps/fact"
	"casebook/steps/isolate"
)

// Fact is the answer as it is shown and kept.
func (a *WhyAnswer) Fact() fact.Answer {
	out := fact.Answer{
		Verdict: string(a.Verdict), Confidence: a.Answer.Confidence, Trials: a.Trials, Took: a.Took, Seen: len(a.Differences),
		Good: tallyOf(a.Answer.Rates.Good), Bad: tallyOf(a.Answer.Rates.Bad), RuledOut: factorsOf(a.RuledOut), Notes: a.Notes,
	}
	out.Popen = a.Popen
	if r := a.Repro; r != nil {
		out.Script = &fact.Script{Broken: tallyOf(r.Broken), Fixed: tallyOf(r.Fixed)}
		if !r.Verified {
			out.Script.Why = r.Why
		}
	}
	for _, d := range a.Differences {
		if d.Movable && !valueOfOneRun(d) {
			out.Movable++
		}
	}
	for _, c := range a.Causes {
		f := fact.Cause{Factors: c.Factors, Direction: string(c.Direction), Confidence: c.Confidence,
			Undone: tallyOf(c.Proof.BadUndone), Broken: tallyOf(c.Proof.GoodBroken)}
		if len(c.Factors) > 1 {
			for _, r := range c.Proof.Removals {
				f.Partial = added(f.Partial, tallyOf(r.Count))
			}
		}
		out.Causes = append(out.Causes, f)
		for _, fix := range c.Fixes {
			if fs := factorsOf(fix); len(fs) > 0 && !hasSet(out.Fixes, fs) {
				out.Fixes = append(out.Fixes, fs)
			}
		}
	}
	slices.SortStableFunc(out.Fixes, func(x, y []fact.Factor) int { return len(x) - len(y) })
	for _, l := range a.Leads {
		out.Leads = append(out.Leads, fact.Lead{Factors: factorsOf(l.Factors), Why: l.Why})
	}
	for _, r := range a.Refused {
		out.Immovable = append(out.Immovable, fact.Lead{Factors: []fact.Factor{r.Factor}, Why: r.Reason})
	}
	return out
}

// valueOfOneRun says whether a difference is one that no other run has, and is not moved therefore.
func valueOfOneRun(d fact.Difference) bool {
	return d.Noise && d.Good.State == fact.Present && d.Bad.State == fact.Present
}

func factorsOf(ds []fact.Difference) []fact.Factor {
	var out []fact.Factor
	for _, d := range ds {
		out = append(out, d.Factor)
	}
	return out
}

func tallyOf(c isolate.Count) fact.Tally {
	return fact.Tally{Runs: c.Runs, Passed: c.Passed, Failed: c.Failed}
}

func added(a, b fact.Tally) fact.Tally {
	return fact.Tally{Runs: a.Runs + b.Runs, Passed: a.Passed + b.Passed, Failed: a.Failed + b.Failed}
}

// hasSet says whether the same factors are in the list, in whatever order.
func hasSet(list [][]fact.Factor, set []fact.Factor) bool {
	return slices.ContainsFunc(list, func(have []fact.Factor) bool {
		return len(have) == len(set) && !slices.ContainsFunc(set, func(f fact.Factor) bool { return !slices.Contains(have, f) })
	})
}
