package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
	"casebook/steps/fact"
)

// has says whether the screen shows all of that.
func (d *driver) has(want ...string) {
	d.t.Helper()
	got := d.screen()
	for _, w := range want {
		if !strings.Contains(got, w) {
			d.t.Fatalf("the screen does not show %q:\n%s", w, got)
		}
	}
}

func (d *driver) hasNot(unwanted ...string) {
	d.t.Helper()
	got := d.screen()
	for _, w := range unwanted {
		if strings.Contains(got, w) {
			d.t.Fatalf("the screen shows %q:\n%s", w, got)
		}
	}
}

func (d *driver) asked(want ...string) {
	d.t.Helper()
	if got := strings.Join(d.b.asked(), "\n"); got != strings.Join(want, "\n") {
		d.t.Fatalf("asked of the session\n%s\nwanted\n%s", got, strings.Join(want, "\n"))
	}
}

func TestSpaceTicksTheActionUnderTheCursor(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("down", "space")
	d.asked("tick 1.2 true")
	d.has("[✓] Run the worker from a shell")
	d.keys("space")
	d.asked("tick 1.2 true", "tick 1.2 false")
}

func TestNothingRunsBeforeAYes(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("r")
	d.asked()
	d.has("4 runs, about 20.0 s each, at most 1 m 20 s", "python -m pytest")
	d.keys("esc")
	d.asked()
	d.keys("r", "enter")
	d.asked("start 1")
	d.has("▸ step 1 runs")
}

func TestACommandOfThePlanIsApprovedFirst(t *testing.T) {
	b := newFake()
	b.pending = []session.Approval{{Step: "3", Command: "python --version", Argv: []string{"python", "--version"}, File: "PLAN.md", Line: 32},
		{Step: "3", Command: "id -u", Argv: []string{"id", "-u"}, File: "PLAN.md", Line: 33}}
	d := drive(t, 100, 30, b).keys("right", "right", "r")
	d.has("1 of 2", "python --version", "PLAN.md, line 32")
	d.keys("s")
	d.has("2 of 2", "id -u")
	d.keys("n")
	d.asked("approve python --version session")
	d.has("not approved, nothing was run")
	d.keys("r", "a")
	d.has("Run step 3")
	d.keys("enter")
	d.asked("approve python --version session", "approve id -u always", "start 3")
}

func TestEscStopsTheRunAndSaysWhatStays(t *testing.T) {
	for _, key := range []string{"esc", "ctrl+c"} {
		d := drive(t, 100, 30, newFake()).keys("r", "enter")
		run := d.a.run
		d.keys(key)
		<-run.Done()
		d.send(endedMsg{d.a.runSeq, run.Step(), run.Err()})
		d.has("was stopped; what was recorded stays", "! interrupted")
	}
}

// The end of an earlier run says nothing about the one that is on now.
func TestAStaleEndIsDropped(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("r", "enter")
	d.send(endedMsg{d.a.runSeq - 1, "1", errors.New("old")})
	if !d.a.running {
		t.Fatal("the end of an earlier run ended this one")
	}
	d.send(estimateMsg{d.a.step.lookSeq - 1, "1", Estimate{Runs: 99}})
	d.send(logMsg{seq: d.a.log.seq - 1, rows: []string{"old"}})
	d.send(changedMsg{book: d.a.bookSeq - 1, state: &session.State{Title: "old"}})
	d.hasNot("old", "99 runs")
}

func TestAStepWithoutAnExperimentIsWorkedByHand(t *testing.T) {
	d := after(t, 100, 30).keys("right")
	d.has("by hand for now")
	d.hasNot("r run")
	d.keys("r")
	d.asked()
	d.has("worked by hand")
}

func TestAFailedWriteIsTold(t *testing.T) {
	b := newFake()
	b.refuse = errors.New("disk is full")
	d := drive(t, 100, 30, b).keys("m", "enter")
	d.has("! step 1 is done: disk is full")
	d.keys("n").typed("kept").keys("ctrl+s")
	d.has("disk is full")
	d.keys("n")
	d.has("kept")
}

func TestStatusAsksWhy(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("m", "down", "down", "enter").typed("not needed now").keys("enter")
	d.asked(`step 1 skipped "not needed now"`)
	d.keys("m", "down", "down", "down", "down", "down", "enter").typed("waits for ops").keys("enter")
	d.asked(`step 1 skipped "not needed now"`, `status blocked "waits for ops"`)
	d.has("session 2 · blocked", "– 1")
}

func TestKindIsChangedByTheUser(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("K", "down", "enter")
	d.asked("kind 1 tune")
}

