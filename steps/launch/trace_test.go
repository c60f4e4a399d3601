//go:build linux

package launch

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

func theTarget(t *testing.T, r Result) *snapshot.Target {
	t.Helper()
	if len(r.Snapshot.Targets) != 1 {
		t.Fatalf("%d targets in\n%s", len(r.Snapshot.Targets), treeText(r))
	}
	return r.Snapshot.Targets[0]
}

func treeText(r Result) string {
	var b strings.Builder
	for _, n := range r.Snapshot.Tree {
		fmt.Fprintln(&b, n.PPID, "->", n.PID, joined(n.Argv), "errno", n.Errno, "target", n.Target)
	}
	return b.String()
}

func chainText(t *snapshot.Target) string {
	var names []string
	for _, h := range t.Chain {
		argv := strings.Fields(joined(h.Argv[:1]))
		names = append(names, argv[0][strings.LastIndexByte(argv[0], '/')+1:])
	}
	return strings.Join(names, " ")
}

func TestTheLaunchedCommandIsTheTargetWithoutAPattern(t *testing.T) {
	for _, trace := range []bool{true, false} {
		s := spec(t, "A=1 sh -c 'echo hello; sleep 0.05'")
		s.Trace = trace
		res := run(t, s)
		if res.Exit.String() != "exit 0" || output(res, "stdout") != "hello\n" || res.Traced != trace || res.Ending != ByItself {
			t.Fatalf("%+v", res)
		}
		p := theTarget(t, res).Process
		if got := joined(p.Argv); got != "sh -c echo hello; sleep 0.05" {
			t.Errorf("argv %q", got)
		}
		if !slices.ContainsFunc(p.Env, func(v snapshot.Var) bool { return v.Name == "A" }) {
			t.Error("the command's own variable is missing")
		}
		if len(res.Targets) != 1 || res.Targets[0].Exit.Code != 0 || res.Targets[0].End < res.Targets[0].Exec {
			t.Errorf("target's exit: %+v", res.Targets)
		}
	}
}

func TestTargetBehindHops(t *testing.T) {
	s := spec(t, `sh -c 'cd /; umask 077; env A=1 timeout 5 sleep 0.01 | cat'`)
	s.Target, s.Window = `sleep 0\.01`, true
	target := theTarget(t, run(t, s))
	if got := chainText(target); got != "sh env timeout sleep" {
		t.Error(got)
	}
	if target.Process.Cwd.Path != "/" || target.Process.Umask != 0o77 {
		t.Errorf("cwd %q umask %o", target.Process.Cwd.Path, target.Process.Umask)
	}
	if target.ForkParent == nil || target.ForkParent.Comm != "timeout" {
		t.Errorf("forked by %+v", target.ForkParent)
	}
	if target.Launcher == nil || target.Launcher.Comm != "sh" {
		t.Errorf("launched %+v", target.Launcher)
	}
}

func TestTheLastMatchInAProcessCounts(t *testing.T) {
	s := spec(t, `env A=1 env B=2 nice -n 3 sleep 0.011`)
	s.Target = `sleep 0\.011`
	res := run(t, s)
	target := theTarget(t, res)
	own, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	if target.Process.Comm != "sleep" || target.Process.Nice != 20-own+3 {
		t.Errorf("%s nice %d", target.Process.Comm, target.Process.Nice)
	}
	if got := chainText(target); got != "env env nice sleep" {
		t.Error(got)
	}
	marks := 0
	for _, n := range res.Snapshot.Tree {
		if n.Target {
			marks++
		}
	}
	if marks != 1 {
		t.Error(treeText(res))
	}
}

func TestSeveralProcessesOfOneRoleAllCount(t *testing.T) {
	s := spec(t, `sh -c 'sleep 0.012 & sleep 0.012 & wait'`)
	s.Target = `^sleep 0\.012`
	if res := run(t, s); len(res.Snapshot.Targets) != 2 || len(res.Targets) != 2 {
		t.Fatal(treeText(res))
	}
}

