package tui

import (
	"fmt"
	"testing"
	"time"

	"casebook/session"
	"casebook/steps/fact"
)

func present(s string) fact.Value { return fact.Value{State: fact.Present, Shown: s} }

func factor(kind fact.Kind, name string) fact.Factor { return fact.Factor{Kind: kind, Name: name} }

var (
	testing1 = fact.Difference{Factor: factor(fact.Env, "QUEUE_TESTING"), Bad: present("1"), Via: "Popen(env=...) in tests/conftest.py"}
	stderr1  = fact.Difference{Factor: factor(fact.Stderr, ""), Good: present("tty 80x24"), Bad: present("pipe, nobody reads"), Via: "Popen(stderr=PIPE), full after 64 KiB"}
)

// searchBook is step 2 as a search; how far it is, a test says.
type searchBook struct {
	*fakeBook
	n map[fact.Side]int
}

func newSearch() *searchBook {
	b := &searchBook{newFake(), map[fact.Side]int{}}
	b.kinds["tune"] = true
	compared(b.fakeBook)
	b.st.Steps[1].Started = day
	return b
}

func (b *searchBook) trial(side fact.Side, role, label string, v fact.Verdict, took time.Duration, fs ...fact.Factor) *fact.Trial {
	b.n[side]++
	t := fact.Trial{ID: fmt.Sprintf("2.%c%d", side[0], b.n[side]), Side: side, Role: role, Label: label, Verdict: v, Took: took, Traced: true,
		Command: b.st.Case.Good, Started: day.Add(time.Minute), Exit: "exit 0", Reason: "stdout matched /took job/"}
	if side == fact.Bad {
		t.Command = b.st.Case.Bad
	}
	switch v {
	case fact.Fail:
		t.Reason, t.Evidence, t.Exit = "nothing matched /took job/ within 20 s", "the worker is blocked in write() to stderr, a pipe that nobody reads", "still running"
	case fact.Unresolved:
		t.Reason = "it fails otherwise than what is looked for: exit 127, no such file"
	case "":
		t.Reason, t.Exit, t.Started = "", "", fakeNow().Add(-3100*time.Millisecond)
	}
	for _, f := range fs {
		t.Changes = append(t.Changes, fact.Change{Factor: f, To: present("1")})
	}
	b.st.Trials = append(b.st.Trials, t)
	s := &b.st.Steps[1]
	s.Trials = append(s.Trials, t.ID)
	return &b.st.Trials[len(b.st.Trials)-1]
}

var singles = []string{"environment = good's", "start_new_session = good's", "executable = good's", "stdin = good's", "stdout = good's", "stderr = good's",
	"stdout = null", "stdout = file", "stderr = pipe, drained", "stderr = null", "stderr = file", "environment = minimal"}

func (b *searchBook) controls() {
	for range 3 {
		b.trial(fact.Good, "control", "", fact.Pass, 1900*time.Millisecond)
		b.trial(fact.Bad, "control", "", fact.Fail, 20*time.Second)
	}
}

// matrix tries so many of the single changes; the next one runs.
func (b *searchBook) matrix(done int) {
	t := fact.Table{ID: "matrix", Title: "one change at a time, in the bad launch", Columns: []string{"change", "verdict", "time", "how it ended"},
		Rows: [][]string{{"bad as it is", "fail", "20s", "still running"}}, Marks: []string{"fail"}}
	for i, name := range singles {
		v := fact.Verdict("")
		if i < done {
			v = fact.Fail
			if i == 2 {
				v = fact.Unresolved
			}
		}
		if i <= done {
			b.trial(fact.Bad, "matrix", name, v, 20*time.Second, factor(fact.Cwd, ""))
		}
		t.Rows, t.Marks = append(t.Rows, []string{name, string(v), "", ""}), append(t.Marks, string(v))
	}
	b.st.Steps[1].Tables = []fact.Table{t}
}

func (b *searchBook) search() {
	env, err, cwd := testing1.Factor, stderr1.Factor, factor(fact.Cwd, "")
	b.trial(fact.Good, "candidate", "with bad's env QUEUE_TESTING and 5 more", fact.Fail, 20*time.Second, env, err, cwd)
	b.trial(fact.Bad, "candidate", "with good's env QUEUE_TESTING and 5 more", fact.Pass, 1900*time.Millisecond, env, err, cwd)
	b.trial(fact.Good, "candidate", "with bad's env QUEUE_TESTING", fact.Pass, 1800*time.Millisecond, env)
	b.trial(fact.Good, "candidate", "with bad's executable", fact.Unresolved, 40*time.Millisecond, factor(fact.Exe, ""))
	b.trial(fact.Good, "candidate", "with bad's env QUEUE_TESTING, stderr", fact.Fail, 20*time.Second, env, err)
}

func (b *searchBook) proof() {
	for range 3 {
		b.trial(fact.Bad, "proof", "with good's env QUEUE_TESTING, stderr", fact.Pass, 1900*time.Millisecond, testing1.Factor, stderr1.Factor)
		b.trial(fact.Good, "proof", "with bad's env QUEUE_TESTING, stderr", fact.Fail, 20*time.Second, testing1.Factor, stderr1.Factor)
	}
}

