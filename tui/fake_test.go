package tui

import (
	"context"
	"fmt"
	"sync"
	"time"

	"casebook/notes"
	"casebook/session"
	"casebook/steps/fact"
)

// fakeBook is an investigation in memory. What is asked of it is kept in said.
type fakeBook struct {
	mu      sync.Mutex
	st      session.State
	ch      chan struct{}
	run     *fakeRun
	said    []string
	refuse  error
	pending []session.Approval
	est     Estimate
	log     string
	closed  bool
	kinds   map[string]bool
}

func newFake() *fakeBook {
	b := &fakeBook{ch: make(chan struct{}, 1), kinds: map[string]bool{"compare": true, "command": true, "manual": false}}
	b.est = Estimate{Runs: 4, Each: 20 * time.Second, Upper: 80 * time.Second, Will: []string{
		"good  ./worker --queue default", "bad   python -m pytest -q tests/test_worker.py"}}
	b.log = fakeLog
	b.st = fakeState()
	return b
}

var day = time.Date(2025, 4, 13, 14, 2, 0, 0, time.UTC)

func fakeNow() time.Time { return day.Add(time.Hour) }

const fakeLog = `# Debug Log: jobs stay in the queue (2025-04-13 Session 2)

**Objective:** Find out why the worker takes no jobs when a fixture starts it.

**Plan:** [PLAN.md](../PLAN.md)

**Steps Taken & Findings:**

1.  **Environment & Context Comparison:**
    *   Ran ` + "`./worker --queue default`" + ` (good): passes in 1.9 s.
    *   **Conclusion:** three differences look guilty.

**Current Status:** open
`

func fakeState() session.State {
	steps := []notes.Step{
		{ID: "1", Title: "Environment & Context Comparison", Kind: "compare", Line: 12,
			Goal: "Find what differs between the worker started from a shell (works) and the one a fixture starts (takes no jobs).",
			Actions: []notes.Action{
				{ID: "1.1", Text: "Log `os.environ`, `sys.path` and the working directory at startup, **before** the queue is opened.", Line: 15},
				{ID: "1.2", Text: "Run the worker from a shell: `./worker --queue default`", Commands: []string{"./worker --queue default"}, Line: 16},
				{ID: "1.3", Text: "Run it through the fixture: `python -m pytest -q tests/test_worker.py`", Commands: []string{"python -m pytest -q tests/test_worker.py"}, Line: 17,
					Sub: []notes.Action{{ID: "1.3.1", Text: "keep stdout and stderr", Line: 18}}},
				{ID: "1.4", Text: "Compare what was captured.", Line: 19},
			}},
		{ID: "2", Title: "`subprocess.Popen` Parameter Tuning", Kind: "tune", Goal: "Change one parameter at a time.", Line: 22,
			Actions: []notes.Action{{ID: "2.1", Text: "Set `cwd` explicitly.", Line: 25}, {ID: "2.2", Text: "Pass a minimal `env`.", Line: 26}}},
		{ID: "3", Title: "Versions", Kind: "command", Goal: "Rule out a different interpreter.", Line: 30,
			Actions: []notes.Action{{ID: "3.1", Text: "Run `python --version`", Commands: []string{"python --version"}, Line: 32}}},
		{ID: "4", Title: "Simplified Worker Test Case", Kind: "minimal", Goal: "Find the smallest worker that still fails.", Line: 36},
		{ID: "5", Title: "Asyncio Event Loop Investigation", Kind: "eventloop", Condition: "Only if Steps 1-4 yield no clear cause", Line: 42},
		{ID: "6", Title: "Ask the people who wrote the fixture", Kind: "manual", Line: 48,
			Actions: []notes.Action{{ID: "6.1", Text: "When was `env=` added, and why?", Line: 50}}},
	}
	s := session.State{
		ID: "s2", Title: "Task 7.2: jobs stay in the queue", Dir: "/srv/app", Created: day, Number: 2, Status: session.StatusOpen,
		LogPath: "/srv/app/debugging/2025-04-13_task7.2_queue.md", Records: 1,
		Next: session.Proposal{Step: "1", Reason: "it is the first step and nothing is known yet"},
		Case: session.Case{Good: "./worker --queue default", Bad: "python -m pytest -q tests/test_worker.py", Target: "worker", Check: "stdout:/took job/",
			GoodAs: "shell", BadAs: "ci", Dir: "/srv/app"},
		Plan: notes.Plan{File: "/srv/app/PLAN.md", Title: "Jobs stay in the queue", Objective: "Find out why the worker takes no jobs when a fixture starts it.",
			Background: []string{"From a shell it works.", "The queue is the same."}, Steps: steps, Graph: fakeGraph(), Hash: "9f2c1ab04d77e1",
			Sections: []notes.Section{{Title: "Contingency", Text: "If nothing helps, *ask*.", Line: 60}}},
	}
	for _, st := range steps {
		s.Steps = append(s.Steps, session.StepState{Step: st, Kind: st.Kind, Status: session.ToDo, Conditional: st.Condition != "", Ticked: map[string]bool{}})
	}
	return s
}