func TestACarrierIsNoTarget(t *testing.T) {
	s := spec(t, `sh -c 'timeout 5 sleep 0.013; true'`)
	s.Target = `sleep 0\.013`
	if got := chainText(theTarget(t, run(t, s))); got != "sh timeout sleep" {
		t.Fatal(got)
	}
}

func TestNothingMatched(t *testing.T) {
	s := spec(t, `sh -c 'true; ls / >/dev/null'`)
	s.Target = `no such thing`
	res := run(t, s)
	if len(res.Snapshot.Targets) != 0 || !strings.Contains(treeText(res), "ls /") || res.Times.TargetExec != Never {
		t.Fatal(treeText(res))
	}
}

func TestExecByAThreadThatIsNotTheFirst(t *testing.T) {
	s := spec(t, "sh -c '"+self(t, "__threadexec", "/bin/sleep", "0.014")+"; echo after $?'")
	s.Target = `^/bin/sleep 0\.014`
	for _, s.Window = range []bool{false, true} {
		res := run(t, s)
		if out := output(res, "stdout"); out != "after 0\n" {
			t.Fatalf("%q", out)
		}
		if p := theTarget(t, res).Process; p.Comm != "sleep" || p.Threads != 1 {
			t.Fatalf("%+v", p)
		}
	}
}

func TestABackgroundReadOfTheTerminalStopsAsEver(t *testing.T) {
	for _, trace := range []bool{true, false} {
		s := spec(t, self(t, "__ttin"))
		s.Profile, s.Trace = Shell, trace
		res := run(t, s)
		if out := output(res, "tty"); !strings.Contains(out, "stopped: true stopped (tty input)") || !strings.Contains(out, "then: true terminated") {
			t.Fatalf("traced %v: %q", trace, out)
		}
	}
}

func TestAStopBySIGSTOPIsSeenByTheParent(t *testing.T) {
	s := spec(t, `bash -c 'set -m; sleep 60 & kill -STOP $!; wait $!; echo $(($? > 128)); jobs; kill -9 $!'`)
	if out := output(run(t, s), "stdout"); !strings.HasPrefix(out, "1\n") || !strings.Contains(out, "Stopped") {
		t.Fatalf("%q", out)
	}
}

func TestSignalsArriveAsTheyAre(t *testing.T) {
	s := spec(t, `bash -c 'trap "echo got USR1" USR1; trap "echo got TRAP" TRAP; kill -USR1 $$; kill -TRAP $$; kill -SEGV $$'`)
	res := run(t, s)
	if out := output(res, "stdout"); out != "got USR1\ngot TRAP\n" || res.Exit.Signal != "SIGSEGV" {
		t.Fatalf("%q %v", out, res.Exit)
	}
}

