package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

const readmeFile = "../../README.md"

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The table of exit codes is the one of the program.
func TestReadmeExitCodes(t *testing.T) {
	var want strings.Builder
	want.WriteString("| code | meaning |\n| --- | --- |\n")
	for _, e := range exitTable {
		fmt.Fprintf(&want, "| %d | %s |\n", e.code, e.text)
	}
	if !strings.Contains(readme(t), want.String()+"\n") {
		t.Errorf("README.md lacks this table of exit codes:\n%s", want.String())
	}
}

// Every direct dependency has its reason, and no other is named.
func TestReadmeDependencies(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for _, line := range strings.Split(string(mod), "\n") {
		f := strings.Fields(line)
		if len(f) == 2 && strings.HasPrefix(f[1], "v") && strings.Contains(f[0], ".") {
			direct[f[0]] = true
		}
	}
	_, table, _ := strings.Cut(readme(t), "### Direct dependencies")
	table, _, _ = strings.Cut(table, "###")
	told := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| \\S").FindAllStringSubmatch(table, -1) {
		told[m[1]] = true
		if !direct[m[1]] {
			t.Errorf("README.md gives a reason for %s, which go.mod does not require directly", m[1])
		}
	}
	for m := range direct {
		if !told[m] {
			t.Errorf("README.md gives no reason for %s", m)
		}
	}
}

// example is one line to type, and what has to be seen then.
type example struct {
	line    int
	command string
	want    []string
	exit    int
}

// examplesOf are the console blocks: "$ " begins a command, "> " goes on with it; what follows stands in
// the output in that order, … for anything; "[exit N]" is its exit status.
func examplesOf(text string) []example {
	var all []example
	inside := false
	for i, line := range strings.Split(text, "\n") {
		switch {
		case line == "```console":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case !inside:
		case strings.HasPrefix(line, "$ "):
			all = append(all, example{line: i + 1, command: line[2:]})
		case line == ">" || strings.HasPrefix(line, "> "):
			all[len(all)-1].command += "\n" + strings.TrimPrefix(line[1:], " ")
		case strings.HasPrefix(line, "[exit "):
			_, _ = fmt.Sscanf(line, "[exit %d]", &all[len(all)-1].exit)
		case strings.TrimSpace(line) != "":
			all[len(all)-1].want = append(all[len(all)-1].want, line)
		}
	}
	return all
}

// The examples do what they say, one after the other in one folder.
func TestReadmeExamples(t *testing.T) {
	dir, bin := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	shim := fmt.Sprintf("#!/bin/sh\n%s exec '%s' \"$@\"\n", asCasebook, self)
	if err := os.WriteFile(filepath.Join(bin, "casebook"), []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	all := examplesOf(readme(t))
	if len(all) < 15 {
		t.Fatalf("found %d examples", len(all))
	}
	for _, e := range all {
		if to, ok := strings.CutPrefix(e.command, "cd "); ok {
			dir = filepath.Join(dir, to)
			continue
		}
		c := exec.Command("sh", "-c", e.command)
		c.Dir = dir
		c.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "XDG_STATE_HOME="+bin, "XDG_CONFIG_HOME="+bin, "TERM=dumb")
		out, _ := c.CombinedOutput()
		if got := c.ProcessState.ExitCode(); got != e.exit {
			t.Fatalf("README.md:%d: %s\nexit status %d, want %d\n%s", e.line, e.command, got, e.exit, out)
		}
		if missing := firstMissing(string(out), e.want); missing != "" {
			t.Fatalf("README.md:%d: %s\nthe output lacks %q:\n%s", e.line, e.command, missing, out)
		}
	}
}

// firstMissing is the first line that does not follow the others in the output; "" if all do.
func firstMissing(out string, want []string) string {
	sc := bufio.NewScanner(strings.NewReader(out))
	for _, w := range want {
		re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(w), "…", ".*") + "$")
		for found := false; !found; found = re.MatchString(sc.Text()) {
			if !sc.Scan() {
				return w
			}
		}
	}
	return ""
}

// The screen in README.md.

const screenBegin, screenEnd = "<!-- screen:begin, made by make screens -->\n```text\n", "```\n<!-- screen:end -->"

// checkReadmeScreen compares a screen of the demo with the one in README.md; with CASEBOOK_SCREENS set it is put there instead.
func checkReadmeScreen(t *testing.T, screen string) {
	t.Helper()
	text := readme(t)
	before, rest, ok1 := strings.Cut(text, screenBegin)
	old, after, ok2 := strings.Cut(rest, screenEnd)
	if !ok1 || !ok2 {
		t.Fatal("README.md has no place for the screen")
	}
	var lines []string
	for _, l := range strings.Split(screen, "\n") {
		lines = append(lines, strings.TrimRight(l, " \r"))
	}
	screen = strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
	if os.Getenv("CASEBOOK_SCREENS") != "" {
		if err := os.WriteFile(readmeFile, []byte(before+screenBegin+screen+screenEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	// Times and the order of equals change from run to run; what is said does not.
	now, same, all := map[string]bool{}, 0, 0
	for _, l := range strings.Split(screen, "\n") {
		now[letters(l)] = true
	}
	for _, l := range strings.Split(old, "\n") {
		if w := letters(l); len(w) > 12 {
			all++
			if now[w] {
				same++
			}
		}
	}
	if all == 0 || same*10 < all*6 {
		t.Errorf("README.md shows another screen (%d of %d lines are the same); make screens draws it again. Now:\n%s", same, all, screen)
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}
