//go:build linux

package launch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stubborn starts one of everything that does not want to end.
const stubborn = `sh -c '
(trap "" TERM; exec sleep 61) &
(setsid sh -c "sleep 62 & sleep 63" </dev/null >/dev/null 2>&1 &) &
(trap "" TERM; sh -c "kill -STOP \$\$; sleep 64") &
setsid setsid sleep 65 &
echo ready; %s'`

func markedSpec(t testing.TB, then string) (Spec, string) {
	s := spec(t, fmt.Sprintf(stubborn, then))
	m := mark(t)
	s.Env = append(os.Environ(), "MARK="+m)
	return s, m
}

func nothingLeft(t testing.TB, m string) {
	t.Helper()
	if left := marked(m); len(left) > 0 {
		for _, pid := range left {
			b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			t.Errorf("left behind: %d %q", pid, b)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func TestWhatWasLeftBehindIsEndedAndNamed(t *testing.T) {
	for _, trace := range []bool{true, false} {
		s, m := markedSpec(t, "exit 3")
		s.Trace = trace
		res := run(t, s)
		nothingLeft(t, m)
		if res.Exit.String() != "exit 3" || res.Ending != ByItself || len(res.Left) < 4 {
			t.Fatalf("traced %v: %v %v %+v", trace, res.Exit, res.Ending, res.Left)
		}
		by := map[string]string{}
		for _, l := range res.Left {
			by[joined(l.Argv)] = l.By
		}
		if by["sleep 61"] != "SIGKILL" || by["sleep 65"] != "SIGTERM" {
			t.Errorf("traced %v: %v", trace, by)
		}
		if output(res, "stdout") != "ready\n" {
			t.Errorf("%q", output(res, "stdout"))
		}
	}
}

func TestDeadlineStopAndVerdictEndEverything(t *testing.T) {
	for _, trace := range []bool{true, false} {
		for _, how := range []Ending{AtDeadline, Stopped, Certain} {
			s, m := markedSpec(t, "sleep 66")
			s.Trace = trace
			s.Watch = []Watch{{ID: 1, Stream: "stdout", Regexp: "^ready$"}}
			seen := make(chan struct{})
			s.Sink = func(e Event) {
				if e.Match != nil {
					close(seen)
				}
			}
			if how == AtDeadline {
				s.Deadline = 300 * time.Millisecond
			}
			ctx, cancel := context.WithCancel(context.Background())
			r, err := Start(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			select {
			case <-seen:
			case <-r.done: // the deadline may come first on a busy machine
			}
			switch how {
			case Stopped:
				cancel()
			case Certain:
				r.Decided()
			}
			res, err := r.Wait()
			cancel()
			if err != nil || res.Ending != how || res.Exit.String() != "still running" || res.Times.Exited != Never {
				t.Fatalf("%v traced %v: %v %v %v", how, trace, err, res.Ending, res.Exit)
			}
			nothingLeft(t, m)
		}
	}
}

func TestALaunchMayEndByItselfAfterSIGTERM(t *testing.T) {
	s := spec(t, `bash -c 'trap "echo bye; exit 4" TERM; echo ready; while :; do sleep 0.01; done'`)
	s.Grace = 10 * time.Second
	s.Watch = []Watch{{ID: 7, Stream: "output", Regexp: "ready"}}
	var r *Run
	started := make(chan struct{})
	s.Sink = func(e Event) {
		if e.Match != nil {
			<-started
			r.Decided()
		}
	}
	var err error
	if r, err = Start(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	close(started)
	res, err := r.Wait()
	if err != nil || output(res, "stdout") != "ready\nbye\n" || len(res.Matches) != 1 || res.Matches[0].Watch != 7 {
		t.Fatalf("%v %q %+v", err, output(res, "stdout"), res.Matches)
	}
}

// The caller is killed with SIGKILL: the helper sees its pipe end.
func TestKillingTheCallerEndsEverything(t *testing.T) {
	for _, how := range []string{"traced", "untraced"} {
		m := mark(t)
		exe, _ := os.Executable()
		c := exec.Command(exe, "__caller", how, fmt.Sprintf(stubborn, "sleep 67"))
		c.Env = append(os.Environ(), "MARK="+m)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		var helper int
		if _, err := fmt.Fscanf(out, "started %d\n", &helper); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the whole tree runs", func() bool { return len(marked(m)) >= 6 })
		_ = c.Process.Kill()
		_ = c.Wait()
		eventually(t, "everything has ended", func() bool { return len(marked(m)) == 0 })
		eventually(t, "the helper has ended", func() bool { return syscall.Kill(helper, 0) != nil || zombie(helper) })
	}
}

func zombie(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(b), ") Z ")
}

func TestAKilledHelperIsAnErrorAndTakesTheTracedAlong(t *testing.T) {
	s := spec(t, "sleep 68")
	m := mark(t)
	s.Env = append(os.Environ(), "MARK="+m)
	r, err := Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.helper.cmd.Process.Kill()
	if _, err := r.Wait(); err == nil || !strings.Contains(err.Error(), "helper") {
		t.Fatal(err)
	}
	eventually(t, "the traced process has ended", func() bool { return len(marked(m)) == 0 })
}

func TestCommandsThatCanNotBeStarted(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name, command, dir string
		kind               ErrorKind
		says               string
	}{
		{"absent", "no-such-command-xyz", "", NotFound, "command not found"},
		{"absent path", "./nothing", "", NotFound, "no such file"},
		{"no permission", write("plain", "#!/bin/sh\n", 0o644), "", NotExecutable, "chmod"},
		{"directory", dir, "", NotExecutable, "is a directory"},
		{"interpreter", write("bang", "#!/no/such/interpreter\n", 0o755), "", NotExecutable, "interpreter"},
		{"no format", write("text", "echo hello\n", 0o755), "", NotExecutable, "first line"},
		{"no dir", "true", dir + "/gone", NoDir, "not a directory"},
		{"file as dir", "true", write("file", "", 0o600), NoDir, "is a file"},
		{"too large", "true " + strings.Repeat("x", 200<<10), "", NotExecutable, "too large"},
	} {
		for _, trace := range []bool{true, false} {
			s := spec(t, c.command)
			s.Dir, s.Trace = c.dir, trace
			_, err := Start(context.Background(), s)
			e, ok := err.(*Error)
			if !ok || e.Kind != c.kind || !strings.Contains(e.Error(), c.says) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
	if _, err := Start(context.Background(), Spec{}); err == nil {
		t.Error("a launch of nothing started")
	}
	s := spec(t, "true")
	s.Target = "("
	if _, err := Start(context.Background(), s); err == nil {
		t.Error("a bad pattern was taken")
	}
}

func TestARelativeCommandIsFoundFromTheDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "prog"), []byte("#!/bin/sh\npwd; echo $0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := spec(t, "./prog")
	s.Dir = dir
	if out := output(run(t, s), "stdout"); out != dir+"\n./prog\n" {
		t.Errorf("%q", out)
	}
	s.Profile = Service
	if out := output(run(t, s), "stdout"); out != "/\n"+dir+"/prog\n" {
		t.Errorf("%q", out)
	}
	s = spec(t, "PATH=. prog")
	s.Dir = dir
	if out := output(run(t, s), "stdout"); out != dir+"\n./prog\n" {
		t.Errorf("%q", out)
	}
}
