package main

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// asCasebook makes the test binary be casebook, whatever it is called.
const asCasebook = "CASEBOOK_TEST_MAIN=1"

// terminal is the real binary in a real terminal, with an emulator that keeps its screen.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	em   *vt.SafeEmulator
	done sync.WaitGroup
}

// openTerminal starts casebook with args in dir on a terminal of that size.
func openTerminal(t *testing.T, dir string, cols, rows int, args ...string) *terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tm := &terminal{t: t, cmd: exec.Command(self, args...), em: vt.NewSafeEmulator(cols, rows)}
	tm.cmd.Dir = dir
	state := t.TempDir()
	tm.cmd.Env = append(os.Environ(), asCasebook, "TERM=xterm-256color", "NO_COLOR=1", "XDG_STATE_HOME="+state, "XDG_CONFIG_HOME="+state)
	tm.tty, err = pty.StartWithSize(tm.cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	tm.done.Add(2)
	go func() { // what the program draws
		defer tm.done.Done()
		buf := make([]byte, 32<<10)
		for {
			n, err := tm.tty.Read(buf)
			if n > 0 {
				_, _ = tm.em.Write(buf[:n])
			}
			if err != nil {
				_ = tm.em.Close()
				return
			}
		}
	}()
	go func() { // what the terminal answers to queries
		defer tm.done.Done()
		buf := make([]byte, 4<<10)
		for {
			n, err := tm.em.Read(buf)
			if n > 0 {
				_, _ = tm.tty.Write(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(tm.kill)
	return tm
}

// wait returns the screen once it shows all of the texts.
func (tm *terminal) wait(texts ...string) string {
	tm.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		screen := tm.em.String()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return screen
		}
		if time.Now().After(deadline) {
			tm.t.Fatalf("the screen never showed %q:\n%s", missing, screen)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// keys types; "\r" is enter, "\x1b" escape.
func (tm *terminal) keys(s string) {
	tm.t.Helper()
	if _, err := tm.tty.WriteString(s); err != nil {
		tm.t.Fatal(err)
	}
}

// exit waits for the program's end and returns its exit status.
func (tm *terminal) exit() int {
	tm.t.Helper()
	ended := make(chan struct{})
	go func() { _ = tm.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		tm.t.Fatalf("casebook did not end; its screen:\n%s", tm.em.String())
	}
	return tm.cmd.ProcessState.ExitCode()
}

func (tm *terminal) kill() {
	if tm.cmd.ProcessState == nil {
		_ = tm.cmd.Process.Signal(syscall.SIGKILL)
		_ = tm.cmd.Wait()
	}
	_ = tm.tty.Close()
	tm.done.Wait()
}