func fakeGraph() *notes.Graph {
	node := func(id, label, shape string) notes.Node { return notes.Node{ID: id, Label: label, Shape: shape} }
	edge := func(a, b, l string) notes.Edge { return notes.Edge{From: a, To: b, Label: l} }
	return &notes.Graph{
		Nodes: []notes.Node{node("A", "Start", "box"), node("B", "Worker takes no jobs", "decision"), node("C", "Step 1: Environment comparison", "box"),
			node("D", "Compare what was captured", "box"), node("E", "Step 2: Popen tuning", "box"), node("F", "Change one parameter at a time", "box"),
			node("T", "Identify root cause?", "decision"), node("U", "Fix it", "box"), node("V", "Ask somebody", "box"), node("W", "Resolved?", "decision"), node("X", "Done", "round")},
		Edges: []notes.Edge{edge("A", "B", ""), edge("B", "C", ""), edge("C", "D", ""), edge("B", "E", ""), edge("E", "F", ""), edge("D", "T", ""), edge("F", "T", ""),
			edge("T", "U", "Yes"), edge("T", "V", "No"), edge("U", "W", ""), edge("W", "X", "Yes"), edge("W", "B", "No"), edge("V", "X", "")},
	}
}

// compared is the state after step 1 ran.
func compared(b *fakeBook) {
	s := &b.st
	trial := func(id string, side fact.Side, cmd string, v fact.Verdict, took time.Duration, why string) {
		s.Trials = append(s.Trials, fact.Trial{ID: id, Side: side, Role: "control", Command: cmd, Verdict: v, Took: took, Reason: why, Evidence: "took job 1", Exit: "exit 0", Traced: true,
			Output: []fact.Stream{{Name: "stdout", Head: []byte("starting\n\x1b[31mtook job 1\x1b[0m\n"), Total: 20}}})
		s.Steps[0].Trials = append(s.Steps[0].Trials, id)
	}
	trial("1.g1", fact.Good, s.Case.Good, fact.Pass, 1900*time.Millisecond, "stdout matched /took job/ after 1.9 s")
	trial("1.g2", fact.Good, s.Case.Good, fact.Pass, 1800*time.Millisecond, "stdout matched /took job/ after 1.8 s")
	trial("1.b1", fact.Bad, s.Case.Bad, fact.Fail, 20*time.Second, "nothing matched /took job/ within 20 s")
	trial("1.b2", fact.Bad, s.Case.Bad, fact.Fail, 20*time.Second, "nothing matched /took job/ within 20 s")
	t := fact.Table{ID: "differences", Title: "Differences", Columns: []string{"#", "what", "good", "bad", "why"}}
	row := func(mark string, cells ...string) {
		t.Rows, t.Marks = append(t.Rows, append([]string{fmt.Sprint(len(t.Rows) + 1)}, cells...)), append(t.Marks, mark)
	}
	row("guilty", "env QUEUE_TESTING", "—", "1", "named in worker.py line 12; only the bad side has it")
	row("guilty", "stderr", "tty", "pipe, nobody reads", "63 KiB of 64 KiB full when it hung")
	row("guilty", "env QUEUE_URL", "amqp://‹masked 3f2a, 9›@rabbit:5672/", "—", "the library's default applies without it")
	row("", "env PATH[/srv/app/.tox/py312/bin]", "in front", "—", "")
	row("", "cwd", "/srv/app", "/srv/app/tests", "")
	row("", "session", "the shell's", "its own", "setsid between fork and exec")
	row("noise", "env SHLVL", "2", "3", "also differs between two runs of good")
	row("noise", "env _", "./worker", "/usr/bin/python", "also differs between two runs of good")
	s.Steps[0].Tables = []fact.Table{t}
	s.Steps[0].Status, s.Steps[0].Took = session.Done, 44*time.Second
	s.Steps[0].Ticked = map[string]bool{"1.1": true, "1.2": true}
	s.Findings = append(s.Findings, session.Found{Finding: fact.Finding{Text: "6 differences are not noise; 3 of them look guilty", Level: "lead", Trials: []string{"1.g1", "1.b1"}}, Step: "1", At: day})
	s.Notes = append(s.Notes, session.Note{Step: "1", Text: "the fixture's `env=` is new since March", At: day})
	s.Next = session.Proposal{Step: "2", Reason: "3 differences can be tried one by one (about 2 m)"}
	s.Records++
}

