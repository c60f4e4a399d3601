package steps

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// guilty is the suspicion from which a difference is called a suspect.
const guilty = 0.5

// report tells the tables and findings of a comparison.
func (c *Comparison) report(t *trialist) error {
	for _, n := range c.Notes {
		if err := t.tell(Event{Finding: &fact.Finding{Level: "warning", Text: n}}); err != nil {
			return err
		}
	}
	tables := []fact.Table{c.differenceTable(), c.hopTable(t)}
	for i := range tables {
		if len(tables[i].Rows) == 0 && i > 0 {
			continue
		}
		if err := t.tell(Event{Table: &tables[i]}); err != nil {
			return err
		}
	}
	for _, f := range c.findings() {
		if err := t.tell(Event{Finding: &f}); err != nil {
			return err
		}
	}
	return nil
}

// Counts are how many differences there are, can be moved, are noise, and look guilty.
func (c *Comparison) Counts() (seen, movable, noise, suspects int) {
	for _, d := range c.Differences {
		seen++
		if d.Movable {
			movable++
		}
		switch {
		case d.Noise:
			noise++
		case d.Score >= guilty:
			suspects++
		}
	}
	return
}

func (c *Comparison) differenceTable() fact.Table {
	seen, _, noise, _ := c.Counts()
	tb := fact.Table{ID: "differences", Title: countWords(seen, noise),
		Columns: []string{"#", "what", "good", "bad", "reason", "suspicion"}}
	for _, d := range c.Differences {
		tb.Rows = append(tb.Rows, []string{strconv.Itoa(d.Rank), d.Factor.String(), shown(d.Good), shown(d.Bad), reasonOf(d), fmt.Sprintf("%.2f", d.Score)})
		mark := ""
		switch {
		case d.Noise:
			mark = "noise"
		case d.Score >= guilty:
			mark = "guilty"
		}
		tb.Marks = append(tb.Marks, mark)
	}
	return tb
}

// countWords is how many differences there are, and how many of them are noise where any is.
func countWords(seen, noise int) string {
	text := fmt.Sprintf("%d differences", seen)
	if seen == 1 {
		text = "1 difference"
	}
	if noise > 0 {
		text += fmt.Sprintf(", %d of them noise", noise)
	}
	return text
}

func reasonOf(d fact.Difference) string {
	parts := []string{}
	for _, s := range []string{d.Reason, d.Via} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if !d.Movable && d.Why != "" {
		parts = append(parts, "can't be moved: "+d.Why)
	}
	return strings.Join(parts, "; ")
}

// shown writes a value so that absent and empty are told apart.
func shown(v fact.Value) string {
	switch {
	case v.State == fact.Absent:
		return "—"
	case v.State == fact.Unknown:
		return "? " + v.Shown
	case v.Shown == "":
		return `""`
	}
	return v.Shown
}

// hopTable is the chain of execs of both launches, with what each hop changed and what the launcher did.
func (c *Comparison) hopTable(t *trialist) fact.Table {
	tb := fact.Table{ID: "hops", Title: "how the target was reached", Columns: []string{"launch", "process", "what it changed"}}
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		snaps := c.snapshots[side]
		if len(snaps) == 0 || len(snaps[0].Targets) == 0 {
			continue
		}
		target := c.target(side)
		for _, h := range target.Chain {
			words := strings.Join(h.Changed, ", ")
			if h.Errno != 0 {
				words = "failed: " + snapshot.ErrnoWords(h.Errno)
			}
			tb.Rows = append(tb.Rows, []string{string(side), t.words(h.Argv), words})
			tb.Marks = append(tb.Marks, "")
		}
		if w := snapshot.CallWords(target.Window); w != "" {
			tb.Rows = append(tb.Rows, []string{string(side), "before the last exec", w})
			tb.Marks = append(tb.Marks, "")
		}
	}
	return tb
}

func (c *Comparison) findings() []fact.Finding {
	var fs []fact.Finding
	add := func(level, text string, trials ...[]fact.Trial) {
		f := fact.Finding{Level: level, Text: text}
		for _, ts := range trials {
			for _, tr := range ts {
				f.Trials = append(f.Trials, tr.ID)
			}
		}
		fs = append(fs, f)
	}
	for _, s := range []struct {
		side   fact.Side
		trials []fact.Trial
		want   fact.Verdict
		word   string
	}{{fact.Good, c.Good, fact.Pass, "passes"}, {fact.Bad, c.Bad, fact.Fail, "fails"}} {
		if text := controlWords(string(s.side), s.trials, s.want, s.word); text != "" {
			add("warning", text, s.trials)
		}
	}
	seen, _, noise, suspects := c.Counts()
	text := countWords(seen, noise) + "."
	if suspects > 0 {
		var names []string
		for _, d := range c.Differences {
			if !d.Noise && d.Score >= guilty && len(names) < 3 {
				names = append(names, fmt.Sprintf("%s (good %s, bad %s)", d.Factor, shown(d.Good), shown(d.Bad)))
			}
		}
		word := "look guilty, first"
		switch {
		case suspects == 1:
			word = "looks guilty"
		case suspects <= len(names):
			word = "look guilty"
		}
		text += fmt.Sprintf(" %d %s: %s.", suspects, word, strings.Join(names, "; "))
	}
	add("lead", text, c.Good, c.Bad)
	return fs
}

// controlWords says what is wrong with the controls of a side; "" if nothing is.
func controlWords(side string, trials []fact.Trial, want fact.Verdict, word string) string {
	if len(trials) == 0 || trials[0].Verdict == "" {
		return ""
	}
	as, traced := 0, map[bool]int{}
	n := map[bool]int{}
	for _, t := range trials {
		n[t.Traced]++
		if t.Verdict == want {
			as++
			traced[t.Traced]++
		}
	}
	switch {
	case as == len(trials):
		return ""
	case n[false] > 0 && n[true] > 0 && (traced[false] == n[false] && traced[true] == 0 || traced[false] == 0 && traced[true] == n[true]):
		return fmt.Sprintf("the verdict of the %s launch changes under the tracer: %d of %d runs as expected without it, %d of %d with it",
			side, traced[false], n[false], traced[true], n[true])
	case as == 0:
		return fmt.Sprintf("the %s launch never %s: %s", side, word, trials[len(trials)-1].Reason)
	}
	return fmt.Sprintf("the %s launch %s in %d of %d runs only", side, word, as, len(trials))
}
