//go:build linux && (amd64 || arm64)

package transplant

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// A run of one target below a shell, with a plan applied at its exec. The tracer
// here is the least that does it; steps/launch has the real one.
type run struct {
	before string   // shell commands in front of the exec
	argv   []string // the target
	plan   Plan
	attr   func(*exec.Cmd)

	report   Report
	out, err bytes.Buffer
	state    *os.ProcessState
}

func (r *run) do(t testing.TB) string {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/bin/sh", append([]string{"-c", "read go <&9; exec 9<&-; " + r.before + `exec "$@"`, "sh"}, r.argv...)...)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "KEEP=1", "LIST=/a:/b:/c"}
	cmd.Stdout, cmd.Stderr = &r.out, &r.err
	cmd.Dir = "/"
	if r.attr != nil {
		r.attr(cmd)
	}
	gr, gw, err := os.Pipe()
	must(t, err)
	cmd.ExtraFiles = []*os.File{gr, gr, gr, gr, gr, gr, gr} // 3 to 9
	must(t, cmd.Start())
	_ = gr.Close()
	pid := cmd.Process.Pid
	defer cmd.Process.Kill()
	if err := ptrace.Seize(pid, ptrace.Options&^(unix.PTRACE_O_TRACEFORK|unix.PTRACE_O_TRACEVFORK|unix.PTRACE_O_TRACECLONE)); err != nil {
		t.Skipf("ptrace is not allowed here: %v", err)
	}
	_, _ = gw.Write([]byte("\n"))
	_ = gw.Close()
	h, err := NewHelper(r.plan)
	must(t, err)
	h.SetLaunch(os.Getpid())
	toExec(t, pid)
	p, err := snapshot.CaptureProcess(pid)
	must(t, err)
	began := time.Now()
	r.report = h.Apply(pid, p)
	applyTook = time.Since(began)
	if err := ptrace.Detach(pid, 0); err != nil && !ptrace.IsGone(err) {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	r.state = cmd.ProcessState
	afterWait()
	h.Close(5 * time.Second)
	return r.out.String()
}

func toExec(t testing.TB, pid int) {
	t.Helper()
	for {
		var ws unix.WaitStatus
		if _, err := unix.Wait4(pid, &ws, unix.WALL, nil); err != nil || !ws.Stopped() {
			t.Fatalf("it ended before its exec: %v %v", ws, err)
		}
		if int(ws)>>16 == unix.PTRACE_EVENT_EXEC {
			if b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); !bytes.Contains(b, []byte("\x00read go ")) {
				return
			}
		}
		sig := unix.Signal(0)
		if int(ws)>>16 == 0 {
			sig = ws.StopSignal()
		}
		must(t, ptrace.Cont(pid, sig))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func to(kind fact.Kind, name string) Change {
	return Change{Factor: fact.Factor{Kind: kind, Name: name}, FD: snapshot.FD{Flags: -1, SameAs: -1}}
}

func (c Change) text(s string) Change           { c.Text = secret.New(s); return c }
func (c Change) nums(n ...int64) Change         { c.Numbers = n; return c }
func (c Change) gone() Change                   { c.Absent = true; return c }
func (c Change) as(s Stream) Change             { c.Stream = s; return c }
func (c Change) list(s ...string) Change        { c.List = texts(s); return c }
func (c Change) instead(s ...string) Change     { c.From = texts(s); return c }
func (c Change) fd(f func(*snapshot.FD)) Change { f(&c.FD); return c }
func sh(script string, args ...string) []string {
	return append([]string{"/bin/sh", "-c", script, "sh"}, args...)
}
func status(field string) []string { return []string{"/bin/grep", "^" + field, "/proc/self/status"} }
func texts(list []string) (out []secret.Text) {
	for _, s := range list {
		out = append(out, secret.New(s))
	}
	return out
}

// One row per factor: what is asked for, and what the target itself says then.
func TestEachFactorReadFromInside(t *testing.T) {
	environ := []string{"/bin/cat", "/proc/self/environ"}
	rows := []struct {
		name   string
		before string
		argv   []string
		change []Change
		want   string
		root   bool // needs privilege
		attr   func(*exec.Cmd)
	}{
		{name: "env set", argv: environ, change: []Change{to(fact.Env, "KEEP").text("two words")}, want: "KEEP=two words\x00LIST=/a:/b:/c\x00PATH=/usr/bin:/bin\x00PWD=/\x00"},
		{name: "env added", argv: environ, change: []Change{to(fact.Env, "NEW").text("")}, want: "KEEP=1\x00LIST=/a:/b:/c\x00PATH=/usr/bin:/bin\x00PWD=/\x00NEW=\x00"},
		{name: "env removed", argv: environ, change: []Change{to(fact.Env, "KEEP").gone(), to(fact.Env, "NOT").gone()}, want: "LIST=/a:/b:/c\x00PATH=/usr/bin:/bin\x00PWD=/\x00"},
		{name: "element added", argv: environ, change: []Change{to(fact.Env, "LIST[/x]").list("/b", "/x", "/c")}, want: "KEEP=1\x00LIST=/a:/b:/x:/c\x00PATH=/usr/bin:/bin\x00PWD=/\x00"},
		{name: "element removed", argv: environ, change: []Change{to(fact.Env, "LIST[/b]").gone()}, want: "KEEP=1\x00LIST=/a:/c\x00PATH=/usr/bin:/bin\x00PWD=/\x00"},
		{name: "argv", argv: []string{"/bin/cat", "-u", "/proc/self/cmdline"}, change: []Change{to(fact.Argv, "-u").instead("-u").list("-v", "--").nums(1)}, want: "/bin/cat^@-v^@--^@/proc/self/cmdline^@"},
		{name: "argv0", argv: []string{"/bin/cat", "/proc/self/cmdline"}, change: []Change{to(fact.Argv0, "").text("dog")}, want: "dog\x00/proc/self/cmdline\x00"},
		{name: "exe", argv: []string{"/bin/cat", "/proc/self/comm"}, change: []Change{to(fact.Exe, "").text("/usr/bin/wc")}, want: "1 1 3 /proc/self/comm\n"},
		{name: "cwd", argv: []string{"/bin/readlink", "/proc/self/cwd"}, change: []Change{to(fact.Cwd, "").text("/usr")}, want: "/usr\n"},
		{name: "cwd and env, relative file", before: "cd /bin; ", argv: sh("pwd; echo $A"), change: []Change{to(fact.Cwd, "").text("/usr"), to(fact.Env, "A").text("a")}, want: "/usr\na\n"},
		{name: "umask", argv: sh("umask"), change: []Change{to(fact.Umask, "").nums(0o027)}, want: "0027\n"},
		{name: "signal blocked", argv: status("SigBlk"), change: []Change{to(fact.SignalMask, "SIGALRM")}, want: "SigBlk:\t0000000000002000\n"},
		{name: "signal ignored", argv: status("SigIgn"), change: []Change{to(fact.SignalDisposition, "SIGPIPE")}, want: "SigIgn:\t0000000000001000\n"},
		{name: "signal ignored no more", before: "trap '' HUP TERM; ", argv: status("SigIgn"), change: []Change{to(fact.SignalDisposition, "SIGHUP").gone()}, want: "SigIgn:\t0000000000004000\n"},
		{name: "nofile", argv: sh("ulimit -Sn; ulimit -Hn"), change: []Change{to(fact.Rlimit, "NOFILE").nums(100, 200)}, want: "100\n200\n"},
		{name: "stack", argv: sh("ulimit -s"), change: []Change{to(fact.Rlimit, "STACK").nums(1<<20, 1<<22)}, want: "1024\n"},
		{name: "address space", argv: sh("ulimit -v"), change: []Change{to(fact.Rlimit, "AS").nums(64<<20, 64<<20), to(fact.Env, "B").text("1")}, want: "65536\n"},
		{name: "nice", argv: []string{"/usr/bin/nice"}, change: []Change{to(fact.Nice, "").nums(7)}, want: "7\n"},
		{name: "affinity", argv: status("Cpus_allowed_list"), change: []Change{to(fact.Affinity, "").nums(0)}, want: "Cpus_allowed_list:\t0\n"},
		{name: "sched", argv: sh("cut -d' ' -f41 /proc/$$/stat"), change: []Change{to(fact.Sched, "").nums(3, 0)}, want: "3\n"},
		{name: "oom_score_adj", argv: []string{"/bin/cat", "/proc/self/oom_score_adj"}, change: []Change{to(fact.OOMScoreAdj, "").nums(300)}, want: "300\n"},
		{name: "personality", argv: []string{"/bin/cat", "/proc/self/personality"}, change: []Change{to(fact.Personality, "").nums(0x0040000)}, want: "00040000\n"},
		{name: "no_new_privs", argv: status("NoNewPrivs"), change: []Change{to(fact.NoNewPrivs, "").nums(1)}, want: "NoNewPrivs:\t1\n"},
		{name: "own session", argv: sh("set -- $(cat /proc/$$/stat); [ $1 = $6 ] && [ $1 = $5 ] && echo own"), change: []Change{to(fact.Session, "").nums(1)}, want: "own\n"},
		{name: "own group", argv: sh("set -- $(cat /proc/$$/stat); [ $1 = $5 ] && [ $1 != $6 ] && echo own"), change: []Change{to(fact.ProcessGroup, "").nums(1)}, want: "own\n"},
		{name: "fd closed", before: "exec 7</etc/passwd; ", argv: sh("[ -e /proc/$$/fd/7 ] || echo closed"), change: []Change{to(fact.FD, "7").gone()}, want: "closed\n"},
		{name: "fd opened", argv: sh("readlink /proc/$$/fd/8; read x <&8; echo $x"), change: []Change{to(fact.FD, "8").fd(func(f *snapshot.FD) { f.Kind, f.Target, f.Flags = snapshot.FDFile, "/etc/hostname", 0 })}, want: "/etc/hostname\n" + hostname()},
		{name: "non-blocking", before: "exec </dev/zero; ", argv: []string{"/bin/grep", "flags", "/proc/self/fdinfo/0"}, change: []Change{to(fact.FDFlags, "0").fd(func(f *snapshot.FD) { f.Flags = unix.O_NONBLOCK })}, want: "flags:\t0104000\n"},
		{name: "groups", root: true, argv: []string{"/usr/bin/id", "-G"}, change: []Change{to(fact.Groups, "").nums(0, 7, 9)}, want: "0 7 9\n"},
		{name: "credentials", root: true, argv: sh("id -u; id -g; grep CapEff /proc/$$/status"), change: []Change{to(fact.Credentials, "uid").nums(1234, 1234, 1234, 1234), to(fact.Credentials, "gid").nums(2345, 2345, 2345, 2345)}, want: "1234\n2345\nCapEff:\t0000000000000000\n"},
		{name: "loginuid", root: true, argv: []string{"/bin/cat", "/proc/self/loginuid"}, change: []Change{to(fact.LoginUID, "").nums(1000)}, want: "1000"},
		{name: "effective capabilities", root: true, argv: status("CapEff"), change: []Change{to(fact.Capabilities, "effective").nums(1 << 5)}, want: "CapEff:\t0000000000000020\n"},
		{name: "bounding set", root: true, argv: sh("grep CapBnd /proc/$$/status"), change: []Change{to(fact.Capabilities, "bounding").nums(0x3)}, want: "CapBnd:\t0000000000000003\n"},
		{name: "own uts", root: true, argv: sh("[ $(readlink /proc/$$/ns/uts) = " + uts() + " ] || echo own"), change: []Change{to(fact.Namespace, "uts").nums(1)}, want: "own\n"},
		{name: "host's uts again", root: true, argv: sh("[ $(readlink /proc/$$/ns/uts) = " + uts() + " ] && echo host"), attr: func(c *exec.Cmd) { c.SysProcAttr = &unix.SysProcAttr{Cloneflags: unix.CLONE_NEWUTS} }, change: []Change{to(fact.Namespace, "uts").nums(0)}, want: "host\n"},
		{name: "all together", root: true, argv: sh(`echo "$A" $0 $1; umask; pwd; id -u; ulimit -Sn; grep SigIgn /proc/$$/status`, "x"),
			change: []Change{to(fact.Rlimit, "NOFILE").nums(99, 99), to(fact.Credentials, "uid").nums(7, 7, 7, 7), to(fact.Env, "A").text("aa"), to(fact.Cwd, "").text("/tmp"),
				to(fact.Umask, "").nums(0o77), to(fact.SignalDisposition, "SIGUSR1"), to(fact.Argv, "argv[4]").instead("x").list("y")},
			want: "aa sh y\n0077\n/tmp\n7\n99\nSigIgn:\t0000000000000200\n"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if row.root && os.Geteuid() != 0 {
				t.Skip("needs root")
			}
			r := run{before: row.before, argv: row.argv, plan: Plan{Changes: row.change}, attr: row.attr}
			got := r.do(t)
			if err := r.report.Err(); err != nil {
				t.Fatalf("%v; %+v; said %q", err, r.report.Outcomes, r.err.String())
			}
			if got = withoutOwnSignals(got + r.err.String()); got != row.want {
				t.Fatalf("%q, want %q", got, row.want)
			}
			if len(r.report.Outcomes) != len(row.change) {
				t.Errorf("%d outcomes of %d changes: %+v", len(r.report.Outcomes), len(row.change), r.report.Outcomes)
			}
		})
	}
}

func hostname() string {
	b, _ := os.ReadFile("/etc/hostname")
	return string(b)
}

func uts() string {
	s, _ := os.Readlink("/proc/self/ns/uts")
	return s
}

// What can't be applied leaves nothing half done: the target never runs.
func TestWhatFailsIsKilledAndSaid(t *testing.T) {
	rows := map[string]Change{
		"no such directory": to(fact.Cwd, "").text("/nowhere"),
		"no such file":      to(fact.Exe, "").text("/nowhere"),
		"no such limit":     to(fact.Rlimit, "NONE").nums(1, 1),
		"no such words":     to(fact.Argv, "--x").instead("--x").list("--y"),
		"session undone":    to(fact.Session, "").nums(0),
	}
	for name, c := range rows {
		t.Run(name, func(t *testing.T) {
			r := run{argv: []string{"/bin/echo", "ran"}, plan: Plan{Changes: []Change{to(fact.Umask, "").nums(0o77), c}}}
			if out := r.do(t); out != "" {
				t.Errorf("it ran half changed: %q", out)
			}
			if err := r.report.Err(); err == nil || !strings.Contains(err.Error(), c.Factor.String()) {
				t.Errorf("the report says %v", err)
			}
			if !r.report.Killed || r.state.Success() {
				t.Errorf("killed: %v, state %v", r.report.Killed, r.state)
			}
		})
	}
}

func TestStreams(t *testing.T) {
	kind := `kind() { if [ -t $1 ]; then echo tty; elif [ -p /dev/fd/$1 ]; then echo pipe; elif [ -S /dev/fd/$1 ]; then echo socket; elif [ -f /dev/fd/$1 ]; then echo file; elif [ -c /dev/fd/$1 ]; then echo char; elif [ -e /proc/self/fd/$1 ]; then echo other; else echo closed; fi; }; `
	rows := []struct {
		name   string
		script string
		change []Change
		in     string
		out    string
		err    string
	}{
		{name: "stdout tty", script: "kind 1; stty size <&1", change: []Change{to(fact.Stdout, "").as(TTY).fd(func(f *snapshot.FD) { f.Rows, f.Cols = 11, 33 })}, out: "tty\r\n11 33\r\n"},
		{name: "stdout tty, stderr too", script: "kind 1; kind 2 >&2", change: []Change{to(fact.Stdout, "").as(TTY), to(fact.Stderr, "").as(TTY)}, out: "tty\r\ntty\r\n"},
		{name: "stdin tty", script: "kind 0; read x; echo got $x", in: "typed\n", change: []Change{to(fact.Stdin, "").as(TTY)}, out: "tty\ngot typed\n"},
		{name: "stdin tty, its end", script: "cat", in: "typed\n", change: []Change{to(fact.Stdin, "").as(TTY)}, out: "typed\n"},
		{name: "stdout socket", script: "kind 1", change: []Change{to(fact.Stdout, "").as(Socket)}, out: "socket\n"},
		{name: "stdin socket", script: "kind 0; cat", in: "sent", change: []Change{to(fact.Stdin, "").as(Socket)}, out: "socket\nsent"},
		{name: "stdin pipe", script: "kind 0; cat", in: "sent", change: []Change{to(fact.Stdin, "").as(Drained)}, out: "pipe\nsent"},
		{name: "stdin null", script: "kind 0; cat", in: "sent", change: []Change{to(fact.Stdin, "").as(Null)}, out: "char\n"},
		{name: "stdin closed", script: "kind 0", in: "sent", change: []Change{to(fact.Stdin, "").as(Closed)}, out: "closed\n"},
		{name: "stdout file", script: "kind 1; sleep 0.05; echo more", change: []Change{to(fact.Stdout, "").as(File)}, out: "file\nmore\n"},
		{name: "stdout closed", script: "kind 1 >&2", change: []Change{to(fact.Stdout, "").as(Closed)}, err: "file\n"},
		{name: "stdin file", script: "kind 0; head -c 4", change: []Change{to(fact.Stdin, "").as(File).fd(func(f *snapshot.FD) { f.Target, f.Flags, f.Pos = "/etc/passwd", 0, 1 })}, out: "file\noot:"},
		{name: "stdout drained, much", script: "head -c 300000 /dev/zero | tr '\\0' x; kind 1 >&2", change: []Change{to(fact.Stdout, "").as(Drained)}, out: strings.Repeat("x", 300000), err: "pipe\n"},
		{name: "stdout and stderr one pipe", script: "kind 1; kind 2 >&2; [ $(readlink /proc/$$/fd/1) = $(readlink /proc/$$/fd/2) ] && echo same", out: "pipe\npipe\nsame\n",
			change: []Change{to(fact.Stdout, "").as(Drained), to(fact.Stderr, "").as(Drained).fd(func(f *snapshot.FD) { f.SameAs = 1 })}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := run{argv: sh(kind + row.script), plan: Plan{Changes: row.change}}
			if strings.HasPrefix(row.name, "stdout closed") {
				row.err = "" // >&2 shows the redirected one; see below
				r.argv = sh(`[ -e /proc/$$/fd/1 ] || echo closed >&2`)
				row.err = "closed\n"
			}
			if row.in != "" {
				r.attr = func(c *exec.Cmd) {
					pr, pw, err := os.Pipe()
					must(t, err)
					go func() { _, _ = io.WriteString(pw, row.in); _ = pw.Close() }()
					c.Stdin = pr
					t.Cleanup(func() { _ = pr.Close() })
				}
			}
			if row.name == "stdout drained, much" {
				row.err = "file\n" // of a pipeline's last word; the kind is read back below
				row.err = "pipe\n"
				r.argv = sh("head -c 300000 /dev/zero | tr '\\0' x; [ -p /proc/$$/fd/1 ] && echo pipe >&2")
			}
			out := r.do(t)
			if err := r.report.Err(); err != nil {
				t.Fatalf("%v; said %q", err, r.err.String())
			}
			if out != row.out || r.err.String() != row.err {
				t.Fatalf("%.200q %.200q, want %.200q %.200q", out, r.err.String(), row.out, row.err)
			}
		})
	}
}

