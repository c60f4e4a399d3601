package steps_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/transplant"
)

// The test binary is also the helper of every run, and the launchers that need more than a shell.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case launch.HelperArg:
			os.Exit(launch.HelperMain(transplant.Hooks()))
		case playerArg:
			os.Exit(play(os.Args[2:]))
		}
	}
	os.Exit(m.Run())
}

// whyCase is one launch bug with its truth: two ways to start a program, and why one of them fails.
//
// In scripts, {dir} is the case's own folder, {T} the target's command line, {py} a
// python3 without shims, and {play} a launcher of this binary (see play).
type whyCase struct {
	name      string
	good, bad string            // sh scripts that end in the target
	sh, py    string            // the target's source, in one of both languages
	files     map[string]string // more files of the folder
	target    string            // pattern; default: the command line of the source above
	check     string            // default: a line "OK" on the launch's output
	deadline  time.Duration     // default: far more than is needed
	as        [2]string         // profiles of good and bad; default: ci
	reset     string

	want  isolate.Verdict // default: a cause
	cause [][]string      // per cause the factors: kind and name, as patterns
	fixes [][]string      // where they are not each single factor of one cause: the sets that mend bad
	leads string          // pattern that some lead or immovable difference has to match
	way   isolate.Direction

	after func(t *testing.T, dir string) // what must not be left behind

	root  bool                               // setting it up takes root
	plain func(*testing.T, *steps.WhyAnswer) // what has to be said without it; default: no cause, and nobody is accused

	pending string // why the cause is not found yet; then nothing else may be accused
}

// caseTables are all cases, grouped by what they are about.
func caseTables() []whyCase {
	return slices.Concat(envCases(), stdioCases(), processCases(), limitCases(), rightsCases(), hopCases(), jointCases(), flakyCases(), noneCases())
}

func TestCases(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("launches are changed in flight on Linux only")
	}
	names := map[string]bool{}
	for _, c := range caseTables() {
		if names[c.name] {
			t.Fatalf("two cases are called %s", c.name)
		}
		names[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			c.run(t)
		})
	}
	if len(names) < 30 {
		t.Errorf("only %d cases", len(names))
	}
}

// turns keeps the launches of two cases at most under way: each is several processes.
var turns = make(chan struct{}, 2)

func (c *whyCase) run(t *testing.T) {
	in := c.input(t)
	if c.after != nil {
		defer c.after(t, in.Case.Dir)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	var trials trialLog
	a, err := steps.Why(ctx, in, steps.WhyOptions{}, trials.hear)
	plain := c.root && os.Geteuid() != 0
	var trouble *steps.CaseError
	if plain && errors.As(err, &trouble) && trouble.NoTarget { // the launcher gave up for want of privilege, and that is said
		t.Logf("%v", err)
		return
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, trials.String())
	}
	t.Logf("%s, %d trials, %.1f s, causes %v", a.Verdict, a.Trials, a.Took.Seconds(), causesOf(a))
	switch {
	case plain && c.plain != nil:
		c.plain(t, a)
	case plain, c.pending != "" && a.Verdict != isolate.Caused:
		nobodyAccused(t, a)
	default:
		c.judge(t, a)
	}
	if t.Failed() {
		t.Logf("the answer:\n%s\n\n%s\n%s", strings.Join(a.Words(), "\n"), differencesOf(a), trials.String())
	}
}

func (c *whyCase) input(t *testing.T) steps.Input {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // other users launch from here too
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	files := maps.Clone(c.files)
	if files == nil {
		files = map[string]string{}
	}
	target, pattern := "sh "+dir+"/target.sh", "^sh "+regexp.QuoteMeta(dir)+"/target.sh"
	switch {
	case c.sh != "":
		files["target.sh"] = c.sh
	case c.py != "":
		files["target.py"] = c.py
		target, pattern = python(t)+" -I -S "+dir+"/target.py", regexp.QuoteMeta(dir)+"/target.py"
	}
	if c.target != "" {
		pattern = c.target
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	files["good.sh"], files["bad.sh"] = c.good, c.bad
	fill := func(s string) string {
		if strings.Contains(s, "{py}") {
			s = strings.ReplaceAll(s, "{py}", python(t))
		}
		return strings.NewReplacer("{dir}", dir, "{T}", target, "{play}", self+" "+playerArg).Replace(s)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), fill(text))
	}
	first := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	deadline := c.deadline
	if deadline == 0 {
		deadline = 20 * time.Second
	}
	return steps.Input{Step: "1", Mask: secret.NewMasker([]byte("a key for tests, and for nothing")), Case: steps.Case{
		Good: "sh " + dir + "/good.sh", Bad: "sh " + dir + "/bad.sh", Target: fill(pattern), Check: fill(first(c.check, "stdout:/^OK/")),
		Deadline: deadline, GoodAs: first(c.as[0], "ci"), BadAs: first(c.as[1], "ci"), Dir: dir, Reset: fill(c.reset),
	}}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// python is the interpreter itself: version managers put a slow script in front of it.
var pythonPath = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-I", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func python(t *testing.T) string {
	t.Helper()
	path, err := pythonPath()
	if err != nil {
		t.Fatalf("python3 is needed: %v", err)
	}
	return path
}

// trialLog keeps what every trial was and said, for a failure's report.
type trialLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *trialLog) hear(e steps.Event) error {
	if e.Done != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		d := e.Done
		l.lines = append(l.lines, fmt.Sprintf("%s %s %s: %s in %s, %s; %s", d.ID, d.Role, d.Label, d.Verdict, d.Took.Round(time.Millisecond), d.Exit, d.Reason))
	}
	return nil
}

func (l *trialLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

func differencesOf(a *steps.WhyAnswer) string {
	var b strings.Builder
	for _, d := range a.Differences {
		fmt.Fprintf(&b, "%3d %.2f %s: %q | %q %s %s\n", d.Rank, d.Score, d.Factor, d.Good.Shown, d.Bad.Shown, d.Reason, d.Why)
	}
	return b.String()
}

func causesOf(a *steps.WhyAnswer) (out []string) {
	for _, c := range a.Causes {
		out = append(out, strings.Join(factorNames(c.Factors), " + "))
	}
	return out
}

func factorNames(ds []fact.Difference) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Factor.String())
	}
	slices.Sort(out)
	return out
}
