package launch

import (
	"context"
	"strings"
	"testing"
	"time"
)

func spec(t *testing.T, command string) Spec {
	t.Helper()
	c, err := ParseCommand(command)
	if err != nil {
		t.Fatal(err)
	}
	return Spec{Command: c, Profile: CI, Trace: true, Deadline: 10 * time.Second, SkipSteady: true}
}

func run(t *testing.T, s Spec) Result {
	t.Helper()
	r, err := Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func output(r Result, name string) string {
	for _, s := range r.Streams {
		if s.Name == name {
			return string(s.Head) + string(s.Tail)
		}
	}
	return ""
}

func TestRunOfEcho(t *testing.T) {
	res := run(t, spec(t, "echo hello"))
	if res.Exit.String() != "exit 0" || output(res, "stdout") != "hello\n" || !res.Traced {
		t.Fatalf("%+v", res)
	}
	if len(res.Snapshot.Targets) != 1 {
		t.Fatalf("targets: %+v", res.Snapshot.Targets)
	}
}

func TestTargetBehindHops(t *testing.T) {
	s := spec(t, `sh -c 'cd /; umask 077; env A=1 timeout 5 sleep 0.01 | cat'`)
	s.Target, s.Window = `sleep 0\.01`, true
	res := run(t, s)
	if len(res.Snapshot.Targets) != 1 {
		for _, n := range res.Snapshot.Tree {
			t.Log(n.PID, n.PPID, joined(n.Argv), n.Target)
		}
		t.Fatalf("%d targets", len(res.Snapshot.Targets))
	}
	var names []string
	for _, h := range res.Snapshot.Targets[0].Chain {
		names = append(names, joined(h.Argv[:1]))
	}
	if got := strings.Join(names, " "); got != "sh env timeout sleep" {
		t.Fatal(got)
	}
	for _, c := range res.Snapshot.Targets[0].Window {
		t.Log(c.Name, c.Args, c.Ret)
	}
}