func TestPopenIsToldInItsOwnCalls(t *testing.T) {
	dir := t.TempDir()
	script := fmt.Sprintf(`import subprocess, sys
p = subprocess.Popen(["sleep", "0.015"], cwd=%q, stdout=subprocess.PIPE, umask=0o077, start_new_session=True)
p.communicate()`, dir)
	s := spec(t, Command{Argv: []string{python(t), "-c", script}}.String())
	s.Target, s.Window = `^sleep 0\.015`, true
	target := theTarget(t, run(t, s))
	var calls []string
	for _, c := range target.Window {
		calls = append(calls, c.Name)
	}
	got := strings.Join(calls, " ")
	for _, want := range []string{"dup2", "chdir", "umask", "setsid", "close_range"} {
		if !slices.Contains(calls, want) && !(want == "dup2" && slices.Contains(calls, "dup3")) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	for _, c := range target.Window {
		switch c.Name {
		case "chdir":
			if secret.Reveal(c.Path) != dir {
				t.Errorf("chdir %q", secret.Reveal(c.Path))
			}
		case "umask":
			if c.Args[0] != 0o77 {
				t.Errorf("umask %o", c.Args[0])
			}
		case "setsid":
			if int(c.Ret) != target.Process.PID {
				t.Errorf("setsid = %d", c.Ret)
			}
		}
	}
	if target.ForkParent == nil || target.ForkParent.Umask == 0o77 || target.Process.SID != target.Process.PID || target.Process.Umask != 0o77 {
		t.Errorf("launcher %+v", target.ForkParent)
	}
}

func TestPosixSpawnAndVforkAreFollowed(t *testing.T) {
	script := `import os
pid = os.posix_spawn("/bin/sleep", ["sleep", "0.016"], os.environ, setsigmask=[10])
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`
	s := spec(t, Command{Argv: []string{python(t), "-c", script}}.String())
	s.Target = `^sleep 0\.016`
	for _, s.Window = range []bool{false, true} {
		res := run(t, s)
		target := theTarget(t, res)
		if target.Process.Signals.Blocked != 1<<9 || output(res, "stdout") != "0\n" {
			t.Fatalf("blocked %x, printed %q %q", target.Process.Signals.Blocked, output(res, "stdout"), output(res, "stderr"))
		}
		if s.Window && !slices.ContainsFunc(target.Window, func(c snapshot.Call) bool { return c.Name == "rt_sigprocmask" }) {
			t.Errorf("%+v", target.Window)
		}
	}
}

func TestFailedExecsAreSeenInWindows(t *testing.T) {
	script := `import os
pid = os.fork()
if pid == 0:
    try: os.execv("/no/such/program", ["program", "arg"])
    except OSError: os._exit(7)
os.waitpid(pid, 0)`
	s := spec(t, Command{Argv: []string{python(t), "-c", script}}.String())
	s.Target, s.Window = `never`, true
	res := run(t, s)
	if len(res.Snapshot.Failed) != 1 {
		t.Fatal(treeText(res))
	}
	if f := res.Snapshot.Failed[0]; f.Errno != 2 || f.Path != "/no/such/program" || joined(f.Argv) != "program arg" {
		t.Errorf("%+v", f)
	}
}

func TestAProcessThatDaemonisesStaysTraced(t *testing.T) {
	script := `import os, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.chdir("/")
os.execv("/bin/sleep", ["sleep", "0.017"])`
	s := spec(t, Command{Argv: []string{python(t), "-c", script}}.String())
	s.Target, s.Window, s.Linger = `^sleep 0\.017`, true, 5e9
	res := run(t, s)
	target := theTarget(t, res)
	var calls []string
	for _, c := range target.Window {
		calls = append(calls, c.Name)
	}
	if !slices.Contains(calls, "setsid") || !slices.Contains(calls, "chdir") {
		t.Errorf("calls of the whole way: %v", calls)
	}
	if len(res.Left) != 0 || res.Targets[0].End == Never {
		t.Errorf("it should have ended by itself: %+v", res)
	}
}

// Fifty runs that fork as fast as they can, several at a time: a child that
// stops before its parent's fork event must never stay behind.
func TestForkHeavyRunsAlwaysFinish(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for range 13 {
				s := spec(t, `sh -c 'for i in 1 2 3 4 5 6 7 8; do (true | /bin/true | true) & /bin/true; done; wait; echo done'`)
				s.Target = "^/bin/true"
				res := run(t, s)
				if output(res, "stdout") != "done\n" || res.Ending != ByItself || len(res.Snapshot.Targets) != 16 {
					t.Fatalf("%+v\n%s", res.Ending, treeText(res))
				}
			}
		})
	}
}

func TestASyscallHeavyChildIsNotStepped(t *testing.T) {
	s := spec(t, "sh -c 'dd if=/dev/zero of=/dev/null bs=1 count=300000 2>/dev/null'")
	s.Target, s.Window = "^dd", true
	if res := run(t, s); res.Exit.Code != 0 || len(theTarget(t, res).Window) > mostCalls {
		t.Fatalf("%+v", res)
	}

}
