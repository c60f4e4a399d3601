package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/isolate"
)

func (a *app) whyCmd() *cobra.Command {
	var cf caseFlags
	var o steps.WhyOptions
	var asJSON, yes, fresh bool
	var repro string
	c := &cobra.Command{
		Use:   "why --good CMD --bad CMD --check SPEC [--target PATTERN]",
		Short: "find the smallest cause of the failure and prove it in both directions",
		Long: `Runs both launches, takes what differs between what they give the target, and
changes it in flight, at the target's exec deep inside the launch, until the
smallest set of differences is found that makes the good launch fail and, undone,
makes the bad launch pass. Nothing is edited.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if cf.check == "" {
				return usage("--check exit:0, --check 'stdout:/ready/', --check file:PATH, ...", "why needs a check: what decides whether a run worked")
			}
			in, err := a.input(&cf)
			if err != nil {
				return err
			}
			o.Repro = repro != ""
			return a.why(c.Context(), in, o, asJSON, repro, fresh)
		},
	}
	cf.register(c)
	f := c.Flags()
	f.IntVar(&o.Jobs, "jobs", 1, "trials at the same time, where runs don't disturb each other")
	f.Float64Var(&o.Confidence, "confidence", 0.99, "how sure the answer has to be")
	f.StringVar(&repro, "repro", "", "write a shell script to this file that shows the cause without casebook; it is run through the check first")
	f.BoolVar(&fresh, "fresh", false, "forget the verdicts of an interrupted search of the same case")
	f.BoolVar(&asJSON, "json", false, "for machines")
	f.BoolVar(&yes, "yes", false, "accepted for scripts; the commands are your own and need no approval")
	return c
}

func (a *app) why(ctx context.Context, in steps.Input, o steps.WhyOptions, asJSON bool, repro string, fresh bool) error {
	p := &whyProgress{app: a, quiet: asJSON}
	p.expect(steps.WhyEstimate(in))
	j := a.journal(in.Case, fresh)
	if j != nil {
		defer j.Close()
		if o.Known, o.Record = j.Known(), j.Record; len(o.Known) > 0 {
			fmt.Fprintf(a.err, "going on with %d verdicts of an interrupted search; --fresh begins anew\n", len(o.Known))
		}
	}
	ans, err := steps.Why(ctx, in, o, p.hear)
	p.flush("")
	if err != nil {
		return err
	}
	if j != nil {
		if err := j.Answered(); err != nil {
			return err
		}
	}
	if ans.Repro != nil && ans.Repro.Verified {
		if err := writeScript(repro, ans.Repro.Script); err != nil {
			return err
		}
	}
	if asJSON {
		if err := writeJSON(a.out, whyJSON(ans, repro)); err != nil {
			return err
		}
	} else {
		a.printWhy(a.out, ans, repro)
	}
	switch ans.Verdict {
	case isolate.NotReproduced:
		return &outcomeError{exitNotReproduced, "not reproduced", ""}
	case isolate.NoCause:
		return &outcomeError{exitNoCause, "no cause found", ""}
	}
	return nil
}

// journal keeps the verdicts of a search that may be killed. Without a place for
// it the search works as well, and would begin anew.
func (a *app) journal(c steps.Case, fresh bool) *steps.Journal {
	dir := a.getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home := a.getenv("HOME")
		if !filepath.IsAbs(home) {
			return nil
		}
		dir = filepath.Join(home, ".local", "state")
	}
	j, err := steps.OpenJournal(filepath.Join(dir, "casebook", "why"), c, fresh)
	if err != nil {
		fmt.Fprintln(a.err, "note: an interrupted search will begin anew:", a.clean(err.Error()))
		return nil
	}
	return j
}

// outcomeError is an answer that is no failure of casebook, with an exit code of its own.
type outcomeError struct {
	code      int
	msg, hint string
}

func (e *outcomeError) Error() string { return e.msg }

// Hint says what to do about it.
func (e *outcomeError) Hint() string { return e.hint }

type whyOut struct {
	Verdict     string      `json:"verdict"`
	Causes      []whyCause  `json:"causes"`
	Differences whyDiffs    `json:"differences"`
	RuledOut    []whyFactor `json:"ruled_out"`
	Leads       []whyLead   `json:"leads"`
	Immovable   []whyFactor `json:"immovable"`
	Notes       []string    `json:"notes"`
	Repro       *whyRepro   `json:"repro,omitempty"`
	Popen       []string    `json:"popen,omitempty"`
	Trials      int         `json:"trials"`
	Seconds     float64     `json:"seconds"`
}

// whyRepro is the script that shows the cause without casebook.
type whyRepro struct {
	File     string         `json:"file,omitempty"`
	Verified bool           `json:"verified"`
	Reason   string         `json:"reason,omitempty"` // where there is none: why
	Fixed    map[string]int `json:"fixed"`
	Broken   map[string]int `json:"broken"`
}

type whyCause struct {
	Factors    []whyValue    `json:"factors"`
	Fixes      [][]whyFactor `json:"fixes"`
	Proof      whyProof      `json:"proof"`
	Confidence float64       `json:"confidence"`
	Direction  string        `json:"direction"`
}

type whyFactor struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
}

type whyValue struct {
	Kind string     `json:"kind"`
	Name string     `json:"name"`
	Good fact.Value `json:"good"`
	Bad  fact.Value `json:"bad"`
}

type whyLead struct {
	Factors []whyFactor `json:"factors"`
	Why     string      `json:"why"`
}

type whyProof struct {
	BadUndone  map[string]int `json:"bad_undone"`
	GoodBroken map[string]int `json:"good_broken"`
}

type whyDiffs struct {
	Seen    int `json:"seen"`
	Movable int `json:"movable"`
	Noise   int `json:"noise"`
}

func factorsOf(ds []fact.Difference) []whyFactor {
	fs := []whyFactor{}
	for _, d := range ds {
		fs = append(fs, whyFactor{Kind: string(d.Kind), Name: d.Name})
	}
	return fs
}

func whyJSON(a *steps.WhyAnswer, repro string) whyOut {
	o := whyOut{Verdict: string(a.Verdict), Causes: []whyCause{}, RuledOut: factorsOf(a.RuledOut), Leads: []whyLead{}, Immovable: []whyFactor{},
		Notes: append([]string{}, a.Notes...), Trials: a.Trials, Seconds: float64(int(a.Took.Seconds()*100)) / 100}
	o.Differences.Seen, o.Differences.Movable, o.Differences.Noise = a.Counts()
	for _, c := range a.Causes {
		w := whyCause{Factors: []whyValue{}, Fixes: [][]whyFactor{}, Confidence: c.Confidence, Direction: string(c.Direction), Proof: whyProof{
			BadUndone:  map[string]int{"runs": c.Proof.BadUndone.Runs, "passed": c.Proof.BadUndone.Passed},
			GoodBroken: map[string]int{"runs": c.Proof.GoodBroken.Runs, "failed": c.Proof.GoodBroken.Failed}}}
		for _, d := range c.Factors {
			w.Factors = append(w.Factors, whyValue{string(d.Kind), d.Name, d.Good, d.Bad})
		}
		for _, f := range c.Fixes {
			w.Fixes = append(w.Fixes, factorsOf(f))
		}
		o.Causes = append(o.Causes, w)
	}
	if o.Popen = a.Popen; a.Repro != nil {
		o.Repro = &whyRepro{Verified: a.Repro.Verified, Reason: a.Repro.Why,
			Fixed:  map[string]int{"runs": a.Repro.Fixed.Runs, "passed": a.Repro.Fixed.Passed},
			Broken: map[string]int{"runs": a.Repro.Broken.Runs, "failed": a.Repro.Broken.Failed}}
		if a.Repro.Verified {
			o.Repro.File = repro
		}
	}
	for _, l := range a.Leads {
		o.Leads = append(o.Leads, whyLead{factorsOf(l.Factors), l.Why})
	}
	for _, r := range a.Refused {
		o.Immovable = append(o.Immovable, whyFactor{string(r.Kind), r.Name, r.Reason})
	}
	return o
}

func (a *app) printWhy(w io.Writer, ans *steps.WhyAnswer, repro string) {
	for _, l := range ans.Words() {
		fmt.Fprintln(w, strings.TrimRight(a.clean(l), " "))
	}
	switch r := ans.Repro; {
	case r == nil:
	case r.Verified:
		if !strings.Contains(repro, "/") {
			repro = "./" + repro
		}
		fmt.Fprintf(w, "\nTry it without casebook:  %s broken   %s fixed\n", a.clean(repro), a.clean(repro))
		fmt.Fprintf(w, "  run through the check: broken failed %d of %d, fixed passed %d of %d\n", r.Broken.Failed, r.Broken.Runs, r.Fixed.Passed, r.Fixed.Runs)
	default:
		fmt.Fprintf(w, "\nNo script was written: %s\n", a.clean(r.Why))
	}
}

// writeScript writes a script that its owner may run, all of it or nothing.
func writeScript(path, text string) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("repro: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	for _, e := range []error{f.Chmod(0o700), f.Sync(), f.Close()} {
		if err == nil {
			err = e
		}
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("repro: %w", err)
	}
	return nil
}
