package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/launch"
)

// tune is the kind "tune": a matrix of single changes to the bad launch, then
// the search for the cause.
type tune struct{}

func (tune) Expect(in Input) Estimate {
	e := compare{}.Expect(in)
	if in.Case.Check == "" {
		e.Missing = append(e.Missing, "a check: what decides whether a run worked")
	}
	for _, text := range []string{in.Case.Good, in.Case.Bad} {
		if isElsewhere(text) {
			e.Missing = append(e.Missing, "a launch that can be run here in place of "+text)
		}
	}
	// Controls, a row of the matrix for each kind of change, and what a search takes as a rule.
	e.Runs += len(matrixRows) + usualSearch
	e.Each, e.Upper = expectedTime(in, e.Runs)
	for i, text := range []string{in.Case.Good, in.Case.Bad} {
		if c, err := launch.ParseCommand(text); err == nil && i < len(e.Will) {
			e.Will[i] = in.Mask.Command(c.String()) + "   (as it is, and with single factors changed in flight)"
		}
	}
	return e
}

// usualSearch is how many runs a search takes where both launches are steady and one factor is to blame.
const usualSearch = 14

func (tune) Run(ctx context.Context, in Input, emit func(Event) error) error {
	if in.Case.Check == "" {
		return &CaseError{What: "the case has no check", Tip: "say what decides whether a run worked, in the form of the case"}
	}
	t, err := newTrialist(in, emit)
	if err != nil {
		return err
	}
	defer t.close()
	start := time.Now()
	cmp, err := t.compare(ctx)
	if err != nil {
		return err
	}
	w := newSearcher(t, cmp)
	if len(cmp.Bad) > 0 {
		if err := w.matrix(ctx); err != nil {
			return err
		}
	}
	a, err := w.search(ctx, WhyOptions{Known: recorded(in.Resumed), Repro: true})
	if err != nil {
		return err
	}
	a.Took = time.Since(start)
	return t.tellAnswer(a)
}

// tellAnswer tells the answer as a table and as findings; a proven cause is a conclusion.
func (t *trialist) tellAnswer(a *WhyAnswer) error {
	tb := fact.Table{ID: "answer", Title: "the answer", Columns: []string{"what", "good", "bad", "shown"}}
	for _, c := range a.Causes {
		for _, d := range c.Factors {
			tb.Rows = append(tb.Rows, []string{d.Factor.String(), shown(d.Good), shown(d.Bad), proofWords(c.Proof)})
			tb.Marks = append(tb.Marks, "guilty")
		}
	}
	if len(tb.Rows) > 0 {
		if err := t.tell(Event{Table: &tb}); err != nil {
			return err
		}
	}
	f := a.Fact()
	if err := t.tell(Event{Answer: &f}); err != nil {
		return err
	}
	level := "lead"
	if a.Verdict == isolate.Caused {
		level = "conclusion"
	}
	for _, text := range a.sentences() {
		if err := t.tell(Event{Finding: &fact.Finding{Level: level, Text: text}}); err != nil {
			return err
		}
	}
	return t.tellRepro(a.Repro)
}

// tellRepro hands over the script that shows the cause without Casebook.
func (t *trialist) tellRepro(r *Reproduction) error {
	switch {
	case r == nil:
		return nil
	case !r.Verified:
		return t.tell(Event{Finding: &fact.Finding{Level: "lead", Text: "No script was written that shows it without Casebook: " + r.Why + "."}})
	}
	name := t.in.Step + "-repro.sh"
	if err := t.tell(Event{File: &File{Name: name, Data: []byte(r.Script), Mode: 0o700}}); err != nil {
		return err
	}
	return t.tell(Event{Finding: &fact.Finding{Level: "lead", Text: fmt.Sprintf("Without Casebook: %s broken, %s fixed; run through the check, broken failed %d of %d and fixed passed %d of %d.",
		name, name, r.Broken.Failed, r.Broken.Runs, r.Fixed.Passed, r.Fixed.Runs)}})
}

func proofWords(p isolate.Evidence) string {
	var parts []string
	if n := p.BadUndone; n.Runs > 0 {
		parts = append(parts, fmt.Sprintf("undone in bad: %d of %d pass", n.Passed, n.Runs))
	}
	if n := p.GoodBroken; n.Runs > 0 {
		parts = append(parts, fmt.Sprintf("brought into good: %d of %d fail", n.Failed, n.Runs))
	}
	return strings.Join(parts, "; ")
}

// reasonStopped is why a trial is unresolved that was under way when its step was stopped.
const reasonStopped = "stopped"

// recorded are the verdicts of an earlier run of the step that was stopped, so that nothing is run twice.
func recorded(prior []fact.Trial) []Recorded {
	var out []Recorded
	for _, tr := range prior {
		if tr.Role != string(isolate.Candidate) && tr.Role != string(isolate.Proof) || tr.Verdict == "" || len(tr.Changes) == 0 || tr.Reason == reasonStopped {
			continue
		}
		r := Recorded{Side: tr.Side, Role: tr.Role, Verdict: tr.Verdict, Seconds: tr.Took.Seconds(), Reach: strings.HasSuffix(tr.Label, onTheWay)}
		for _, c := range tr.Changes {
			r.Factors = append(r.Factors, c.Factor)
		}
		out = append(out, r)
	}
	return out
}
