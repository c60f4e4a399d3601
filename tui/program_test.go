package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"

	"casebook/session"
)

// terminal is a whole program on a terminal in memory.
type terminal struct {
	t    *testing.T
	mu   sync.Mutex // of em: it draws while the test looks
	em   *vt.Emulator
	done chan error
	kill context.CancelFunc
}

// onTerminal runs the program as a user would see it; it answers like a real terminal does.
func onTerminal(t *testing.T, o Options, w, h int) *terminal {
	t.Helper()
	t.Cleanup(func() {
		// The library's reader is not waited for when the program is killed
		// while a reply of the terminal is on its way.
		goleak.VerifyNone(t, goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).sendEvents"))
	})
	em := vt.NewEmulator(w, h)
	ctx, cancel := context.WithCancel(context.Background())
	tm := &terminal{t: t, em: em, done: make(chan error, 1), kill: cancel}
	o.Env, o.Now = []string{"TERM=xterm-256color"}, fakeNow
	in, keys := io.Pipe()
	fed := make(chan struct{})
	go func() { // what the terminal says: keys and replies; nobody may wait for it
		defer close(fed)
		_, _ = io.Copy(keys, em)
	}()
	go func() {
		tm.done <- run(ctx, o, tea.WithInput(in), tea.WithOutput(cooked{tm}), tea.WithWindowSize(w, h), tea.WithoutSignals())
	}()
	t.Cleanup(func() {
		cancel()
		_ = in.Close()
		em.SendText(".") // the reader sees that nobody listens any more
		<-fed
	})
	return tm
}

// cooked maps line feeds as a terminal does that is not in raw mode, which is
// what the program takes one to be that it can't set.
type cooked struct{ *terminal }

func (c cooked) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.em.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// screen is what can be seen now.
func (tm *terminal) screen() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.em.String()
}

// until waits for the screen to show all of that.
func (tm *terminal) until(want ...string) {
	tm.t.Helper()
	end := time.Now().Add(5 * time.Second)
	for {
		got, missing := tm.screen(), ""
		for _, w := range want {
			if !strings.Contains(got, w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			tm.t.Fatalf("the terminal never showed %q:\n%s", missing, got)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (tm *terminal) key(keys ...string) {
	for _, k := range keys {
		tm.em.SendText(k)
	}
}

// end waits for the program to be left.
func (tm *terminal) end() error {
	tm.t.Helper()
	select {
	case err := <-tm.done:
		return err
	case <-time.After(5 * time.Second):
		tm.t.Fatalf("the program did not end:\n%s", tm.screen())
		return nil
	}
}

func TestWholeRunFromTheDoorToTheExport(t *testing.T) {
	tm := onTerminal(t, Options{Home: newFakeHome()}, 100, 30)
	tm.until("A plan here", "The demo")
	tm.key("\r")
	tm.until("Environment & Context Comparison", "will run")
	tm.key("r")
	tm.until("Run step 1", "4 runs, about 20.0 s each")
	tm.key("\r")
	tm.until("▸ step 1 runs", "good, control 1 of 2")
	tm.key("\x03")
	tm.until("was stopped; what was recorded stays")
	tm.key("n")
	tm.until("Note on step 1")
	tm.key("seen by hand", "\x13")
	tm.until("note saved", "seen by hand")
	tm.key("e", "\r")
	tm.until("debugging/report.md")
	tm.key("\x1b")
	tm.until("status")
	tm.key("q")
	if err := tm.end(); err != nil {
		t.Fatal(err)
	}
}

func TestWholeRunShowsWhatOthersAdd(t *testing.T) {
	b := newFake()
	tm := onTerminal(t, Options{Book: b}, 80, 24)
	tm.until("will run")
	b.change(func() { compared(b) })
	tm.key("\x1b[D")
	tm.until("3 look guilty", "✗ ✗")
	b.change(func() { b.st.Status = session.Resolved })
	tm.until("session 2 · resolved")
	tm.key("q")
	if err := tm.end(); err != nil {
		t.Fatal(err)
	}
	if !b.closed {
		t.Error("the session was not closed")
	}
}

func TestWholeRunStaysCalmUnderAFlood(t *testing.T) {
	b := newFake()
	tm := onTerminal(t, Options{Book: b}, 80, 24)
	tm.until("will run")
	tm.key("r")
	tm.until("Run step 1")
	tm.key("\r")
	tm.until("step 1 runs")
	r := b.Running().(*fakeRun)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			r.set(func(l *session.Live) {
				l.Streams = []session.LiveStream{{Name: "stdout", Lines: []string{fmt.Sprintf("line %d", i)}, Total: int64(i) << 10}}
			})
		}
	}()
	tm.key("l")
	tm.until("Debug Log")
	tm.key("l", "?")
	tm.until("moving")
	close(stop)
	<-stopped
	tm.key("?")
	tm.until("line ")
	tm.key("\x03")
	tm.until("was stopped")
	tm.key("q")
	if err := tm.end(); err != nil {
		t.Fatal(err)
	}
}

func TestTheProgramEndsWithItsContext(t *testing.T) {
	b := newFake()
	tm := onTerminal(t, Options{Book: b}, 80, 24)
	tm.until("will run")
	tm.kill()
	if err := tm.end(); !errors.Is(err, context.Canceled) {
		t.Fatalf("ended with %v", err)
	}
	if !b.closed {
		t.Error("the session was not closed")
	}
}

func TestNoTerminalIsRefused(t *testing.T) {
	for _, o := range []Options{{}, {Env: []string{"TERM=dumb"}}, {Env: []string{"TERM=xterm"}}} {
		if err := Run(context.Background(), o); !errors.Is(err, ErrNoTerminal) {
			t.Errorf("%v: %v", o.Env, err)
		}
	}
}

func TestADraftOutlivesTheTerminal(t *testing.T) {
	b := newFake()
	tm := onTerminal(t, Options{Book: b}, 80, 24)
	tm.until("will run")
	tm.key("n")
	tm.until("Note on step 1")
	tm.key("half a thought")
	tm.until("half a thought")
	tm.kill()
	_ = tm.end()
	if got := strings.Join(b.asked(), "\n"); got != "note 1 half a thought" {
		t.Fatalf("asked of the session: %s", got)
	}
}
