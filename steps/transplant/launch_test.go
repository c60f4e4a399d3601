//go:build linux && (amd64 || arm64)

package transplant

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// The test binary is also the helper of every run.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == launch.HelperArg {
		os.Exit(launch.HelperMain(Hooks()))
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // every run ends a helper, and the detector would have each sleep a second
	os.Exit(m.Run())
}

// side is one way to launch.
type side struct {
	script  string // for /bin/sh; "$T" is the target's file
	argv    []string
	profile string
	pattern string
}

func (s side) spec() launch.Spec {
	argv := s.argv
	if argv == nil {
		argv = []string{"/bin/sh", "-c", s.script}
	}
	profile := s.profile
	if profile == "" {
		profile = launch.CI
	}
	return launch.Spec{
		Command: launch.Command{Argv: argv}, Dir: "/", Profile: profile, Target: s.pattern, Trace: true, Window: true,
		Env: []string{"PATH=/usr/bin:/bin", "HOME=/root"}, Deadline: 5 * time.Second, Grace: 50 * time.Millisecond,
	}
}

func (s side) run(t *testing.T, p Plan) launch.Result {
	t.Helper()
	spec := s.spec()
	extra, err := p.Encode()
	must(t, err)
	spec.Extra = extra
	r, err := launch.Start(context.Background(), spec)
	must(t, err)
	res, err := r.Wait()
	must(t, err)
	if !res.Traced {
		t.Skipf("nobody may trace here: %v", res.Trouble)
	}
	return res
}

func (s side) control(t *testing.T) (launch.Result, *snapshot.Target) {
	t.Helper()
	r := s.run(t, Plan{})
	if len(r.Snapshot.Targets) == 0 {
		t.Fatalf("no target in %s; %v; %s", s.script, r.Trouble, printed(r))
	}
	return r, r.Snapshot.Targets[0]
}

func printed(r launch.Result) string {
	var b strings.Builder
	for _, s := range r.Streams {
		b.Write(s.Head)
		b.Write(s.Tail)
	}
	return b.String()
}

func compare(a, b *launch.Result) []fact.Difference {
	o := snapshot.Options{Mask: secret.NewMasker([]byte("key"))}
	return snapshot.Differences([]*snapshot.Snapshot{&a.Snapshot}, []*snapshot.Snapshot{&b.Snapshot}, o)
}

// mirror moves every movable difference of donor into recipient, and wants a
// target that can't be told from the donor's, but for what was refused.
func mirror(t *testing.T, donor, recipient side, refusable ...fact.Kind) {
	t.Helper()
	a, from := donor.control(t)
	_, again := donor.control(t)
	b, to := recipient.control(t)
	diffs := compare(&a, &b)
	diffs = slices.DeleteFunc(diffs, func(d fact.Difference) bool { return !d.Movable })
	if len(diffs) == 0 {
		t.Fatal("the two launches do not differ: the test shows nothing")
	}
	p, refused := Make(Request{Move: diffs, Donor: fact.Good, From: from, Again: again, To: to})
	for _, r := range refused {
		if !slices.Contains(refusable, r.Kind) {
			t.Errorf("refused: %s", r)
		}
	}
	res := recipient.run(t, p)
	if err := Verify(p, res.Extra); err != nil {
		t.Fatalf("%v; %v; printed %q", err, res.Trouble, printed(res))
	}
	const line = "Name:\tcat"
	if strings.Contains(printed(a), line) && strings.Contains(printed(b), line) && !strings.Contains(printed(res), line) {
		t.Errorf("its output was lost on the way")
	}
	for _, d := range compare(&a, &res) {
		if !d.Noise && d.Movable && !slices.Contains(refusable, d.Kind) {
			t.Errorf("still different: %s: %s, here %s", d.Factor, d.Good.Shown, d.Bad.Shown)
		}
	}
}

func python(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip("no python3")
	}
	return strings.TrimSpace(string(out))
}

const popen = `import subprocess, sys, os, signal
p = subprocess.Popen(["/bin/cat", "/proc/self/status"], %s)
out = p.communicate()
sys.stdout.write(str(out[0] or ""))
`

type pair struct {
	name      string
	a, b      side
	refusable []fact.Kind
}

