//go:build linux && (amd64 || arm64)

package ptrace

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// atExec starts a program through a shell and returns it standing at its exec
// stop. What it prints is read by finish.
type child struct {
	cmd *exec.Cmd
	out bytes.Buffer
	err bytes.Buffer
	pid int
}

func atExec(t testing.TB, sh string, argv ...string) *child {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	c := &child{pid: 0}
	c.cmd = exec.Command("/bin/sh", append([]string{"-c", "read go; " + sh, "sh"}, argv...)...)
	c.cmd.Env = []string{"PATH=/usr/bin:/bin", "KEEP=1", "EMPTY="}
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.err
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.pid = c.cmd.Process.Pid
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	opts := unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_EXITKILL
	if _, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(c.pid), 0, uintptr(opts), 0, 0); e != 0 {
		t.Skipf("ptrace is not allowed here: %v", e)
	}
	_, _ = in.Write([]byte("\n"))
	_ = in.Close()
	for {
		var ws unix.WaitStatus
		if _, err := unix.Wait4(c.pid, &ws, unix.WALL, nil); err != nil {
			t.Fatal(err)
		}
		if !ws.Stopped() {
			t.Fatalf("the shell ended before the exec: %v, %s", ws, c.err.String())
		}
		if int(ws)>>16 == unix.PTRACE_EVENT_EXEC && !c.isShell() {
			return c
		}
		sig := 0
		if int(ws)>>16 == 0 {
			sig = int(ws.StopSignal())
		}
		_, _, _ = unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_CONT, uintptr(c.pid), 0, uintptr(sig), 0, 0)
	}
}

// isShell says that the exec is still the first shell's own: os/exec returns
// when close-on-exec has happened, which is before the exec stop.
func (c *child) isShell() bool {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.pid))
	return bytes.Contains(b, []byte("\x00read go; "))
}

// finish lets the child go and returns what it printed.
func (c *child) finish(t testing.TB) string {
	t.Helper()
	if err := unix.PtraceDetach(c.pid); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, c.err.String())
	}
	return c.out.String()
}

