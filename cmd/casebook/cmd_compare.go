package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"casebook/session"
	"casebook/steps"
	"casebook/steps/check"
	"casebook/steps/fact"
	"casebook/steps/launch"
)

func (a *app) compareCmd() *cobra.Command {
	var cf caseFlags
	var asJSON, all, yes bool
	c := &cobra.Command{
		Use:   "compare --good CMD --bad CMD [--target PATTERN]",
		Short: "run both launches and rank what they give the target differently",
		Long: `Runs the good and the bad launch, each more than once, and compares what the
target was given at its exec and what it looked like later.

A side can also be a snapshot file (see: casebook capture) or pid:N, a running
process.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in, err := a.input(&cf)
			if err != nil {
				return err
			}
			cmp, err := steps.Compare(c.Context(), in, a.progress(asJSON))
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, comparisonJSON(cmp))
			}
			a.printComparison(cmp, all)
			return nil
		},
	}
	cf.register(c)
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	c.Flags().BoolVar(&all, "all", false, "show noise too")
	c.Flags().BoolVar(&yes, "yes", false, "accepted for scripts; the commands are your own and need no approval")
	return c
}

// input makes the case of the flags into what an experiment takes.
func (a *app) input(cf *caseFlags) (steps.Input, error) {
	c, err := cf.sessionCase()
	if err != nil {
		return steps.Input{}, err
	}
	if c.Good == "" || c.Bad == "" {
		return steps.Input{}, usage(`for example: --good "make run" --bad "pytest tests/test_worker.py"`, "both --good and --bad are needed")
	}
	if c.Dir, err = a.folder(); err != nil {
		return steps.Input{}, err
	}
	return steps.Input{Step: "1", Mask: a.mask(), Case: steps.Case{
		Good: c.Good, Bad: c.Bad, Target: c.Target, Check: c.Check, Deadline: c.Deadline,
		GoodAs: c.GoodAs, BadAs: c.BadAs, Dir: c.Dir, Reset: c.Reset,
	}}, nil
}

// sessionCase checks the flags and makes them a case.
func (f *caseFlags) sessionCase() (session.Case, error) {
	c := session.Case{Good: f.good, Bad: f.bad, Target: f.target, Check: f.check, Deadline: f.deadline,
		GoodAs: either(f.goodAs, f.as), BadAs: either(f.badAs, f.as), Reset: f.reset}
	for _, as := range []string{c.GoodAs, c.BadAs} {
		if as != "" && !contains(launch.Profiles(), as) {
			return c, usage("profiles are "+strings.Join(launch.Profiles(), ", "), "there is no profile %q", as)
		}
	}
	if c.Check != "" {
		if _, err := check.Parse(c.Check); err != nil {
			return c, err
		}
	}
	if c.Deadline < 0 {
		return c, usage("for example: --deadline 10s", "the deadline is negative")
	}
	return c, nil
}

func contains(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}

// progress tells on standard error what a headless experiment does; with quiet it says nothing.
func (a *app) progress(quiet bool) func(steps.Event) error {
	return func(e steps.Event) error {
		switch {
		case quiet:
		case e.Start != nil:
			how := ""
			if !e.Start.Traced {
				how = " (without a tracer)"
			}
			if e.Start.Label != "" {
				how += " " + e.Start.Label
			}
			fmt.Fprintf(a.err, "%s  %s %s%s: %s\n", e.Start.ID, e.Start.Side, e.Start.Role, a.clean(how), a.clean(e.Start.Command))
		case e.Done != nil:
			line := doneLine(e.Done.ID, e.Done.Verdict, e.Done.Took, e.Done.Exit)
			if e.Done.Verdict == fact.Unresolved {
				line += ": " + a.clean(oneLine(e.Done.Reason))
			}
			fmt.Fprintln(a.err, line)
		}
		return nil
	}
}

// doneLine is a trial that ended; one that never started has no exit.
func doneLine(id string, v fact.Verdict, took time.Duration, exit string) string {
	line := fmt.Sprintf("%s  %s in %s", id, verdictWord(v), short(took))
	if exit != "" {
		line += ", " + exit
	}
	return line
}

func verdictWord(v fact.Verdict) string {
	if v == "" {
		return "done"
	}
	return string(v)
}

func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

type comparison struct {
	Good        []fact.Trial      `json:"good"`
	Bad         []fact.Trial      `json:"bad"`
	Seen        int               `json:"seen"`
	Movable     int               `json:"movable"`
	Noise       int               `json:"noise"`
	Differences []fact.Difference `json:"differences"`
	Notes       []string          `json:"notes"`
}

func comparisonJSON(c *steps.Comparison) comparison {
	seen, movable, noise, _ := c.Counts()
	return comparison{Good: withoutOutput(c.Good), Bad: withoutOutput(c.Bad), Seen: seen, Movable: movable, Noise: noise,
		Differences: append([]fact.Difference{}, c.Differences...), Notes: append([]string{}, c.Notes...)}
}

// withoutOutput drops what the launches printed: it is not masked here, and not asked for.
func withoutOutput(ts []fact.Trial) []fact.Trial {
	out := make([]fact.Trial, len(ts))
	for i, t := range ts {
		t.Output = nil
		out[i] = t
	}
	return out
}

func (a *app) printComparison(c *steps.Comparison, all bool) {
	seen, movable, noise, _ := c.Counts()
	fmt.Fprintf(a.out, "%d differences, %d can be moved, %d noise\n\n", seen, movable, noise)
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, d := range c.Differences {
		if d.Noise && !all {
			continue
		}
		fmt.Fprintf(w, "%d\t%s\tgood %s\tbad %s\t%s\n", d.Rank, a.cut(d.String(), 40), a.cut(value(d.Good), 40), a.cut(value(d.Bad), 40), a.cut(d.Reason, 80))
	}
	_ = w.Flush()
	if noise > 0 && !all {
		fmt.Fprintf(a.out, "\n%d that also differ between two runs of one launch are hidden; --all shows them\n", noise)
	}
	for _, n := range c.Notes {
		fmt.Fprintln(a.err, "note:", a.clean(n))
	}
}

// cut makes text safe and fits it into a column.
func (a *app) cut(s string, width int) string {
	r := []rune(strings.ReplaceAll(a.clean(oneLine(s)), "\t", " "))
	if len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return string(r)
}

func value(v fact.Value) string {
	switch {
	case v.State == fact.Absent:
		return "—"
	case v.State == fact.Unknown:
		return "? (" + v.Shown + ")"
	case v.Shown == "":
		return `""`
	}
	return v.Shown
}

func (a *app) captureCmd() *cobra.Command {
	var to, as, target string
	var deadline time.Duration
	var raw bool
	c := &cobra.Command{
		Use:   "capture [flags] -- CMD [ARG...]",
		Short: "run a command and write down what its target was given",
		Long: `Puts itself in front of a command, here, in CI or in a service file, and
writes what the target was given to a file that casebook compare takes as a side.
The command gets exactly what casebook was given: its input and output are not
touched, and its exit status becomes casebook's. Which signals were ignored is
not known, but for SIGHUP and SIGINT. With --as it starts from a profile instead.

Secrets are written as fingerprints; --with-secrets keeps them, for a transplant
of what could only be captured elsewhere.`,
		RunE: func(c *cobra.Command, argv []string) error {
			if len(argv) == 0 {
				return usage("for example: casebook capture -o ci.json -- pytest tests/", "capture needs a command after --")
			}
			return a.capture(c.Context(), argv, captureOptions{to: to, as: as, target: target, deadline: deadline, raw: raw})
		},
	}
	f := c.Flags()
	f.StringVarP(&to, "output", "o", "casebook-snapshot.json", "file to write")
	f.StringVar(&as, "as", "", "profile that stdin, stdout, stderr and session come from: shell, ci, cron, service (default: what casebook itself is given)")
	f.StringVar(&target, "target", "", "regular expression on the argv of the process in question")
	f.DurationVar(&deadline, "deadline", 0, "end the command after this (default: never)")
	f.BoolVar(&raw, "with-secrets", false, "keep the exact values of secrets in the file")
	f.SetInterspersed(false)
	return c
}

type captureOptions struct {
	to, as, target string
	deadline       time.Duration
	raw            bool
}

func (a *app) doctorCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "what this host allows, and why not",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			caps := launch.Capabilities()
			if asJSON {
				return writeJSON(a.out, caps)
			}
			printCapabilities(a.out, caps)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func printCapabilities(w io.Writer, caps []launch.Capability) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, c := range caps {
		mark := "yes"
		if !c.OK {
			mark = "no"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\n", mark, c.Name, c.Detail)
		if c.Hint != "" {
			fmt.Fprintf(tw, "\t\t%s\n", c.Hint)
		}
	}
	_ = tw.Flush()
}

// capture runs one command and writes its snapshot; the command's exit status becomes casebook's.
func (a *app) capture(ctx context.Context, argv []string, o captureOptions) error {
	dir, err := a.folder()
	if err != nil {
		return err
	}
	file, err := steps.Capture(ctx, steps.CaptureRequest{Argv: argv, Dir: dir, Profile: o.as, Target: o.target, Deadline: o.deadline,
		Out: a.out, Err: a.err, To: o.to, WithSecrets: o.raw, Mask: a.mask()})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "casebook: wrote %s (%d target(s))\n", file.Path, file.Targets)
	if file.Code != 0 {
		return &childExit{file.Code}
	}
	return nil
}

// childExit hands on the exit status of the command that was captured.
type childExit struct{ code int }

func (e *childExit) Error() string { return fmt.Sprintf("the command ended with %d", e.code) }
