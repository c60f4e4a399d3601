package snapshot

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// start runs a command that waits on its stdin, and ends it with the test.
func start(t *testing.T, change func(*exec.Cmd), argv ...string) (*exec.Cmd, io.WriteCloser) {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"A=1", "EMPTY="}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(cmd)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	until(t, "the exec of "+argv[0], func() bool {
		b, _ := os.ReadFile("/proc/" + itoa(cmd.Process.Pid) + "/cmdline")
		return strings.HasPrefix(string(b), argv[0])
	})
	return cmd, in
}

func ownUmask(t *testing.T) int {
	t.Helper()
	p, err := CaptureLight(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return p.Umask
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// until waits for a condition, at most a few seconds.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// value is one factor of a process.
func value(t *testing.T, p *Process, k fact.Kind, name string) string {
	t.Helper()
	m := secret.NewMasker([]byte("k"))
	for _, r := range Factors(&Target{Process: p}, &m) {
		if r.Factor.Kind == k && r.Factor.Name == name {
			return r.Value.Shown
		}
	}
	return "<absent>"
}

func TestCaptureWhatALaunchDecides(t *testing.T) {
	dir := t.TempDir()
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd, _ := start(t, func(c *exec.Cmd) {
		c.Dir, c.Stdout, c.Env = dir, log, append(c.Env, "API_KEY=abcdef123456")
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}, "cat", "-u", "-")
	p, err := CaptureProcess(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind       fact.Kind
		name, want string
	}{
		{fact.Env, "A", "1"}, {fact.Env, "EMPTY", ""}, {fact.Env, "B", "<absent>"}, {fact.Cwd, "", dir}, {fact.Argv, "argv[1]", "-u"},
		{fact.Stdin, "", "pipe"}, {fact.Stdout, "", "file " + dir + "/log (append)"}, {fact.Stderr, "", "null"},
		{fact.Session, "", "own"}, {fact.ProcessGroup, "", "own"}, {fact.CTTY, "", "no"}, {fact.FDFlags, "0", "blocking"},
		{fact.Namespace, "net", "host's"}, {fact.Umask, "", umaskWords(ownUmask(t))}, {fact.Personality, "", "LINUX"}, {fact.Root, "", "/"},
	} {
		if got := value(t, p, c.kind, c.name); got != c.want {
			t.Errorf("%s %s is %q, want %q", c.kind, c.name, got, c.want)
		}
	}
	if got := value(t, p, fact.Env, "API_KEY"); strings.Contains(got, "abcdef") || !secret.IsMark(got) {
		t.Errorf("API_KEY shows as %q", got)
	}
	if len(p.Env) != 3 || p.Env[1].Name != "EMPTY" {
		t.Errorf("%d variables, or another order", len(p.Env))
	}
	var lim unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &lim); err == nil && value(t, p, fact.Rlimit, "NOFILE") == "<absent>" {
		t.Error("no limit of open files")
	}
}

func TestCapturedSecretsNeverReachJSON(t *testing.T) {
	cmd, _ := start(t, func(c *exec.Cmd) { c.Env = []string{"TOKEN=tell-nobody-1"} }, "cat", "-")
	p, err := CaptureProcess(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := json.Marshal(p); err != nil || bytes.Contains(b, []byte("tell-nobody")) {
		t.Fatalf("%v: %s", err, b)
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(Snapshot{Targets: []*Target{{Process: p}}}); err != nil {
		t.Fatal(err)
	}
	var back Snapshot
	if err := gob.NewDecoder(&buf).Decode(&back); err != nil {
		t.Fatal(err)
	}
	if got := back.Targets[0].Process.Env[0]; !got.Value.Equal(secret.New("tell-nobody-1")) || got.Name != "TOKEN" {
		t.Fatal("the exact value did not survive the private format")
	}
}

func TestCaptureOfNobody(t *testing.T) {
	if _, err := CaptureProcess(1 << 30); err == nil {
		t.Fatal("captured a process that can't be")
	}
}

func TestSharedOpenFiles(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd, _ := start(t, func(c *exec.Cmd) { c.Stdout, c.Stderr = f, f }, "cat", "-")
	p, err := CaptureProcess(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.FDs[2].SameAs; got != 1 && got != -1 {
		t.Fatalf("2 shares its file with %d, want 1 (or -1 where kcmp is refused)", got)
	}
}

// A pipe that nobody reads fills, and its writer waits; the reader, if any, would show.
func TestSteadyPipeThatNobodyReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	holder, _ := start(t, func(c *exec.Cmd) { c.ExtraFiles = []*os.File{r} }, "cat", "-")
	writer, _ := start(t, func(c *exec.Cmd) { c.Stdout = w }, "yes")
	_, _ = r.Close(), w.Close()
	tree := []int{holder.Process.Pid, writer.Process.Pid}
	var samples []*Steady
	until(t, "a writer that waits", func() bool {
		s, err := CaptureSteady(writer.Process.Pid, tree)
		if err != nil {
			t.Fatal(err)
		}
		samples = []*Steady{s, s}
		return len(s.Pipes) == 2 && s.Pipes[1].Blocked && s.Pipes[1].Fill > 0
	})
	p := samples[0].Pipes[1]
	if p.FD != 1 || p.Fill <= 0 || len(p.Ends) != 1 || p.Ends[0].PID != holder.Process.Pid || p.Ends[0].Reads {
		t.Fatalf("%+v", p)
	}
	target := &Target{Process: samples[0].Process, Steady: samples}
	if got := target.drainage(1); got != NobodyReads {
		t.Fatalf("%s", got)
	}
}

func TestSteadyPipeThatIsRead(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader := exec.Command("cat")
	reader.Stdin = r
	if err := reader.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Process.Kill(); _ = reader.Wait() }()
	writer, _ := start(t, func(c *exec.Cmd) { c.Stdout = w }, "cat", "-u")
	_, _ = r.Close(), w.Close()
	until(t, "a reader that waits", func() bool {
		s, err := CaptureSteady(writer.Process.Pid, []int{reader.Process.Pid, writer.Process.Pid})
		if err != nil {
			t.Fatal(err)
		}
		return (&Target{Process: s.Process, Steady: []*Steady{s}}).drainage(1) == IsDrained
	})
}
