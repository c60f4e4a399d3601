package steps

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/launch"
)

// Reproduction is the cause without Casebook: a shell script that was run through the check.
type Reproduction struct {
	Script   string // "": there is none, and Why says why
	Verified bool   // in every direction that the cause was shown in
	Why      string
	Fixed    isolate.Count // runs of "fixed": bad with the cause undone
	Broken   isolate.Count // runs of "broken": good with only the cause
}

// reproRuns is how often a mode is run where launches are steady, and at most where they are flaky.
const (
	reproRuns  = 1
	reproFlaky = 6
)

// offer adds to an answer what can be done with it: the fix in Python's words, and the script where it was asked for.
func (w *searcher) offer(ctx context.Context, a *WhyAnswer, o WhyOptions) (err error) {
	a.Popen = w.popen(a)
	if o.Repro {
		a.Repro, err = w.reproduce(ctx, a)
	}
	return err
}

// reproduce writes the script for the first cause and runs it through the check. An
// error is one that ends the whole experiment.
func (w *searcher) reproduce(ctx context.Context, a *WhyAnswer) (*Reproduction, error) {
	if len(a.Causes) == 0 {
		return nil, nil
	}
	c := a.Causes[0]
	r := &reproduction{good: w.cmp.target(fact.Good), bad: w.cmp.target(fact.Bad), mask: w.t.in.Mask, environ: os.Environ()}
	for _, i := range w.movable {
		r.diffs = append(r.diffs, w.cmp.Differences[i])
	}
	r.broken = c.Factors
	if len(c.Fixes) > 0 {
		r.fixed = c.Fixes[0]
	} else {
		r.fixed = c.Factors
	}
	script, err := r.build()
	if err != nil {
		return &Reproduction{Why: w.t.in.Mask.Text(err.Error())}, nil
	}
	out := &Reproduction{Script: script.Text}
	dir, err := os.MkdirTemp("", "casebook-repro-")
	if err != nil {
		return nil, fmt.Errorf("repro: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "repro.sh")
	if err := os.WriteFile(path, []byte(script.Text), 0o700); err != nil {
		return nil, fmt.Errorf("repro: %w", err)
	}
	steady := a.Answer.Rates.GoodSteady && a.Answer.Rates.BadSteady
	for _, m := range []struct {
		mode string
		want fact.Verdict
		runs *isolate.Count
		skip bool
	}{
		{runBroken, fact.Fail, &out.Broken, c.Direction == isolate.BadOnly},
		{runFixed, fact.Pass, &out.Fixed, c.Direction == isolate.GoodOnly},
	} {
		if m.skip {
			continue
		}
		if err := w.tryScript(ctx, script, path, m.mode, steady, m.runs); err != nil {
			return nil, err
		}
		if shows(*m.runs, m.want) {
			continue
		}
		out.Why = fmt.Sprintf("the script does not show it: started directly, %q passed %d and failed %d of %d runs; the check or the failure needs what is around the target",
			m.mode, m.runs.Passed, m.runs.Failed, m.runs.Runs)
		out.Script = ""
		return out, nil
	}
	out.Verified = true
	return out, nil
}

// shows says whether runs of the script came out as wanted: a failure at all, or mostly passes.
func shows(c isolate.Count, want fact.Verdict) bool {
	if want == fact.Fail {
		return c.Failed > 0
	}
	return c.Passed > 0 && c.Passed >= 2*c.Failed
}

// tryScript runs one mode of the script: once, or, where launches are flaky, until it shows a failure.
func (w *searcher) tryScript(ctx context.Context, s *reproScript, path, mode string, steady bool, runs *isolate.Count) error {
	side, profile, most := fact.Bad, launch.CI, reproRuns
	if mode == runBroken {
		side = fact.Good
	}
	if s.TTY {
		profile = launch.Shell
	}
	if !steady {
		most = reproFlaky
	}
	cmd := launch.Command{Argv: []string{"/bin/sh", path, mode}}
	judge := func(o *outcome) {
		if o.Verdict == fact.Fail && !w.prints.known(side, o.Trial) {
			o.Verdict, o.Reason = fact.Unresolved, "another failure than the one looked for: "+o.Print
		}
	}
	for runs.Runs < most && (mode != runBroken || runs.Failed == 0) {
		out, err := w.t.run(ctx, order{side: side, role: roleRepro, label: "repro.sh " + mode, traced: true, deadline: w.t.deadline(fact.Bad),
			command: &cmd, profile: profile, profiled: true, target: w.pattern(), secrets: s.Needs, judge: judge})
		if err != nil && !startTrouble(err) {
			return err
		}
		runs.Runs++
		switch out.Verdict {
		case fact.Pass:
			runs.Passed++
		case fact.Fail:
			runs.Failed++
		default:
			runs.Unresolved++
		}
	}
	return nil
}

// pattern finds the target among what the script starts, also where the launched command itself is the target.
func (w *searcher) pattern() string {
	if t := w.t.in.Case.Target; t != "" {
		return t
	}
	var both []string
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		var words []string
		for _, a := range w.cmp.target(side).Process.Argv {
			words = append(words, w.t.in.Mask.Show(a))
		}
		both = append(both, regexp.QuoteMeta(strings.Join(words, " ")))
	}
	return "^(" + strings.Join(both, "|") + ")$"
}

// roleRepro is the role of a run of the script.
const roleRepro = "repro"

// lines of a script as a block of text, for whoever shows it.
func (r *Reproduction) Lines() []string {
	return strings.Split(strings.TrimRight(r.Script, "\n"), "\n")
}