func TestANoteIsSavedAndADraftIsKept(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("n").typed("it hangs").keys("esc")
	d.asked()
	d.has("not saved yet")
	d.keys("q")
	d.has("A note is not saved")
	d.keys("esc", "n")
	d.has("it hangs")
	d.typed(" in write").keys("ctrl+t", "ctrl+s")
	d.asked("note  it hangs in write")
	d.has("note saved", "it hangs in write")
	d.keys("c").typed("the pipe is full").keys("ctrl+s")
	d.asked("note  it hangs in write", "conclude 1 the pipe is full")
	d.has("● the pipe is full")
}

func TestLettersAreTextWhileWriting(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("n").typed("q?lgepr/")
	d.has("q?lgepr/")
	if d.a.front() != frontNote {
		t.Fatal("a letter left the note")
	}
}

func TestTheFormTellsErrorsAtTheirFields(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("C", "tab", "tab", "tab").typed("[").keys("ctrl+s")
	d.asked()
	d.has("not a regular expression")
	d.keys("backspace", "tab").typed("1m30s").keys("ctrl+s")
	d.asked("case ./worker --queue default | python -m pytest -q tests/test_worker.py | 1m30s")
	if d.a.front() != frontStep {
		t.Fatal("the form is still there")
	}
}

func TestTheFormOffersThePlansCommands(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("C", "ctrl+n", "ctrl+n", "ctrl+n")
	if got := d.a.form.fields[fGood].in.Value(); got != "python --version" {
		t.Fatalf("the third offer is %q", got)
	}
}

func TestWhatTheSessionSaysAgainstACaseStandsAtItsField(t *testing.T) {
	b := newFake()
	b.refuse = errors.New("check: no such kind\nbad_as: no such profile")
	d := drive(t, 100, 30, b).keys("C", "ctrl+s")
	if d.a.form.sel != fCheck {
		t.Fatal("the cursor is not at the field")
	}
	d.has("! no such kind")
	d.has("! no such profile")
}

func TestTableFiltersSortsAndHidesNoise(t *testing.T) {
	d := after(t, 120, 40)
	d.hasNot("SHLVL")
	d.has("2 noise hidden")
	d.keys("z").has("SHLVL")
	d.keys("/").typed("cwd").keys("enter")
	d.has("/ cwd", "1 shown")
	d.hasNot("QUEUE_URL")
	d.keys("esc").has("QUEUE_URL")
	d.keys("s", "S")
	d.has("# ↓")
	got := d.screen()
	if strings.Index(got, "env _") > strings.Index(got, "QUEUE_TESTING") {
		t.Fatalf("not sorted the other way:\n%s", got)
	}
}

func TestARowOpensWithItsFullValues(t *testing.T) {
	d := after(t, 80, 24).keys("/").typed("QUEUE_URL").keys("enter", "enter")
	d.has("amqp://‹masked 3f2a, 9›@rabbit:5672/", "the library's default applies without it", "looks guilty")
	d.keys("esc").has("Differences")
}

func TestWhatAChildPrintsIsHarmless(t *testing.T) {
	d := drive(t, 100, 30, newFake()).keys("r", "enter")
	d.b.run.set(func(l *session.Live) {
		l.Label = "good\x1b]0;owned\x07"
		l.Streams = []session.LiveStream{{Name: "stdout", Lines: []string{"a\x1b[2Jb", "c\rd\be", "x\u202egpj.exe", "\x1b]52;c;never ends"}}}
	})
	d.look()
	content := d.a.View().Content
	for _, bad := range []string{"\x1b[2J", "\x1b]", "\r", "\b", "\x07", "\u202e"} {
		if strings.Contains(content, bad) {
			t.Errorf("the frame holds %q", bad)
		}
	}
	d.exact()
}

func TestTheThreeDoors(t *testing.T) {
	d := drive(t, 100, 30, nil)
	d.has("Go on", "A plan here", "Two commands", "The demo")
	h := d.a.home.(*fakeHome)
	d.keys("down", "down", "enter")
	if len(h.created) != 1 || h.created[0].Plan != "/srv/app/PLAN.md" {
		t.Fatalf("the plan's door made %+v", h.created)
	}
	d.has("Environment & Context Comparison")
	d.keys("H").has("Go on")
	d.keys("end", "up", "enter").typed("./good").keys("tab").typed("./bad").keys("ctrl+s")
	if len(h.created) != 2 || h.created[1].Case.Bad != "./bad" {
		t.Fatalf("two commands made %+v", h.created)
	}
}

func TestAnEmptyFolderHasThreeDoorsToo(t *testing.T) {
	a := newApp(context.Background(), Options{Home: &fakeHome{}, Now: fakeNow})
	d := &driver{t: t, a: a, waits: make(chan struct{})}
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.do(a.Init())
	d.has("no Markdown file in this folder looks like one", "Two commands", "The demo")
	d.hasNot("Go on")
}