// runs makes the step run here.
func (b *searchBook) runs(t *testing.T, w, h, left int, phase string) *driver {
	b.st.Steps[1].Status = session.Running
	r := &fakeRun{b: b.fakeBook, step: "2", done: make(chan struct{})}
	last := b.st.Trials[len(b.st.Trials)-1]
	r.live = session.Live{Step: "2", Trial: last.ID, Label: "good, candidate", Command: last.Command, Started: day, Elapsed: 83 * time.Second}
	r.live.Progress.Text, r.live.Progress.Left, r.live.Progress.Done = phase, left, len(b.st.Steps[1].Trials)
	if left > 0 {
		r.live.Progress.ETA = 80 * time.Second
	}
	b.run = r
	return drive(t, w, h, b.fakeBook)
}

func (b *searchBook) answered(t *testing.T, w, h int, x fact.Answer) *driver {
	s := &b.st.Steps[1]
	s.Status, s.Took, s.Answer = session.Done, 124*time.Second, &x
	if x.Script != nil {
		s.Files = []string{"/srv/app/.casebook/2-repro.sh"}
	}
	return drive(t, w, h, b.fakeBook).keys("left", "right")
}

// joint is one cause of two things.
func joint() fact.Answer {
	return fact.Answer{Verdict: "cause", Confidence: 0.9961, Trials: 31, Took: 124 * time.Second, Seen: 57,
		Causes: []fact.Cause{{Factors: []fact.Difference{testing1, stderr1}, Direction: "both", Confidence: 0.9961,
			Undone: fact.Tally{Runs: 3, Passed: 3}, Broken: fact.Tally{Runs: 3, Failed: 3}, Partial: fact.Tally{Runs: 4, Passed: 4}}},
		Fixes:    [][]fact.Factor{{testing1.Factor}, {stderr1.Factor}},
		Popen:    []string{"env without QUEUE_TESTING", "stderr=open(\"worker.log\", \"wb\")"},
		Script:   &fact.Script{Broken: fact.Tally{Runs: 1, Failed: 1}, Fixed: fact.Tally{Runs: 1, Passed: 1}},
		RuledOut: []fact.Factor{factor(fact.Cwd, ""), factor(fact.Session, ""), factor(fact.Env, "PATH[/srv/app/.tox/py312/bin]")},
	}
}

func TestAnAnswerTellsEachThingOnce(t *testing.T) {
	b := newSearch()
	b.controls()
	b.matrix(len(singles))
	b.search()
	b.proof()
	b.st.Findings = append(b.st.Findings, session.Found{Step: "2", Finding: fact.Finding{Level: "conclusion", Text: "Cause proven: in one long sentence"}})
	d := b.answered(t, 120, 50, joint())
	d.has("● Cause proven")
	d.has("two things together")
	d.has("99.6 %")
	d.hasNot("in one long sentence")
	d.has("cause proven: env QUEUE_TESTING")
}

func TestIndependentCausesAreToldApart(t *testing.T) {
	x := joint()
	x.Causes = []fact.Cause{{Factors: []fact.Difference{testing1}, Undone: fact.Tally{Runs: 3, Passed: 3}, Broken: fact.Tally{Runs: 3, Failed: 3}},
		{Factors: []fact.Difference{stderr1}, Undone: fact.Tally{Runs: 3, Passed: 3}, Broken: fact.Tally{Runs: 3, Failed: 3}}}
	b := newSearch()
	b.controls()
	d := b.answered(t, 120, 50, x)
	d.has("two reasons, each enough on its own")
	d.has("bad, with all of it undone")
}

func TestConfidenceIsNeverRoundedUpToCertainty(t *testing.T) {
	if got := percent(0.99999); got != "99.9 %" {
		t.Errorf("0.99999 is %q", got)
	}
}

func TestASearchFollowsWhatRunsUntilTheCursorIsMoved(t *testing.T) {
	b := newSearch()
	b.controls()
	b.matrix(4)
	d := b.runs(t, 120, 40, 0, "one change at a time")
	v := &d.a.step.search
	if !v.onLeft || v.rows.matrix[v.lists[0].at].name != singles[4] {
		t.Fatalf("the cursor is not on what runs: %+v", v.lists)
	}
	d.keys("up")
	b.change(func() {
		b.st.Trials[len(b.st.Trials)-1].Verdict = fact.Fail
		b.matrix(5)
	})
	d.look()
	if v.rows.matrix[v.lists[0].at].name != singles[3] {
		t.Errorf("the cursor did not stay: %+v", v.lists)
	}
	d.keys("right")
	if v.onLeft {
		t.Error("right does not go to the search")
	}
	d.keys("home", "up", "up", "end", "down", "left", "home", "pgdown", "pgup")
	d.exact()
}

func TestEnterLooksIntoTheRunThatGoesOnAndItsVerdictComesThere(t *testing.T) {
	b := newSearch()
	b.controls()
	b.matrix(2)
	d := b.runs(t, 120, 40, 0, "one change at a time").keys("enter")
	d.has("is running")
	b.change(func() {
		last := &b.st.Trials[len(b.st.Trials)-1]
		last.Verdict, last.Reason = fact.Fail, "nothing matched in the end"
	})
	d.look()
	d.do(d.a.row.again())
	d.has("nothing matched in the end")
	d.keys("esc", "esc")
	if !d.a.live.Stopping {
		t.Error("esc did not ask for the end")
	}
}

func TestRunsOfAnEarlierLifeAreNotInTheSearch(t *testing.T) {
	b := newSearch()
	b.trial(fact.Good, "candidate", "with bad's old thing", fact.Fail, time.Second, factor(fact.Cwd, "")).Started = day.Add(-time.Hour)
	b.controls()
	d := b.runs(t, 120, 40, 9, "search")
	d.hasNot("old thing")
	d.has("trial 6 · at most 9 more · about 1 m 20 s")
}
