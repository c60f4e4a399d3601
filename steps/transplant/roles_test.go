//go:build linux && (amd64 || arm64)

package transplant

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

func stdout(t *testing.T, s side, p Plan) string {
	t.Helper()
	r := s.run(t, p)
	if err := Verify(p, r.Extra); err != nil {
		t.Fatalf("%v; %v; printed %q", err, r.Trouble, printed(r))
	}
	return printed(r)
}

func TestEveryProcessOfTheRoleIsChanged(t *testing.T) {
	s := side{script: "A=1; export A; for i in 1 2 3; do /bin/sh -c 'echo w$A' worker & done; wait; /bin/sh -c 'echo w$A' worker; echo own $A", pattern: "worker$"}
	p := Plan{Changes: []Change{to(fact.Env, "A").text("2")}, Role: texts([]string{"/bin/sh", "-c", "echo w$A", "worker"})}
	if got := stdout(t, s, p); got != "w2\nw2\nw2\nw2\nown 1\n" {
		t.Fatalf("%q", got)
	}
}

// What carries the target matches its pattern as well, and is left alone.
func TestCarriersAreLeftAlone(t *testing.T) {
	s := side{script: `umask >&2; env B=1 timeout 5 /bin/sh -c 'umask; echo $B' end`, pattern: "end"}
	p := Plan{Changes: []Change{to(fact.Umask, "").nums(0o77), to(fact.Env, "B").gone()}, Role: texts([]string{"/bin/sh", "-c", "umask; echo $B", "end"})}
	r := s.run(t, p)
	if err := Verify(p, r.Extra); err != nil {
		t.Fatal(err)
	}
	list, err := Reports(r.Extra)
	must(t, err)
	if got := printed(r); len(list) != 1 || got != "0077\n\n0022\n" && got != "0022\n0077\n\n" {
		t.Fatalf("%d processes changed, printed %q", len(list), got)
	}
}

// A target that execs again (a shim, a re-exec with another environment) is
// changed again; its streams are not put behind a second relay.
func TestTargetsThatExecAgain(t *testing.T) {
	py := python(t)
	again := `import os, sys
n = int(os.environ.get("N", "0"))
if n < 2:
    os.environ["N"] = str(n + 1)
    os.environ["A"] = "mine"
    os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", sys.orig_argv[4], "x"])
print(os.environ["N"], os.environ["A"], sys.orig_argv[-1], os.isatty(1), os.getcwd())
`
	s := side{argv: []string{"/bin/sh", "-c", `"$@"; true`, "sh", py, "-I", "-S", "-c", again, "x"}, pattern: "^" + py}
	_, target := s.control(t)
	p := Plan{Role: target.Process.Argv, Changes: []Change{
		to(fact.Env, "A").text("ours"), to(fact.Argv, "argv[5]").instead("x").list("y"), to(fact.Stdout, "").as(TTY), to(fact.Cwd, "").text("/usr"),
	}}
	if got := stdout(t, s, p); got != "2 ours y True /usr\r\n" {
		t.Fatalf("%q", got)
	}
}

func TestPopenWithVforkKeepsItsMemory(t *testing.T) {
	py := python(t)
	drive := `import subprocess, sys
for i in range(20):
    out = subprocess.run(["/bin/sh", "-c", "echo $A $0", "w%d" % i], env={"A": "a" * i}, stdout=subprocess.PIPE, text=True).stdout
    assert out == "changed w%d\n" % i, out
sys.stdout.write("fine")
`
	s := side{argv: []string{py, "-I", "-S", "-c", drive}, pattern: `^/bin/sh -c echo`}
	p := Plan{Changes: []Change{to(fact.Env, "A").text("changed"), to(fact.Umask, "").nums(0)}}
	if got := stdout(t, s, p); got != "fine" {
		t.Fatalf("%q", got)
	}
}

