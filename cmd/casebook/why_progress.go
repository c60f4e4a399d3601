package main

import (
	"fmt"
	"time"

	"casebook/steps"
	"casebook/steps/fact"
)

// whyProgress tells on standard error how a search goes: one line per trial, with what is left.
type whyProgress struct {
	app   *app
	quiet bool
	held  string // the line of a trial that ended, until it is known what is left
	told  bool   // how long the search will be
}

// expect says first how many runs of how long there will be.
func (p *whyProgress) expect(e steps.Estimate) {
	if p.quiet {
		return
	}
	longest := ""
	if e.Runs > 0 && e.Upper > 0 {
		longest = ", none longer than " + short(e.Upper/time.Duration(e.Runs))
	}
	fmt.Fprintf(p.app.err, "about %d runs%s; the first ones show how long they take\n", e.Runs, longest)
}

func (p *whyProgress) hear(e steps.Event) error {
	switch {
	case p.quiet, e.Snapshot != nil:
		return nil
	case e.Done != nil:
		p.flush("")
		p.held = p.app.doneText(e.Done)
	case e.Progress != nil && p.held == "" && !p.told:
		p.told = true
		fmt.Fprintf(p.app.err, "%s\n", leftWords(e.Progress))
	case e.Progress != nil:
		p.flush("  (" + leftWords(e.Progress) + ")")
	default:
		p.flush("")
		return p.app.progress(false)(e)
	}
	return nil
}

// flush writes the line that is held.
func (p *whyProgress) flush(more string) {
	if p.held != "" {
		fmt.Fprintln(p.app.err, p.held+more)
	}
	p.held = ""
}

// leftWords is "12 done, at most 9 left, about 40 s".
func leftWords(p *steps.Progress) string {
	s := fmt.Sprintf("%s: %d done, at most %d left", p.Text, p.Done, p.Left)
	if p.ETA > 0 {
		s += ", about " + roundly(p.ETA)
	}
	return s
}

// roundly is a time as people guess it.
func roundly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.0f s", max(1, d.Seconds()))
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Round(5*time.Second).Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

// doneText is the line of a trial that ended.
func (a *app) doneText(t *fact.Trial) string {
	line := doneLine(t.ID, t.Verdict, t.Took, t.Exit)
	if t.Verdict == fact.Unresolved {
		line += ": " + a.clean(oneLine(t.Reason))
	}
	return line
}