// A pipe that nobody reads fills up and blocks whoever writes more.
func TestUnreadPipeBlocks(t *testing.T) {
	r := run{argv: sh("timeout 0.2 head -c 100000 /dev/zero; echo $? >&2"), plan: Plan{Changes: []Change{to(fact.Stdout, "").as(Unread)}}}
	out := r.do(t)
	if err := r.report.Err(); err != nil {
		t.Fatal(err)
	}
	if r.err.String() != "124\n" || out != "" {
		t.Fatalf("100 kB went into a pipe that nobody reads: %q, %d bytes came through", r.err.String(), len(out))
	}
}

func TestDrainedPipeOverFullOne(t *testing.T) {
	pr, pw, err := os.Pipe()
	must(t, err)
	defer pr.Close()
	r := run{
		argv: sh("head -c 2000000 /dev/zero; echo wrote >&2"),
		plan: Plan{Changes: []Change{to(fact.Stdout, "").as(Drained)}},
		attr: func(c *exec.Cmd) { c.Stdout = pw },
	}
	done := make(chan int)
	r.do2(t, func() {
		_ = pw.Close()
		if got := r.err.String(); got != "wrote\n" {
			t.Errorf("the target was held up: %q", got)
		}
		go func() { n, _ := io.Copy(io.Discard, pr); done <- int(n) }()
	})
	if n := <-done; n != 2000000 {
		t.Fatalf("%d bytes came through", n)
	}
}

