package tui

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"casebook/session"
	"casebook/steps/fact"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// sizes are the screens every golden is taken at.
var sizes = [][2]int{{40, 12}, {60, 15}, {80, 24}, {200, 60}}

// driver feeds messages to an App as the program would, without clocks.
type driver struct {
	t     *testing.T
	a     *App
	b     *fakeBook
	waits chan struct{} // a command begins to wait for the world
}

// toldCtx tells when somebody begins to wait for its end.
type toldCtx struct {
	context.Context
	waits chan struct{}
}

func (c toldCtx) Done() <-chan struct{} {
	c.waits <- struct{}{}
	return c.Context.Done()
}

func drive(t *testing.T, w, h int, b *fakeBook) *driver {
	t.Helper()
	o := Options{Home: newFakeHome(), Env: []string{"TERM=xterm"}, Now: fakeNow}
	if b != nil {
		o.Book = b
	}
	d := &driver{t: t, a: newApp(context.Background(), o), b: b, waits: make(chan struct{}, 100)}
	t.Cleanup(d.a.cancel)
	if b != nil {
		d.a.bookCtx = toldCtx{d.a.bookCtx, d.waits}
	}
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.do(d.a.Init())
	return d
}

// send gives the App a message and does what it asks for.
func (d *driver) send(m tea.Msg) {
	_, cmd := d.a.Update(m)
	d.a.View()
	d.do(cmd)
}

// do runs a command, and what follows from it. Commands that wait for the
// world (the next change, the end of a run, a clock) are left to wait.
func (d *driver) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	ch := make(chan tea.Msg, 1)
	go func() { ch <- cmd() }()
	select {
	case m := <-ch:
		switch m := m.(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range m {
				d.do(c)
			}
		case changedMsg, endedMsg, tickMsg:
		default:
			if strings.HasPrefix(fmt.Sprintf("%T", m), "tui.") {
				d.send(m)
			}
		}
	case <-d.waits:
	case <-time.After(300 * time.Millisecond): // a book that was opened by a door: its watch waits
	}
}

// look takes over what changed in the book, as the watch would.
func (d *driver) look() {
	m := changedMsg{book: d.a.bookSeq, state: d.b.State(), run: d.b.Running()}
	if m.run != nil {
		m.live = m.run.Live()
	}
	d.a.Update(m)
	d.a.View()
}

var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "space": {Code: tea.KeySpace, Text: " "}, "pgdown": {Code: tea.KeyPgDown}, "pgup": {Code: tea.KeyPgUp},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "backspace": {Code: tea.KeyBackspace},
}

func keyOf(name string) tea.KeyPressMsg {
	if k, ok := named[name]; ok {
		return k
	}
	if c, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(c[0]), Mod: tea.ModCtrl}
	}
	r := []rune(name)
	return tea.KeyPressMsg{Code: r[0], Text: name}
}

func (d *driver) keys(names ...string) *driver {
	for _, n := range names {
		d.send(keyOf(n))
	}
	return d
}

func (d *driver) typed(text string) *driver {
	for _, r := range text {
		d.send(keyOf(string(r)))
	}
	return d
}

func (d *driver) screen() string { return ansi.Strip(d.a.View().Content) }

// golden compares the screen with what is in testdata.
func (d *driver) golden(name string) {
	d.t.Helper()
	got := trimmed(d.screen())
	file := filepath.Join("testdata", fmt.Sprintf("%s_%dx%d.txt", name, d.a.w, d.a.h))
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatalf("%v (go test ./tui -update makes it)", err)
	}
	if got != string(want) {
		d.t.Errorf("%s is not as it was (go test ./tui -update takes it over)\n--- is\n%s--- was\n%s", file, got, want)
	}
}

func trimmed(s string) string {
	ls := strings.Split(s, "\n")
	for i := range ls {
		ls[i] = strings.TrimRight(ls[i], " ")
	}
	return strings.Join(ls, "\n") + "\n"
}