func TestHopsLeftOut(t *testing.T) {
	rows := []struct {
		script string
		leave  []string
		want   string
	}{
		{"timeout 5 /bin/cat /proc/self/comm", []string{"timeout"}, ""},
		{"env -i X=1 /bin/cat /proc/self/environ", []string{"env"}, ""},
		{"nohup setsid -w nice -n 4 /bin/cat /proc/self/stat", []string{"nohup", "setsid", "nice"}, ""},
		{"setpriv --no-new-privs /bin/cat /proc/self/status", []string{"setpriv"}, ""},
		{"unshare --uts /bin/cat /proc/self/status", []string{"unshare"}, ""},
	}
	for _, row := range rows {
		t.Run(row.leave[0], func(t *testing.T) {
			_, words, _ := strings.Cut(row.script, "/bin/cat")
			bad := side{script: row.script + "; true", pattern: "^/bin/cat "}
			good := side{script: "/bin/cat" + words + "; true", pattern: "^/bin/cat "}
			a, from := good.control(t)
			_, to := bad.control(t)
			hops := Hops(from, to)
			var names []string
			for _, h := range hops {
				names = append(names, h.Name)
			}
			if !slices.Equal(names, row.leave) {
				t.Fatalf("hops %v", names)
			}
			p, refused := Make(Request{Move: hops, Donor: fact.Good, From: from, To: to})
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			res := bad.run(t, p)
			if err := Verify(p, res.Extra); err != nil {
				t.Fatalf("%v, %v; printed %q", err, res.Trouble, printed(res))
			}
			for _, d := range compare(&a, &res) {
				if !d.Noise && d.Movable {
					t.Errorf("still different: %s: %s, here %s", d.Factor, d.Good.Shown, d.Bad.Shown)
				}
			}
		})
	}
}

func TestNothingAppliedIsAnError(t *testing.T) {
	s := side{script: "/bin/true; true", pattern: "^no such thing"}
	p := Plan{Changes: []Change{to(fact.Umask, "").nums(0)}}
	r := s.run(t, p)
	if err := Verify(p, r.Extra); err == nil {
		t.Fatal("a plan whose target never came counts as applied")
	}
	if err := Verify(Plan{}, nil); err != nil {
		t.Fatal(err)
	}
}

// A donor's value with its run's own numbers gets this run's; one that names
// something of another run that is gone is refused.
func TestDonorValues(t *testing.T) {
	dir := t.TempDir()
	donor := side{script: fmt.Sprintf(`d=$(mktemp -d %s/XXXXXXXX); P=launch-$$ D=$d R=$(cat /proc/sys/kernel/random/uuid) S=%s /bin/cat /proc/self/environ; rmdir $d`, dir, dir), pattern: "^/bin/cat "}
	recipient := side{script: "/bin/cat /proc/self/environ; true", pattern: "^/bin/cat "}
	a, from := donor.control(t)
	_, again := donor.control(t)
	b, target := recipient.control(t)
	var diffs []fact.Difference
	for _, d := range compare(&a, &b) {
		if d.Kind == fact.Env && d.Name != "PWD" {
			diffs = append(diffs, d)
		}
	}
	p, refused := Make(Request{Move: diffs, Donor: fact.Good, From: from, Again: again, To: target})
	if len(refused) != 1 || refused[0].Name != "D" || !strings.Contains(refused[0].Reason, "stale value") {
		t.Fatalf("refused %v", refused)
	}
	r := recipient.run(t, p)
	must(t, Verify(p, r.Extra))
	env := map[string]string{}
	for _, e := range strings.Split(printed(r), "\x00") {
		n, v, _ := strings.Cut(e, "=")
		env[n] = v
	}
	first, _ := lookup(from.Process, "R")
	if env["P"] != fmt.Sprintf("launch-%d", r.PID) || env["S"] != dir || env["R"] != secret.Reveal(first) {
		t.Fatalf("%v; launched as %d", env, r.PID)
	}
	if _, has := env["D"]; has {
		t.Error("a refused variable was set all the same")
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	before, err := os.ReadDir("/dev/pts")
	must(t, err)
	s := side{script: "for i in 1 2 3; do /bin/cat /etc/hostname; done", pattern: "^/bin/cat "}
	p := Plan{Changes: []Change{to(fact.Stdout, "").as(TTY), to(fact.Stdin, "").as(Drained), to(fact.Stderr, "").as(File)}}
	for range 10 {
		stdout(t, s, p)
	}
	after, err := os.ReadDir("/dev/pts")
	must(t, err)
	if len(after) > len(before) {
		t.Errorf("%d terminals, %d before", len(after), len(before))
	}
}