func (b *fakeBook) change(f func()) {
	b.mu.Lock()
	f()
	b.st.Records++
	b.mu.Unlock()
	b.poke()
}

func (b *fakeBook) poke() {
	select {
	case b.ch <- struct{}{}:
	default:
	}
}

// wish keeps what was asked for, and does it.
func (b *fakeBook) wish(what string, f func()) error {
	b.mu.Lock()
	b.said = append(b.said, what)
	err := b.refuse
	b.mu.Unlock()
	if err == nil && f != nil {
		b.change(f)
	}
	return err
}

func (b *fakeBook) asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.said...)
}

func (b *fakeBook) State() *session.State {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.st
	s.Steps = append([]session.StepState{}, s.Steps...)
	return &s
}
func (b *fakeBook) Changed() <-chan struct{} { return b.ch }
func (b *fakeBook) SetStatus(to session.Status, why string) error {
	return b.wish(fmt.Sprintf("status %s %q", to, why), func() { b.st.Status = to })
}
func (b *fakeBook) SetStepStatus(step string, to session.StepStatus, why string) error {
	return b.wish(fmt.Sprintf("step %s %s %q", step, to, why), func() { b.st.Step(step).Status = to })
}
func (b *fakeBook) SetKind(step, kind string) error {
	return b.wish("kind "+step+" "+kind, func() { b.st.Step(step).Kind = kind })
}
func (b *fakeBook) SetCase(c session.Case) error {
	return b.wish(fmt.Sprintf("case %s | %s | %s", c.Good, c.Bad, c.Deadline), func() { b.st.Case = c })
}
func (b *fakeBook) Tick(step, action string, on bool) error {
	return b.wish(fmt.Sprintf("tick %s %v", action, on), func() {
		old := b.st.Step(step).Ticked
		now := map[string]bool{action: on}
		for k, v := range old {
			if k != action {
				now[k] = v
			}
		}
		b.st.Step(step).Ticked = now
	})
}
func (b *fakeBook) Conclude(step, text string) error {
	return b.wish("conclude "+step+" "+text, func() { b.st.Step(step).Conclusion = text })
}
func (b *fakeBook) AddNote(step, text string) error {
	return b.wish("note "+step+" "+text, func() { b.st.Notes = append(b.st.Notes, session.Note{Step: step, Text: text, At: day}) })
}
func (b *fakeBook) Available(kind string) bool { return b.kinds[kind] }
func (b *fakeBook) Expect(string) Estimate     { return b.est }
func (b *fakeBook) Pending(string) []session.Approval {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]session.Approval{}, b.pending...)
}
func (b *fakeBook) Approve(step, command string, scope session.Scope) error {
	return b.wish("approve "+command+" "+string(scope), func() { b.pending = b.pending[1:] })
}
func (b *fakeBook) Start(step string) (StepRun, error) {
	if err := b.wish("start "+step, func() { b.st.Step(step).Status = session.Running }); err != nil {
		return nil, err
	}
	r := &fakeRun{b: b, step: step, done: make(chan struct{})}
	r.live = session.Live{Step: step, Trial: step + ".g1", Label: "good, control 1 of 2", Command: b.st.Case.Good, Started: day}
	b.mu.Lock()
	b.run = r
	b.mu.Unlock()
	return r, nil
}
func (b *fakeBook) Running() StepRun {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run == nil {
		return nil
	}
	return b.run
}
func (b *fakeBook) Export(o session.ExportOptions) ([]string, error) {
	err := b.wish(fmt.Sprintf("export %s %q", o.Format, o.To), nil)
	return []string{"/srv/app/debugging/report." + o.Format}, err
}
func (b *fakeBook) LogText(int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log
}
func (b *fakeBook) Trial(id string) (fact.Trial, bool) {
	for _, t := range b.st.Trials {
		if t.ID == id {
			return t, true
		}
	}
	return fact.Trial{}, false
}
func (b *fakeBook) Close() error { b.closed = true; return nil }

