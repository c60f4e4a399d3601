package steps

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"casebook/steps/check"
	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/snapshot"
)

// compare is the kind "compare": controls of both launches, and on what their targets disagree.
type compare struct{}

func (compare) Expect(in Input) Estimate {
	var e Estimate
	if in.Case.Good == "" {
		e.Missing = append(e.Missing, "the launch that works")
	}
	if in.Case.Bad == "" {
		e.Missing = append(e.Missing, "the launch that fails")
	}
	for _, text := range []string{in.Case.Good, in.Case.Bad} {
		if text == "" || isElsewhere(text) {
			continue
		}
		n := controlRuns(in.Case.Check != "")
		e.Runs += n
		if c, err := launch.ParseCommand(text); err == nil {
			e.Will = append(e.Will, fmt.Sprintf("%s   (%d times)", in.Mask.Command(c.String()), n))
		} else {
			e.Missing = append(e.Missing, err.Error())
		}
	}
	e.Each, e.Upper = expectedTime(in, e.Runs)
	return e
}

// expectedTime is what earlier runs took, and the longest that n runs may take.
func expectedTime(in Input, n int) (each, upper time.Duration) {
	var sum time.Duration
	runs := 0
	for _, t := range in.Prior {
		if t.Took > 0 && t.Role != "command" {
			sum, runs = sum+t.Took, runs+1
		}
	}
	if runs > 0 {
		each = sum / time.Duration(runs)
	}
	longest := in.Case.Deadline
	if longest == 0 {
		longest = firstDeadline
	}
	return each, time.Duration(n) * longest
}

func (compare) Run(ctx context.Context, in Input, emit func(Event) error) error {
	_, err := Compare(ctx, in, emit)
	return err
}

// Comparison is what both launches showed.
type Comparison struct {
	Good, Bad   []fact.Trial // the controls; none for a side that was not run here
	Differences []fact.Difference
	Notes       []string // what could not be seen or done, in words
	snapshots   map[fact.Side][]*snapshot.Snapshot
}

// controls says which of a side's controls are traced. One is not, so that a
// verdict that changes under the tracer shows: the first of the good launch, the
// second of the bad one, which first has to show how long it takes to its target.
// Where the check is about the target, a run without a tracer has no verdict.
func (t *trialist) controls(side fact.Side) []bool {
	switch {
	case t.check == nil:
		return []bool{true, true}
	case t.in.Case.Target != "" && slices.ContainsFunc(t.check.Atoms, func(n *check.Node) bool { return n.Target }):
		return []bool{true, true, true}
	case side == fact.Bad:
		return []bool{true, false, true}
	}
	return []bool{false, true, true}
}

// controlRuns is how many runs of a side the controls are.
func controlRuns(checked bool) int {
	if checked {
		return 3
	}
	return 2
}

// Compare runs the controls of both launches and compares their targets.
func Compare(ctx context.Context, in Input, emit func(Event) error) (*Comparison, error) {
	t, err := newTrialist(in, emit)
	if err != nil {
		return nil, err
	}
	defer t.close()
	return t.compare(ctx)
}

func (t *trialist) compare(ctx context.Context) (*Comparison, error) {
	c := &Comparison{snapshots: map[fact.Side][]*snapshot.Snapshot{}}
	dir := t.in.Case.Dir
	for _, side := range []fact.Side{fact.Good, fact.Bad} {
		text := t.in.Case.Good
		if side == fact.Bad {
			text = t.in.Case.Bad
		}
		switch {
		case text == "":
			return nil, &CaseError{What: "the case has no " + string(side) + " launch", Tip: "give one: --" + string(side) + " CMD, or the form of the case"}
		case isElsewhere(text):
			s, err := elsewhere(text, dir, &t.in.Mask)
			if err != nil {
				return nil, fmt.Errorf("%s side: %w", side, err)
			}
			c.snapshots[side] = []*snapshot.Snapshot{s}
			continue
		}
		outs, err := t.control(ctx, side)
		if err != nil {
			return nil, err
		}
		if err := c.take(t, side, outs); err != nil {
			return nil, err
		}
	}
	c.ambiguous(t)
	c.Differences = snapshot.Differences(c.snapshots[fact.Good], c.snapshots[fact.Bad], snapshot.Options{Mask: t.in.Mask, Read: readSmall(dir)})
	return c, c.report(t)
}

// control runs the controls of one side.
func (t *trialist) control(ctx context.Context, side fact.Side) ([]outcome, error) {
	var outs []outcome
	which := t.controls(side)
	for i, traced := range which {
		o := order{side: side, role: "control", traced: traced, window: traced, deadline: t.deadline(side), within: t.within(side)}
		if t.check == nil && t.in.Case.Deadline == 0 {
			o.settle = settle
		}
		o.steadyAt = t.looks()
		out, err := t.run(ctx, o)
		if err != nil {
			return outs, err
		}
		outs = append(outs, out)
		t.learnTime(out)
		if err := t.tell(Event{Progress: &Progress{Text: "controls of the " + string(side) + " launch", Done: i + 1, Left: len(which) - i - 1}}); err != nil {
			return outs, err
		}
	}
	return outs, nil
}