func TestADoorThatDoesNotOpenSaysWhy(t *testing.T) {
	d := drive(t, 100, 30, nil)
	d.a.home.(*fakeHome).err = errors.New("written by a newer casebook")
	d.keys("enter").has("! written by a newer casebook", "Go on")
}

func TestHelpTellsEveryKey(t *testing.T) {
	d := drive(t, 100, 80, newFake()).keys("?")
	for _, g := range d.a.k.groups() {
		for _, k := range g.keys {
			d.has(k.Help().Desc)
		}
	}
	d.keys("?").has("will run")
}

func TestTheLogKeepsItsPlaceAndFollowsItsEnd(t *testing.T) {
	b := newFake()
	b.log = "# log\n" + strings.Repeat("\nentry\n", 200)
	d := drive(t, 100, 30, b).keys("l", "pgup")
	top := d.a.log.at.top
	b.mu.Lock()
	b.log += "\nnewest\n"
	b.mu.Unlock()
	d.do(d.a.log.refresh(true))
	d.screen()
	if d.a.log.at.top != top {
		t.Fatalf("the place moved from %d to %d", top, d.a.log.at.top)
	}
	d.keys("G").has("newest")
}

func TestStepsOfAnotherProcessAreToldApart(t *testing.T) {
	b := newFake()
	b.st.Steps[0].Status = session.Running
	d := drive(t, 100, 30, b)
	d.has("another casebook runs this step now")
}

func TestWhatTheStartFoundIsShownUntilRead(t *testing.T) {
	b := newFake()
	b.st.Recovered = []string{"step 1 was running when casebook died"}
	d := drive(t, 100, 30, b)
	d.has("was running when casebook died")
	d.keys("x").hasNot("was running when casebook died")
}

func TestManyStepsScroll(t *testing.T) {
	b := newFake()
	for range 60 {
		b.st.Steps = append(b.st.Steps, b.st.Steps[5])
	}
	d := drive(t, 120, 20, b).keys("tab", "end")
	if d.a.plan.sel != 65 {
		t.Fatal("not at the last step")
	}
	d.exact()
	d.has("›")
	d.send(tea.WindowSizeMsg{Width: 80, Height: 20})
	d.has("‹")
	d.exact()
}

func TestTableColumnsGiveWay(t *testing.T) {
	v := newTableView(fact.Table{Columns: []string{"#", "what", "good", "bad"}, Rows: [][]string{{"1", strings.Repeat("n", 50), strings.Repeat("g", 90), "b"}}})
	for w := 10; w < 200; w++ {
		ws := v.fit(w)
		if n := sum(ws) + v.gap*(len(ws)-1); n > w && len(ws) > 2 {
			t.Fatalf("%d columns take %d of %d cells: %v", len(ws), n, w, ws)
		}
	}
}

func TestTheMouseChoosesTicksAndScrolls(t *testing.T) {
	d := drive(t, 120, 30, newFake())
	at := func(what string) (x, y int) {
		for y, l := range strings.Split(d.screen(), "\n") {
			if i := strings.Index(l, what); i >= 0 {
				return len([]rune(l[:i])), y
			}
		}
		t.Fatalf("no %q on the screen", what)
		return 0, 0
	}
	x, y := at("Run the worker from a shell")
	d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	d.asked("tick 1.2 true")
	x, y = at("Versions")
	d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	d.has("Rule out a different interpreter")
	d.send(tea.MouseWheelMsg{X: 60, Y: 10, Button: tea.MouseWheelDown})
	d.send(tea.MouseWheelMsg{X: 2, Y: 5, Button: tea.MouseWheelUp})
	d.has("Change one parameter at a time")
	d.keys("M")
	if d.a.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is not left to the terminal")
	}
}

func TestTheCursorOfATextFieldIsWhereTheTextEnds(t *testing.T) {
	for _, z := range sizes {
		d := drive(t, z[0], z[1], newFake()).keys("n").typed("abc")
		c := d.a.View().Cursor
		if c == nil {
			t.Fatal("no cursor while writing")
		}
		row := []rune(strings.Split(d.screen(), "\n")[c.Y])
		if got := strings.TrimSpace(string(row[:c.X])); !strings.HasSuffix(got, "abc") {
			t.Errorf("%dx%d: before the cursor stands %q", z[0], z[1], got)
		}
		d.keys("esc", "C")
		c = d.a.View().Cursor
		row = []rune(strings.Split(d.screen(), "\n")[c.Y])
		if got := string(row[:c.X]); !strings.HasSuffix(got, "--queue default") {
			t.Errorf("%dx%d: before the cursor of the form stands %q", z[0], z[1], got)
		}
	}
}
