package demo

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// patience is how long the fixture waits for the worker's jobs.
const patience = 2 * time.Second

// Fixture starts the worker as a test fixture would and reports how many jobs it took.
func Fixture(self string, stdout io.Writer, environ []string) int {
	c := exec.Command(filepath.Join(filepath.Dir(self), WorkerName))
	c.Env = append(without(environ, "TERM", "COLUMNS", "LINES"),
		"APP_ENV=test", "TEST_RUN=1", "PYTHONUNBUFFERED=1", "LOG_FORMAT=json", "TZ=UTC")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := c.StdoutPipe()
	if err != nil {
		fmt.Fprintln(stdout, "fixture:", err)
		return 2
	}
	// As in the fixture this is modelled on: a pipe for the log, looked at only when a test fails.
	if _, err := c.StderrPipe(); err != nil {
		fmt.Fprintln(stdout, "fixture:", err)
		return 2
	}
	old := syscall.Umask(0o077)
	err = c.Start()
	syscall.Umask(old)
	if err != nil {
		fmt.Fprintln(stdout, "fixture:", err)
		return 2
	}
	taken := make(chan int, JobCount+1)
	go count(out, taken)
	n, deadline := 0, time.After(patience)
	for n < JobCount {
		select {
		case n = <-taken:
			continue
		case <-deadline:
		}
		break
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	fmt.Fprintf(stdout, "RESULT: %d of %d jobs taken\n", n, JobCount)
	if n < JobCount {
		return 1
	}
	return 0
}

func count(r io.Reader, taken chan<- int) {
	n := 0
	for sc := bufio.NewScanner(r); sc.Scan(); {
		if strings.HasPrefix(sc.Text(), "took ") {
			n++
			taken <- n
		}
	}
}

func without(environ []string, names ...string) []string {
	var kept []string
next:
	for _, kv := range environ {
		for _, n := range names {
			if strings.HasPrefix(kv, n+"=") {
				continue next
			}
		}
		kept = append(kept, kv)
	}
	return kept
}

// Install puts the two programs into dir/bin as copies of the running binary, so that the case
// outlives a binary that was built for one run.
func Install(dir, binary string) error {
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	src, err := os.Open(binary)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer src.Close()
	worker := filepath.Join(bin, WorkerName)
	dst, err := os.OpenFile(worker, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	_, err = io.Copy(dst, src)
	if cerr := dst.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("demo: copying the programs: %w", err)
	}
	fixture := filepath.Join(bin, FixtureName)
	_ = os.Remove(fixture)
	if err := os.Link(worker, fixture); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
