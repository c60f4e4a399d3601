package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	t    testing.TB
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex // of em: it draws while the test looks
	em   *vt.Emulator
	done sync.WaitGroup
}

// openTerminal starts casebook with args in dir on a terminal of that size.
func openTerminal(t testing.TB, dir string, cols, rows int, args ...string) *terminal {
	t.Helper()
	return openTerminalAs(t, dir, cols, rows, nil, args...)
}

// openTerminalAs does it with more environment.
func openTerminalAs(t testing.TB, dir string, cols, rows int, env []string, args ...string) *terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tm := &terminal{t: t, cmd: exec.Command(self, args...), em: vt.NewEmulator(cols, rows)}
	tm.cmd.Dir = dir
	state := t.TempDir()
	tm.cmd.Env = append(os.Environ(), asCasebook, "TERM=xterm-256color", "NO_COLOR=1", "XDG_STATE_HOME="+state, "XDG_CONFIG_HOME="+state)
	tm.cmd.Env = append(tm.cmd.Env, env...)
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
				tm.mu.Lock()
				_, _ = tm.em.Write(buf[:n])
				tm.mu.Unlock()
			}
			if err != nil {
				hangUp(tm.em)
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

// screen is what can be seen now.
func (tm *terminal) screen() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.em.String()
}

// hangUp ends what reads the answers of a terminal.
func hangUp(em *vt.Emulator) {
	if p, ok := em.InputPipe().(io.Closer); ok {
		_ = p.Close()
	}
}

// wait returns the screen once it shows all of the texts.
func (tm *terminal) wait(texts ...string) string {
	tm.t.Helper()
	deadline := time.Now().Add(40 * time.Second)
	for {
		screen := tm.screen()
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

// gone waits until the screen does not show text any more.
func (tm *terminal) gone(text string) {
	tm.t.Helper()
	for deadline := time.Now().Add(40 * time.Second); strings.Contains(tm.screen(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			tm.t.Fatalf("the screen kept showing %q:\n%s", text, tm.screen())
		}
	}
}

// resize makes the window another size; the screen is wiped, so that what is waited for is drawn anew.
func (tm *terminal) resize(cols, rows int) {
	tm.t.Helper()
	tm.mu.Lock()
	_, _ = tm.em.Write([]byte("\x1b[2J"))
	tm.em.Resize(cols, rows)
	tm.mu.Unlock()
	if err := pty.Setsize(tm.tty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		tm.t.Fatal(err)
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
	case <-time.After(40 * time.Second):
		tm.t.Fatalf("casebook did not end; its screen:\n%s", tm.screen())
	}
	return tm.cmd.ProcessState.ExitCode()
}

// childrenOf is what a process has started that still runs; there has to be something.
func childrenOf(t testing.TB, pid int) []int {
	t.Helper()
	pids := children(pid)
	if len(pids) == 0 {
		t.Fatalf("process %d has no children", pid)
	}
	return pids
}

func children(pid int) []int {
	var pids []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, s := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(s); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// waitGone waits until a process has ended.
func waitGone(t testing.TB, pid int) {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there: %s", pid, stat)
		}
	}
}

func (tm *terminal) kill() {
	if tm.cmd.ProcessState == nil {
		_ = tm.cmd.Process.Signal(syscall.SIGKILL)
		_ = tm.cmd.Wait()
	}
	_ = tm.tty.Close()
	tm.done.Wait()
}