// exact checks that a frame has the size of the window and nothing wider.
func (d *driver) exact() {
	d.t.Helper()
	ls := strings.Split(d.a.View().Content, "\n")
	if len(ls) != d.a.h {
		d.t.Errorf("%dx%d: the frame has %d lines:\n%s", d.a.w, d.a.h, len(ls), d.screen())
	}
	for i, l := range ls {
		if n := ansi.StringWidth(l); n > d.a.w {
			d.t.Errorf("%dx%d: line %d takes %d cells: %q", d.a.w, d.a.h, i, n, ansi.Strip(l))
		}
	}
}

// scenes are the screens that are kept as text.
var scenes = []struct {
	name string
	make func(t *testing.T, w, h int) *driver
}{
	{"home", func(t *testing.T, w, h int) *driver { return drive(t, w, h, nil) }},
	{"step", func(t *testing.T, w, h int) *driver { return drive(t, w, h, newFake()) }},
	{"plan", func(t *testing.T, w, h int) *driver { return drive(t, w, h, newFake()).keys("tab", "down") }},
	{"confirm", func(t *testing.T, w, h int) *driver { return drive(t, w, h, newFake()).keys("r") }},
	{"missing", func(t *testing.T, w, h int) *driver {
		b := newFake()
		b.est = Estimate{Missing: []string{"no bad command in the case", "no check in the case"}}
		return drive(t, w, h, b)
	}},
	{"approve", func(t *testing.T, w, h int) *driver {
		b := newFake()
		b.pending = []session.Approval{{Step: "3", Action: "3.1", Command: "python -c 'print( 1 )' ''", Argv: []string{"python", "-c", "print( 1 )", ""},
			File: "/srv/app/PLAN.md", Line: 32, Hash: "9f2c1ab04d77e1", ChangedFrom: "python {-3.11-}{+-c+}"}}
		return drive(t, w, h, b).keys("right", "right", "r")
	}},
	{"running", func(t *testing.T, w, h int) *driver {
		d := drive(t, w, h, newFake()).keys("r", "enter")
		d.b.run.set(func(l *session.Live) {
			l.Elapsed, l.Trials, l.Progress.Left, l.Progress.ETA = 3800*time.Millisecond, 1, 3, 42*time.Second
			l.Streams = []session.LiveStream{{Name: "stdout", Total: 5 << 20, Dropped: 4 << 20}, {Name: "stderr", Lines: []string{"warning: QUEUE_URL is not set"}, Total: 31}}
			for i := range 200 {
				l.Streams[0].Lines = append(l.Streams[0].Lines, fmt.Sprintf("%04d polling queue default", i))
			}
		})
		d.look()
		return d
	}},
	{"compared", func(t *testing.T, w, h int) *driver { return after(t, w, h) }},
	{"noise", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("z", "s", "s", "S") }},
	{"filter", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("/").typed("queue") }},
	{"row", func(t *testing.T, w, h int) *driver {
		return after(t, w, h).keys("/").typed("URL").keys("enter", "enter")
	}},
	{"trial", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("home", "enter") }},
	{"byhand", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("right") }},
	{"log", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("l") }},
	{"graph", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("g") }},
	{"plantext", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("p") }},
	{"case", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("C", "tab") }},
	{"casewrong", func(t *testing.T, w, h int) *driver {
		return after(t, w, h).keys("C", "tab", "tab", "tab").typed("[").keys("tab").typed("soon").keys("ctrl+s")
	}},
	{"note", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("n").typed("the fixture passes env=") }},
	{"status", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("m", "down") }},
	{"export", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("e", "down", "enter") }},
	{"matrix", func(t *testing.T, w, h int) *driver {
		b := newSearch()
		b.controls()
		b.matrix(5)
		return b.runs(t, w, h, 0, "one change at a time")
	}},
	{"search", func(t *testing.T, w, h int) *driver {
		b := newSearch()
		b.controls()
		b.matrix(len(singles))
		b.search()
		b.trial(fact.Good, "candidate", "with bad's stderr", "", 0, stderr1.Factor)
		return b.runs(t, w, h, 9, "search")
	}},
	{"cause", func(t *testing.T, w, h int) *driver {
		b := newSearch()
		b.controls()
		b.matrix(len(singles))
		b.search()
		b.proof()
		return b.answered(t, w, h, joint())
	}},
	{"nocause", func(t *testing.T, w, h int) *driver {
		b := newSearch()
		b.controls()
		b.search()
		return b.answered(t, w, h, fact.Answer{Verdict: "no-cause", Trials: 22, Took: time.Minute, Seen: 57, Movable: 49,
			Leads: []fact.Lead{{Factors: []fact.Factor{testing1.Factor}, Why: "all at once it fails, and this is the most suspicious"},
				{Factors: []fact.Factor{stderr1.Factor}, Why: "shown in one direction only (good-only)"}},
			Immovable: []fact.Lead{{Factors: []fact.Factor{factor(fact.Cgroup, "")}, Why: "needs the privilege to move a process between groups"}},
			Notes:     []string{"the bad launch passed in 1 of 6 runs"}})
	}},
	{"notreproduced", func(t *testing.T, w, h int) *driver {
		b := newSearch()
		b.controls()
		return b.answered(t, w, h, fact.Answer{Verdict: "not-reproduced", Trials: 6, Took: 14 * time.Second, Seen: 57,
			Good: fact.Tally{Runs: 3, Passed: 3}, Bad: fact.Tally{Runs: 3, Passed: 2, Failed: 1}})
	}},
	{"help", func(t *testing.T, w, h int) *driver { return after(t, w, h).keys("?") }},
}