func begin(t testing.TB, c *child) *Injector {
	t.Helper()
	in, err := Begin(c.pid)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingChangedIsNothingChanged(t *testing.T) {
	c := atExec(t, `exec "$@"`, "/bin/cat", "/proc/self/cmdline")
	in := begin(t, c)
	must(t, in.End())
	if got := c.finish(t); got != "/bin/cat\x00/proc/self/cmdline\x00" {
		t.Fatalf("%q", got)
	}
}

func TestCallsAndTheirErrors(t *testing.T) {
	c := atExec(t, `exec "$@"`, "/bin/sh", "-c", "umask; pwd; cat /proc/self/status | grep Sig")
	in := begin(t, c)
	pid, err := in.Call(unix.SYS_GETPID)
	if err != nil || int(pid) != c.pid {
		t.Fatalf("getpid in the child says %d, %v; want %d", pid, err, c.pid)
	}
	old, err := in.Call(unix.SYS_UMASK, 0o035)
	if err != nil || old > 0o777 {
		t.Fatalf("umask: %o, %v", old, err)
	}
	nowhere, err := in.WriteString("/nowhere/at/all")
	must(t, err)
	if _, err := in.Call(unix.SYS_CHDIR, nowhere); !errors.Is(err, unix.ENOENT) {
		t.Fatalf("chdir to nowhere: %v", err)
	}
	slash, err := in.WriteString("/usr")
	must(t, err)
	_, err = in.Call(unix.SYS_CHDIR, slash)
	must(t, err)
	if _, err := in.Call(unix.SYS_CLOSE, 99); !errors.Is(err, unix.EBADF) {
		t.Fatalf("close(99): %v", err)
	}
	must(t, in.End())
	got := c.finish(t)
	if !strings.HasPrefix(got, "0035\n/usr\n") {
		t.Fatalf("%q", got)
	}
	if !strings.Contains(got, "SigBlk:\t0000000000000000\n") || !strings.Contains(got, "SigPnd:\t0000000000000000\n") {
		t.Fatalf("signals were left blocked or pending:\n%s", got)
	}
}

func TestSignalsAreHeldBackAndDelivered(t *testing.T) {
	c := atExec(t, `exec "$@"`, "/bin/grep", "SigBlk", "/proc/self/status")
	in := begin(t, c)
	must(t, unix.Kill(c.pid, unix.SIGWINCH)) // ignored by default, but pending while blocked
	must(t, unix.Kill(c.pid, unix.SIGSTOP))
	_, err := in.Call(unix.SYS_GETPPID)
	must(t, err)
	in.SetMask(in.Mask() | 1<<(unix.SIGUSR2-1))
	must(t, in.End())
	must(t, unix.Kill(c.pid, unix.SIGCONT)) // undoes the stop that End sent again
	if got := c.finish(t); got != fmt.Sprintf("SigBlk:\t%016x\n", 1<<(unix.SIGUSR2-1)) {
		t.Fatalf("%q", got)
	}
}

func TestExecOfTheSameFile(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "report")
	body := "#!/bin/sh -e\ntr '\\0' ' ' </proc/$$/cmdline; echo; cat /proc/$$/comm; echo $A; printf %s \"$KEEP\"\n"
	must(t, os.WriteFile(script, []byte(body), 0o755))
	must(t, os.Symlink(script, filepath.Join(dir, "named")))

	t.Run("binary", func(t *testing.T) {
		c := atExec(t, `exec "$@"`, "/bin/cat", "/proc/self/cmdline", "/proc/self/environ", "/proc/self/comm")
		in := begin(t, c)
		must(t, in.Exec("", []string{"kitty", "/proc/self/cmdline", "--", "/proc/self/environ", "/proc/self/comm"}, []string{"B=2", "", "C"}))
		must(t, in.End())
		want := "kitty\x00/proc/self/cmdline\x00--\x00/proc/self/environ\x00/proc/self/comm\x00" + "B=2\x00\x00C\x00" + "cat\n"
		if got := c.finish(t); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
	t.Run("script", func(t *testing.T) {
		for _, name := range []string{"report", "named"} {
			path := filepath.Join(dir, name)
			c := atExec(t, `exec "$@"`, path, "x", "y")
			in := begin(t, c)
			must(t, in.Exec("", []string{"/bin/sh", "-e", path, "z"}, []string{"A=a", "PATH=/usr/bin:/bin"}))
			must(t, in.End())
			if got, want := c.finish(t), "/bin/sh -e "+path+" z \n"+name+"\na\n"; got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	})
	t.Run("script with another interpreter line", func(t *testing.T) {
		c := atExec(t, `exec "$@"`, script, "x")
		in := begin(t, c)
		must(t, in.Exec("", []string{"/bin/sh", script, "z"}, []string{"A=b", "PATH=/usr/bin:/bin"}))
		must(t, in.End())
		if got, want := c.finish(t), "/bin/sh "+script+" z \nreport\nb\n"; got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
	t.Run("a file that has lost its name", func(t *testing.T) {
		cat := filepath.Join(t.TempDir(), "mycat")
		b, err := os.ReadFile("/bin/cat")
		must(t, err)
		must(t, os.WriteFile(cat, b, 0o755))
		c := atExec(t, `exec "$@"`, cat, "/proc/self/comm")
		must(t, os.Remove(cat))
		must(t, os.WriteFile(cat, []byte("#!/bin/sh\necho impostor\n"), 0o755))
		in := begin(t, c)
		must(t, in.Exec("", []string{"other", "/proc/self/comm"}, nil))
		must(t, in.End())
		if got := c.finish(t); got != "mycat\n" {
			t.Fatalf("%q", got)
		}
	})
	t.Run("static", func(t *testing.T) {
		exe := buildStatic(t)
		c := atExec(t, `exec "$@"`, exe, "one")
		in := begin(t, c)
		must(t, in.Exec("", []string{exe, "two", "three"}, []string{"X=1"}))
		must(t, in.End())
		if got := c.finish(t); got != "[two three] [X=1]\n" {
			t.Fatalf("%q", got)
		}
	})
	t.Run("several times, and calls between", func(t *testing.T) {
		c := atExec(t, `exec "$@"`, "/bin/sh", "-c", "echo $N; umask; pwd")
		in := begin(t, c)
		for i := range 5 {
			_, err := in.Call(unix.SYS_UMASK, uint64(i))
			must(t, err)
			must(t, in.Exec("", []string{"sh", "-c", "echo $N; umask; pwd"}, []string{fmt.Sprintf("N=%d", i)}))
		}
		p, err := in.WriteString("/")
		must(t, err)
		_, err = in.Call(unix.SYS_CHDIR, p)
		must(t, err)
		must(t, in.End())
		if got := c.finish(t); got != "4\n0004\n/\n" {
			t.Fatalf("%q", got)
		}
	})
	t.Run("another file", func(t *testing.T) {
		c := atExec(t, `exec "$@"`, "/bin/cat", "/proc/self/comm")
		in := begin(t, c)
		must(t, in.Exec("/usr/bin/head", []string{"head", "-c", "3", "/proc/self/comm"}, nil))
		must(t, in.End())
		if got := c.finish(t); got != "hea" {
			t.Fatalf("%q", got)
		}
	})
	t.Run("a file that is not there leaves it unchanged", func(t *testing.T) {
		c := atExec(t, `exec "$@"`, "/bin/cat", "/proc/self/comm")
		in := begin(t, c)
		if err := in.Exec("/nowhere", []string{"x"}, nil); !errors.Is(err, unix.ENOENT) {
			t.Fatalf("%v", err)
		}
		must(t, in.End())
		if got := c.finish(t); got != "cat\n" {
			t.Fatalf("%q", got)
		}
	})
	t.Run("large", func(t *testing.T) {
		big := strings.Repeat("x", 100_000)
		env := make([]string, 12)
		for i := range env {
			env[i] = fmt.Sprintf("V%d=%s", i, big)
		}
		c := atExec(t, `exec "$@"`, "/usr/bin/wc", "-c", "/proc/self/environ")
		in := begin(t, c)
		must(t, in.Exec("", []string{"wc", "-c", "/proc/self/environ"}, env))
		must(t, in.End())
		if got, want := c.finish(t), fmt.Sprintf("%d /proc/self/environ\n", len(strings.Join(env, "\x00"))+1); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
	t.Run("little address space", func(t *testing.T) {
		c := atExec(t, `ulimit -v 6000; exec "$@"`, "/bin/cat", "/proc/self/environ")
		in := begin(t, c)
		must(t, unix.Prlimit(c.pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: 1 << 16, Max: 6000 << 10}, nil))
		at, err := in.WriteString("on the stack")
		must(t, err)
		got, err := in.peekString(at, 100)
		if err != nil || got != "on the stack" {
			t.Fatalf("%q %v", got, err)
		}
		must(t, unix.Prlimit(c.pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: 6000 << 10, Max: 6000 << 10}, nil))
		must(t, in.Exec("", []string{"cat", "/proc/self/environ"}, []string{"SMALL=1"}))
		must(t, in.End())
		if got := c.finish(t); got != "SMALL=1\x00" {
			t.Fatalf("%q", got)
		}
	})
}

func TestGoneWhileChanged(t *testing.T) {
	c := atExec(t, `exec "$@"`, "/bin/cat", "/dev/null")
	in := begin(t, c)
	must(t, unix.Kill(c.pid, unix.SIGKILL))
	_, err := in.Call(unix.SYS_GETPID)
	if err == nil {
		t.Fatal("a call in a killed process succeeded")
	}
	if !errors.Is(err, ErrGone) && !errors.Is(err, unix.ESRCH) {
		t.Fatalf("%v", err)
	}
	if err := c.cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("its end was not left to be collected: %v", err)
	}
}

// A 32-bit program is refused before anything moves, and runs on as it would have.
func TestForeignProgramIsRefused(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("i386 programs run on amd64 only")
	}
	exe := filepath.Join(t.TempDir(), "i386")
	must(t, os.WriteFile(exe, elf32Exit7(), 0o755))
	var ee *exec.ExitError
	if err := exec.Command(exe).Run(); !errors.As(err, &ee) || ee.ExitCode() != 7 {
		t.Skipf("this kernel runs no 32-bit programs: %v", err)
	}
	c := atExec(t, `exec "$@"`, exe)
	if _, err := Begin(c.pid); !errors.Is(err, ErrForeign) {
		t.Fatalf("%v", err)
	}
	must(t, unix.PtraceDetach(c.pid))
	if err := c.cmd.Wait(); !errors.As(err, &ee) || ee.ExitCode() != 7 {
		t.Fatalf("%v", err)
	}
}

// elf32Exit7 is a whole i386 program: mov eax,1; mov ebx,7; int 0x80.
func elf32Exit7() []byte {
	code := []byte{0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80}
	le := func(n int, v ...uint64) (b []byte) {
		for _, x := range v {
			for i := range n {
				b = append(b, byte(x>>(8*i)))
			}
		}
		return b
	}
	const base, head = 0x08048000, 52 + 32
	out := append([]byte{0x7f, 'E', 'L', 'F', 1, 1, 1}, make([]byte, 9)...)
	out = append(out, le(2, 2, 3)...)
	out = append(out, le(4, 1, base+head, 52, 0, 0)...)
	out = append(out, le(2, 52, 32, 1, 0, 0, 0)...)
	size := uint64(head + len(code))
	out = append(out, le(4, 1, 0, base, base, size, size, 5, 0x1000)...)
	return append(out, code...)
}

// buildStatic builds a static program that prints its arguments and environment.
func buildStatic(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	src := "package main\nimport (\"fmt\"; \"os\")\nfunc main() { fmt.Println(os.Args[1:], os.Environ()) }\n"
	must(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(src), 0o644))
	exe := filepath.Join(dir, "static")
	cmd := exec.Command("go", "build", "-o", exe, filepath.Join(dir, "main.go"))
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no Go tool to build with: %v %s", err, out)
	}
	return exe
}

func TestExecBlock(t *testing.T) {
	block, path := execBlock(0x1000, "/bin/x", []string{"a", ""}, []string{"B=1"})
	// three pointers, two zeros: 40 bytes, then a\0 \0 B=1\0 /bin/x\0
	if want := 40 + 2 + 1 + 4 + 7; len(block) != want {
		t.Fatalf("%d bytes, want %d", len(block), want)
	}
	if path != 0x1000+47 || !bytes.HasSuffix(block, []byte("a\x00\x00B=1\x00/bin/x\x00")) {
		t.Fatalf("%#x %q", path, block[40:])
	}
	if !slices.Equal(block[:8], []byte{0x28, 0x10, 0, 0, 0, 0, 0, 0}) {
		t.Fatalf("%x", block[:8])
	}
}

func TestFailure(t *testing.T) {
	for res, want := range map[uint64]unix.Errno{0: 0, 1: 0, ^uint64(0): unix.EPERM, ^uint64(1): unix.ENOENT, ^uint64(4095): 0, ^uint64(4094): 4095} {
		if got := failure(res); got != want {
			t.Errorf("%#x: %d, want %d", res, got, want)
		}
	}
	if !isRestart(512) || !isRestart(516) || isRestart(515) || isRestart(unix.EINTR) {
		t.Error("restarts")
	}
}

func BenchmarkTransplant(b *testing.B) {
	for range b.N {
		b.StopTimer()
		c := atExec(b, `exec "$@"`, "/bin/true")
		b.StartTimer()
		start := time.Now()
		in := begin(b, c)
		_, err := in.Call(unix.SYS_UMASK, 0o22)
		must(b, err)
		must(b, in.Exec("", []string{"true"}, []string{"A=1"}))
		must(b, in.End())
		b.ReportMetric(float64(time.Since(start).Microseconds()), "µs/last")
		b.StopTimer()
		c.finish(b)
		b.StartTimer()
	}
}