// fakeRun is a run whose output a test writes.
type fakeRun struct {
	b    *fakeBook
	step string
	mu   sync.Mutex
	live session.Live
	done chan struct{}
	err  error
	once sync.Once
}

func (r *fakeRun) Step() string { return r.step }
func (r *fakeRun) Live() session.Live {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live
}
func (r *fakeRun) set(f func(*session.Live)) {
	r.mu.Lock()
	f(&r.live)
	r.mu.Unlock()
	r.b.poke()
}
func (r *fakeRun) Stop()                 { r.end(context.Canceled) }
func (r *fakeRun) Done() <-chan struct{} { return r.done }
func (r *fakeRun) Err() error            { return r.err }
func (r *fakeRun) end(err error) {
	r.once.Do(func() {
		r.err = err
		r.b.change(func() {
			r.b.run = nil
			r.b.st.Step(r.step).Status = session.Done
			if err != nil {
				r.b.st.Step(r.step).Status = session.Interrupted
			}
		})
		close(r.done)
	})
}

// fakeHome is a folder with a session, two plans and the demo.
type fakeHome struct {
	sessions []session.Summary
	plans    []PlanFile
	created  []session.CreateOptions
	err      error
}

func newFakeHome() *fakeHome {
	return &fakeHome{
		sessions: []session.Summary{
			{ID: "s2", Title: "Task 7.2: jobs stay in the queue", Status: session.StatusOpen, Changed: fakeNow().Add(-2 * time.Hour), Steps: 6, Done: 1, Trials: 4},
			{ID: "s1", Title: "Flaky upload", Status: session.Blocked, Changed: fakeNow().Add(-50 * time.Hour), Steps: 3, Done: 3, Trials: 12},
		},
		plans: []PlanFile{
			{Path: "/srv/app/PLAN.md", Name: "PLAN.md", Title: "Jobs stay in the queue", Steps: 6, Age: "2 h ago"},
			{Path: "/srv/app/docs/PLAN_upload.md", Name: "docs/PLAN_upload.md", Title: "Flaky upload", Steps: 3, Age: "5 days ago"},
		},
	}
}
func (h *fakeHome) Dir() string                          { return "/srv/app" }
func (h *fakeHome) Sessions() ([]session.Summary, error) { return h.sessions, nil }
func (h *fakeHome) Plans() ([]PlanFile, error)           { return h.plans, nil }
func (h *fakeHome) Open(string) (Book, error)            { return newFake(), h.err }
func (h *fakeHome) Create(o session.CreateOptions) (Book, error) {
	h.created = append(h.created, o)
	if h.err != nil {
		return nil, h.err
	}
	return newFake(), nil
}
func (h *fakeHome) Demo() (Book, error) { return newFake(), h.err }