// launches are pairs of ways to start one target.
func launches(t *testing.T) []pair {
	py := python(t)
	drive := func(args string) side {
		return side{argv: []string{py, "-I", "-S", "-c", strings.Replace(popen, "%s", args, 1)}, pattern: "^/bin/cat "}
	}
	shell := func(script string) side { return side{script: script, pattern: "^/bin/cat "} }
	plain := shell("/bin/cat /proc/self/status; true")
	return []pair{
		{name: "environment", a: plain, b: shell("A=1 B= PATH=/bin /bin/cat /proc/self/status")},
		{name: "env -i", a: plain, b: shell("env -i X=1 /bin/cat /proc/self/status")},
		{name: "cwd and umask", a: plain, b: shell("cd /usr; umask 077; /bin/cat /proc/self/status; true")},
		{name: "arguments", a: plain, b: shell("/bin/cat -u -n --show-tabs /proc/self/status /dev/null")},
		{name: "streams to files and null", a: plain, b: shell("/bin/cat /proc/self/status </etc/passwd >/dev/null 2>>/tmp/casebook-test.err; rm -f /tmp/casebook-test.err"), refusable: []fact.Kind{fact.Stderr}},
		{name: "streams closed", a: plain, b: shell("/bin/cat /proc/self/status <&- 2>&-; true")},
		{name: "one stream for both", a: plain, b: shell("/bin/cat /proc/self/status 2>&1; true")},
		{name: "descriptors", a: plain, b: shell("exec 7</etc/passwd 8>/dev/null; /bin/cat /proc/self/status; true")},
		{name: "limits", a: plain, b: shell("ulimit -n 50; ulimit -c 0; ulimit -s 4096; /bin/cat /proc/self/status; true")},
		{name: "signals", a: plain, b: shell("trap '' HUP PIPE; /bin/cat /proc/self/status; true")},
		{name: "session", a: plain, b: shell("setsid -w /bin/cat /proc/self/status; true")},
		{name: "nohup nice", a: plain, b: shell("nohup nice -n 5 /bin/cat /proc/self/status </dev/null; true")},
		{name: "timeout", a: plain, b: shell("timeout 5 /bin/cat /proc/self/status; true"), refusable: []fact.Kind{fact.ProcessGroup}},
		{name: "taskset, batch", a: plain, b: shell("taskset 1 chrt -b 0 ionice -c3 /bin/cat /proc/self/status; true")},
		{name: "aslr", a: plain, b: shell("setarch -R /bin/cat /proc/self/status; true")},
		{name: "credentials", a: plain, b: shell("setpriv --reuid=1234 --regid=1234 --groups=5,6 /bin/cat /proc/self/status; true")},
		{name: "no_new_privs", a: plain, b: shell("setpriv --no-new-privs /bin/cat /proc/self/status; true")},
		{name: "bounding set", a: plain, b: shell("setpriv --bounding-set=-chown --inh-caps=-chown /bin/cat /proc/self/status; true")},
		{name: "namespaces", a: plain, b: shell("unshare --uts --net --ipc /bin/cat /proc/self/status; true")},
		{name: "shell beside ci", a: side{script: "/bin/cat /proc/self/status; true", pattern: "^/bin/cat ", profile: launch.Shell}, b: plain},
		{name: "inherited input", a: side{script: "printf 'a\\nb\\n' | while read x; do /bin/cat; done", pattern: "^/bin/cat"}, b: side{script: "printf 'a\\nb\\n' | while read x; do /bin/cat </dev/null; done", pattern: "^/bin/cat"}},
		{name: "carriers in the same process", a: side{script: "/bin/cat /proc/self/status; true", pattern: "/bin/cat"}, b: side{script: "prlimit --fsize=65536 setpriv --reuid=1234 --regid=1234 --clear-groups --no-new-privs /bin/cat /proc/self/status; true", pattern: "/bin/cat"}},
		{name: "Popen, pipes", a: drive("stdout=subprocess.PIPE, stdin=subprocess.PIPE"), b: drive("")},
		{name: "Popen, all", a: drive(`stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/usr", umask=0o77, start_new_session=True, env={"A": "b"}, text=True`), b: drive("")},
		{name: "Popen, preexec", a: drive(`preexec_fn=lambda: (os.setpgid(0, 0), os.nice(3), signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]), os.dup2(1, 9))`), b: drive("close_fds=False")},
		{name: "Popen, group", a: drive("process_group=0"), b: drive("restore_signals=False")},
	}
}

func TestMirrorLaunches(t *testing.T) {
	for _, row := range launches(t) {
		t.Run(row.name, func(t *testing.T) {
			if os.Geteuid() != 0 && strings.Contains("credentials namespaces bounding set", row.name) {
				t.Skip("needs root")
			}
			t.Run("to", func(t *testing.T) { mirror(t, row.b, row.a, row.refusable...) })
			t.Run("from", func(t *testing.T) { mirror(t, row.a, row.b, row.refusable...) })
		})
	}
}