// target is the process in question of a side, as its last control showed it.
func (c *Comparison) target(side fact.Side) *snapshot.Target {
	g, b, _, _ := c.pair()
	if side == fact.Good {
		return g
	}
	return b
}

// pair are the targets of the last controls that do the same work, and what else matched the pattern.
func (c *Comparison) pair() (g, b *snapshot.Target, besideGood, besideBad []*snapshot.Target) {
	last := func(side fact.Side) *snapshot.Snapshot { s := c.snapshots[side]; return s[len(s)-1] }
	return snapshot.Pair(last(fact.Good), last(fact.Bad))
}

// ambiguous says which processes matched the target pattern without doing the target's work.
func (c *Comparison) ambiguous(t *trialist) {
	g, b, besideGood, besideBad := c.pair()
	for side, ts := range map[fact.Side][]*snapshot.Target{fact.Good: besideGood, fact.Bad: besideBad} {
		role := g
		if side == fact.Bad {
			role = b
		}
		for _, x := range ts {
			c.note("the target pattern also matches %s in the %s launch; taken for the target: %s. A narrower pattern settles it",
				t.words(x.Process.Argv), side, t.words(role.Process.Argv))
		}
	}
}

// take keeps the snapshots of a side's controls, and says what is wrong with them.
func (c *Comparison) take(t *trialist, side fact.Side, outs []outcome) error {
	var seen []*launch.Result
	for i := range outs {
		out := &outs[i]
		if side == fact.Good {
			c.Good = append(c.Good, out.Trial)
		} else {
			c.Bad = append(c.Bad, out.Trial)
		}
		for _, trouble := range out.run.Trouble {
			c.note("%s: %s", out.ID, trouble)
		}
		if len(out.run.Snapshot.Targets) > 0 {
			c.snapshots[side] = append(c.snapshots[side], &out.run.Snapshot)
		}
		if out.Traced {
			seen = append(seen, &out.run)
		}
	}
	// The untraced control sees the launched command only; where execs were traced, that is not the target.
	if len(seen) > 0 {
		c.snapshots[side] = nil
		for _, r := range seen {
			if len(r.Snapshot.Targets) > 0 {
				c.snapshots[side] = append(c.snapshots[side], &r.Snapshot)
			}
		}
	}
	if len(c.snapshots[side]) == 0 {
		return t.noTarget(side, outs)
	}
	return nil
}

// noTarget says that the pattern matched nothing, and which execs were seen.
func (t *trialist) noTarget(side fact.Side, outs []outcome) error {
	var b strings.Builder
	const most = 12
	last := outs[len(outs)-1]
	nodes := last.run.Snapshot.Tree
	for i, n := range nodes {
		if i == most {
			fmt.Fprintf(&b, "  ... and %d more\n", len(nodes)-most+last.run.Snapshot.Dropped)
			break
		}
		fmt.Fprintf(&b, "  %s\n", t.words(n.Argv))
	}
	tip := "these execs were seen:\n" + strings.TrimRight(b.String(), "\n")
	if len(nodes) == 0 {
		tip = "no exec was seen: " + last.Reason
	}
	return &CaseError{NoTarget: true, What: fmt.Sprintf("%s launch: no process matched the target pattern %q", side, t.in.Case.Target), Tip: tip}
}

func (c *Comparison) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	for _, n := range c.Notes {
		if n == s {
			return
		}
	}
	c.Notes = append(c.Notes, s)
}

// isElsewhere says whether a side is not launched here: a running process, or a snapshot file.
func isElsewhere(text string) bool {
	return strings.HasPrefix(text, "pid:") || snapshot.IsFile(text)
}

// elsewhere takes a side that is not launched here.
func elsewhere(text, dir string, mask *snapshot.Mask) (*snapshot.Snapshot, error) {
	if pid, ok := strings.CutPrefix(text, "pid:"); ok {
		return attach(pid)
	}
	if !filepath.IsAbs(text) && dir != "" {
		if _, err := os.Stat(text); err != nil {
			text = filepath.Join(dir, text)
		}
	}
	return snapshot.ReadFile(text, mask)
}

// readSmall reads files that a target names, as far as they are small; it is how suspicion finds a variable's name in a script.
func readSmall(dir string) func(string) ([]byte, error) {
	const most = 1 << 20
	return func(path string) ([]byte, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		st, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !st.Mode().IsRegular() || st.Size() > most {
			return nil, fmt.Errorf("%s is not a small file", path)
		}
		return os.ReadFile(path)
	}
}
