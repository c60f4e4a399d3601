package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Whole processes, measured on the binary that users run. What is compared runs in turn within one
// benchmark, so that a ratio means something on a busy machine. Launches against the bare command are
// measured in steps/launch, the resume of 100,000 records in session, appends to a long log in notes.

// buildBinary builds casebook as make does.
func buildBinary(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "casebook")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// in is a command in a folder of its own, with a state folder of its own.
func in(dir, bin string, args ...string) *exec.Cmd {
	c := exec.Command(bin, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "XDG_STATE_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return c
}

func timed(b *testing.B, c *exec.Cmd) time.Duration {
	b.Helper()
	start := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(c.Args, " "), err, out)
	}
	return time.Since(start)
}

// BenchmarkStart is the start of the binary; aim: 10 ms.
func BenchmarkStart(b *testing.B) {
	bin, dir := buildBinary(b), b.TempDir()
	var own, bare time.Duration
	for b.Loop() {
		own += timed(b, in(dir, bin, "exit-codes"))
		bare += timed(b, in(dir, "/bin/true"))
	}
	b.ReportMetric(float64((own-bare).Microseconds())/1000/float64(b.N), "ms-over-true/op")
}

// BenchmarkOutput1GB is a capture whose command prints 1 GB, against tee to a file; aims: 1.0, in 64 MiB.
func BenchmarkOutput1GB(b *testing.B) {
	const size = 1 << 30
	bin, dir := buildBinary(b), b.TempDir()
	printing := fmt.Sprintf("yes | head -c %d", size)
	b.SetBytes(size)
	var own, tee time.Duration
	var most atomic.Int64
	for b.Loop() {
		tee += timed(b, in(dir, "sh", "-c", printing+" | tee tee.out >/dev/null"))
		_ = os.Remove(filepath.Join(dir, "tee.out"))
		c := in(dir, bin, "capture", "--as", "ci", "-o", "snap.json", "--", "sh", "-c", printing)
		start := time.Now()
		var out bytes.Buffer
		c.Stderr = &out // standard output goes to /dev/null, as tee's
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		stop := watchMemory(c.Process.Pid, &most)
		err := c.Wait()
		own += time.Since(start)
		stop()
		if err != nil {
			b.Fatalf("%v\n%s", err, out.String())
		}
		most.Store(max(most.Load(), c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10))
	}
	b.ReportMetric(own.Seconds()/tee.Seconds(), "x-tee")
	b.ReportMetric(float64(most.Load())/(1<<20), "MiB-most")
}

// watchMemory keeps the most that one child of pid that is casebook itself had in memory.
func watchMemory(pid int, most *atomic.Int64) (stop func()) {
	end := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for {
			for _, child := range children(pid) {
				status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", child))
				name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child))
				_, rest, ok := strings.Cut(string(status), "VmHWM:")
				if f := strings.Fields(rest); ok && strings.TrimSpace(string(name)) == "casebook" {
					kb, _ := strconv.ParseInt(f[0], 10, 64)
					most.Store(max(most.Load(), kb<<10))
				}
			}
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	return func() { close(end); done.Wait() }
}

// BenchmarkFirstFrame is from the start of the binary to the first whole picture of a session's notebook; aim: 40 ms.
func BenchmarkFirstFrame(b *testing.B) {
	bin, dir := buildBinary(b), b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plan.md"), []byte("# Frames\n\n1.  **The only step:**\n    *   Look.\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	timed(b, in(dir, bin, "new", "plan.md"))
	var sum time.Duration
	for b.Loop() {
		sum += firstFrame(b, in(dir, bin, "resume"), "The only step", "? keys")
	}
	b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms-to-frame/op")
}

func firstFrame(b *testing.B, c *exec.Cmd, texts ...string) time.Duration {
	b.Helper()
	c.Env = append(c.Env, "TERM=xterm-256color")
	start := time.Now()
	tty, err := pty.StartWithSize(c, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait(); _ = tty.Close() }()
	em := vt.NewEmulator(120, 40)
	defer hangUp(em)
	go func() { // what a terminal answers
		buf := make([]byte, 4<<10)
		for {
			n, err := em.Read(buf)
			if err != nil {
				return
			}
			_, _ = tty.Write(buf[:n])
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := tty.Read(buf)
		if err != nil {
			b.Fatalf("%v\n%s", err, em.String())
		}
		_, _ = em.Write(buf[:n])
		screen, all := em.String(), true
		for _, text := range texts {
			all = all && strings.Contains(screen, text)
		}
		if all {
			return time.Since(start)
		}
	}
}