// after is step 1 after it ran.
func after(t *testing.T, w, h int) *driver {
	b := newFake()
	compared(b)
	return drive(t, w, h, b).keys("left")
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		for _, z := range sizes {
			t.Run(fmt.Sprintf("%s_%dx%d", s.name, z[0], z[1]), func(t *testing.T) {
				d := s.make(t, z[0], z[1])
				d.golden(s.name)
				d.exact()
			})
		}
	}
}

// Every screen fits its window at every size, also at ones that are too small.
func TestEverySize(t *testing.T) {
	for _, s := range scenes {
		d := s.make(t, 100, 30)
		for _, w := range []int{1, 5, 20, 31, 32, 33, 45, 59, 60, 61, 79, 99, 100, 101, 133, 260} {
			for _, h := range []int{1, 3, 7, 8, 9, 13, 14, 15, 25, 70} {
				d.send(tea.WindowSizeMsg{Width: w, Height: h})
				if w >= leastW && h >= leastH {
					d.exact()
				} else if got := d.screen(); !strings.HasPrefix(got, "casebook"[:min(w-1, 8)]) {
					t.Errorf("%s at %dx%d does not say that it is too small: %q", s.name, w, h, got)
				}
			}
		}
	}
}

// The words are the same whatever the background; only colours change.
func TestLightSaysTheSame(t *testing.T) {
	d := after(t, 100, 30)
	dark := d.a.View().Content
	d.a.restyle(false)
	light := d.a.View().Content
	if ansi.Strip(dark) != ansi.Strip(light) {
		t.Error("light and dark say different things")
	}
	if dark == light {
		t.Error("light looks like dark")
	}
}

// A terminal that is given the frame shows what the frame says.
func TestFrameOnATerminal(t *testing.T) {
	d := after(t, 80, 24)
	e := vt.NewEmulator(80, 24)
	_, _ = e.WriteString(strings.ReplaceAll(d.a.View().Content, "\n", "\r\n"))
	if got, want := trimmed(e.String()), trimmed(d.screen()); got != want {
		t.Errorf("the terminal shows\n%s\nthe frame says\n%s", got, want)
	}
}