// do2 is do with something between the target's end and the end of the relays.
func (r *run) do2(t testing.TB, between func()) {
	afterWait = between
	defer func() { afterWait = func() {} }()
	r.do(t)
}

var afterWait = func() {}

func BenchmarkApply(b *testing.B) {
	for range b.N {
		r := run{argv: []string{"/bin/true"}, plan: Plan{Changes: []Change{to(fact.Env, "A").text("1"), to(fact.Umask, "").nums(0), to(fact.Stdout, "").as(Drained)}}}
		r.do(b)
		must(b, r.report.Err())
		b.ReportMetric(float64(applyTook.Microseconds()), "µs/last-apply")
	}
}

var applyTook time.Duration

// withoutOwnSignals takes the C library's own two signals out of a mask: whoever was started by its
// posix_spawn, as make starts its commands, has them ignored.
func withoutOwnSignals(text string) string {
	const own = 3 << 31
	return regexp.MustCompile(`SigIgn:\t[0-9a-f]{16}`).ReplaceAllStringFunc(text, func(line string) string {
		var mask uint64
		if _, err := fmt.Sscanf(line, "SigIgn:\t%x", &mask); err != nil {
			return line
		}
		return fmt.Sprintf("SigIgn:\t%016x", mask&^own)
	})
}
