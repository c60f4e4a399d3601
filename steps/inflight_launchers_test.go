package steps_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/isolate"
	"casebook/steps/secret"
)

// inflight is one real launcher that starts the target deep inside. Casebook is
// given the two command lines and a check, and edits no file.
//
// In all texts {dir} is the case's own folder and {bin} the folder of the
// programs of the virtual environment that "make venv" makes; {mnt} is the test's
// own mount namespace.
type inflight struct {
	name   string
	files  map[string]string
	good   string
	bad    string
	target string
	check  string
	reset  string
	as     string // profile; empty: ci
	cause  string // pattern of the factor of the only cause
	via    string // pattern of what some hop of bad's chain has to be: the launcher that is meant
	root   bool
	needs  []string // programs
}

func TestInflightLaunchers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("launches are changed in flight on Linux only")
	}
	for _, c := range slices.Concat(inflightPython(), inflightShell(), inflightDaemons()) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			c.run(t)
		})
	}
}

func (c *inflight) run(t *testing.T) {
	if c.root && os.Geteuid() != 0 {
		t.Skipf("%s can be started by root only", c.name)
	}
	for _, p := range c.needs {
		if _, err := exec.LookPath(p); err != nil {
			t.Fatalf("%s is not here: run make deps once", p)
		}
	}
	in := c.input(t)
	before := c.texts(t, in.Case.Dir)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	seen := inflightSeen{mask: in.Mask}
	a, err := steps.Why(ctx, in, steps.WhyOptions{}, seen.hear)
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(seen.lines, "\n"))
	}
	t.Logf("%s: %d trials, %.1f s", a.Verdict, a.Trials, a.Took.Seconds())
	c.judge(t, a, &seen)
	if after := c.texts(t, in.Case.Dir); after != before {
		t.Error("a file of the case was edited")
	}
	if t.Failed() {
		t.Logf("%s\n%s", strings.Join(a.Words(), "\n"), strings.Join(seen.lines, "\n"))
	}
}

// judge wants the one cause, found deep inside, and proven in both directions.
func (c *inflight) judge(t *testing.T, a *steps.WhyAnswer, seen *inflightSeen) {
	if a.Verdict != isolate.Caused || len(a.Causes) != 1 || len(a.Causes[0].Factors) != 1 {
		t.Errorf("no single cause: %s, %v", a.Verdict, a.Causes)
		return
	}
	got := a.Causes[0]
	if name := got.Factors[0].Factor.String(); !regexp.MustCompile("^(" + c.cause + ")$").MatchString(name) {
		t.Errorf("the cause is %s, want %s", name, c.cause)
	}
	if got.Direction != isolate.Both || got.Proof.BadUndone.Passed == 0 || got.Proof.GoodBroken.Failed == 0 {
		t.Errorf("not proven in both directions: %s %+v", got.Direction, got.Proof)
	}
	if !regexp.MustCompile(c.via).MatchString(seen.chain) {
		t.Errorf("the target is not deep inside: its chain is %s", seen.chain)
	}
}

func (c *inflight) input(t *testing.T) steps.Input {
	dir := t.TempDir()
	bin := ""
	if c.usesVenv() {
		bin = venv(t)
	}
	mnt, err := os.Readlink("/proc/self/ns/mnt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("{dir}", dir, "{bin}", bin, "{mnt}", mnt)
	for name, text := range c.files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(names.Replace(text)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	as := c.as
	if as == "" {
		as = "ci"
	}
	return steps.Input{Step: "1", Mask: secret.NewMasker([]byte("a key for tests, and for nothing")), Case: steps.Case{
		Good: names.Replace(c.good), Bad: names.Replace(c.bad), Target: names.Replace(c.target), Check: names.Replace(c.check),
		Reset: names.Replace(c.reset), GoodAs: as, BadAs: as, Dir: dir, Deadline: 20 * time.Second,
	}}
}

// texts are the case's own files as they are now.
func (c *inflight) texts(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

func (c *inflight) usesVenv() bool {
	all := c.good + c.bad
	for _, text := range c.files {
		all += text
	}
	return strings.Contains(all, "{bin}")
}

// venv is where pytest, tox and supervisord are. They are part of what is
// tested: without them the test fails, it is not skipped.
func venv(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CASEBOOK_VENV")
	if dir == "" {
		dir = filepath.Join("..", ".venv")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	for _, p := range []string{"pytest", "tox", "supervisord"} {
		if _, err := os.Stat(filepath.Join(bin, p)); err != nil {
			t.Fatalf("%s is not in %s: run make venv once, or set CASEBOOK_VENV to a virtual environment with pytest, tox and supervisor", p, bin)
		}
	}
	return bin
}

// inflightSeen keeps what the trials were, and how bad's target came to be.
type inflightSeen struct {
	mask  secret.Masker
	lines []string
	chain string
}

func (s *inflightSeen) hear(e steps.Event) error {
	switch {
	case e.Done != nil:
		d := e.Done
		s.lines = append(s.lines, fmt.Sprintf("%s %s %s: %s in %s, %s; %s", d.ID, d.Role, d.Label, d.Verdict, d.Took.Round(time.Millisecond), d.Exit, d.Reason))
	case e.Snapshot != nil && strings.HasPrefix(e.Trial, "1.b"):
		var chain []string
		for _, hop := range e.Snapshot.Targets[0].Chain {
			var argv []string
			for _, w := range hop.Argv {
				argv = append(argv, s.mask.Show(w))
			}
			chain = append(chain, strings.Join(argv, " "))
		}
		s.chain = strings.Join(chain, " > ")
	}
	return nil
}
