package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"casebook/steps/demo"
	"casebook/steps/launch"
)

// The test binary is casebook, its helper and the demo's programs too, as the real one is.
func TestMain(m *testing.M) {
	base := filepath.Base(os.Args[0])
	if len(os.Args) > 1 && os.Args[1] == launch.HelperArg || base == demo.WorkerName || base == demo.FixtureName || os.Getenv("CASEBOOK_TEST_MAIN") != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"casebook": main})
}

// Each script in testdata/scripts specifies one behaviour; its first line says which.
func TestScripts(t *testing.T) {
	params := scripts()
	params.Dir = filepath.Join("testdata", "scripts")
	testscript.Run(t, params)
}

// scripts is what a script finds: a state folder of its own, no terminal, and a few commands more.
func scripts() testscript.Params {
	return testscript.Params{
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, ".state"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, ".config"))
			e.Setenv("TERM", "dumb")
			e.Setenv("SELF_PID", strconv.Itoa(os.Getpid())) // a process that runs
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     scriptExits,
			"until":     scriptUntil,
			"nowhere":   scriptNowhere,
			"bytes":     scriptBytes,
			"copybytes": scriptCopyBytes,
		},
	}
}

// exits N CMD...: runs CMD and wants that exit status.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N CMD [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("%q is no exit status", args[0])
	}
	if got := exitStatus(ts, args[1:]); got != want {
		ts.Fatalf("exit status %d, want %d\n%s", got, want, ts.ReadFile("stderr"))
	}
}

func exitStatus(ts *testscript.TestScript, argv []string) int {
	err := ts.Exec(argv[0], argv[1:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	return 0
}

// until PATTERN CMD...: runs CMD again and again until its output has a match.
func scriptUntil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN CMD [ARG...]")
	}
	re := regexp.MustCompile(args[0])
	for deadline := time.Now().Add(30 * time.Second); ; {
		_ = ts.Exec(args[1], args[2:]...)
		if re.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%q never came", args[0])
		}
	}
}

// nowhere TEXT...: none of the texts stands in what the last command printed, or in any file here
// but the stores, where they are needed to run again.
func scriptNowhere(ts *testscript.TestScript, neg bool, args []string) {
	look := map[string][]byte{"stdout": []byte(ts.ReadFile("stdout")), "stderr": []byte(ts.ReadFile("stderr"))}
	root := ts.MkAbs(".")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if strings.Contains(rel, ".casebook"+string(filepath.Separator)) || strings.HasPrefix(rel, "given") {
			return nil
		}
		files++
		look[rel], err = os.ReadFile(path)
		return err
	})
	if err != nil || files == 0 {
		ts.Fatalf("looking into %s: %d files, %v", root, files, err)
	}
	for name, b := range look {
		for _, text := range args {
			if bytes.Contains(b, []byte(text)) {
				ts.Fatalf("%s holds %q:\n%s", name, text, b)
			}
		}
	}
}

// bytes FILE OFFSET HEX: writes into the middle of a file. bytes FILE size N: makes it N bytes long.
func scriptBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: bytes FILE OFFSET HEX | bytes FILE size N")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_RDWR, 0o600)
	ts.Check(err)
	defer f.Close()
	if args[1] == "size" {
		n, err := strconv.ParseInt(args[2], 10, 64)
		ts.Check(err)
		ts.Check(f.Truncate(n))
		return
	}
	at, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	var b []byte
	if _, err := fmt.Sscanf(args[2], "%x", &b); err != nil {
		ts.Fatalf("%q is not hex", args[2])
	}
	_, err = f.WriteAt(b, at)
	ts.Check(err)
}

// copybytes N FILE TEXT: writes N copies of TEXT, counted where it says %d, into a file.
func scriptCopyBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: copybytes N FILE TEXT")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b bytes.Buffer
	for i := range n {
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(args[2], "%d", strconv.Itoa(i+1)), `\n`, "\n"))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}
