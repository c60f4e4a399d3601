package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// whyFolder is a folder with a target that gives up where FROZEN is set, its
// launches and a state folder.
func whyFolder(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("launches are changed in flight on Linux only")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"target.sh": "test \"${FROZEN+set}\" && { echo frozen >&2; exit 3; }\necho OK\n",
		"good.sh":   "export DECOY=1\ncd \"$(dirname \"$0\")\" && sh ./target.sh\n",
		"bad.sh":    "export FROZEN= MODE=test API_TOKEN=an-exact-token-of-a-service\ncd \"$(dirname \"$0\")\" && sh ./target.sh\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func casebookIn(dir string, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	c := exec.Command(self, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "CASEBOOK_TEST_MAIN=1", "XDG_STATE_HOME="+dir+"/.state", "XDG_CONFIG_HOME="+dir+"/.config")
	return c
}

var whyArgs = []string{"why", "--good", "sh good.sh", "--bad", "sh bad.sh", "--target", `^sh \./target\.sh`, "--check", "stdout:/^OK/", "--as", "ci", "--deadline", "5s"}

// output runs a command that has to succeed.
func output(t *testing.T, c *exec.Cmd) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s\n%s", strings.Join(c.Args[1:], " "), err, o.String(), e.String())
	}
	return o.String(), e.String()
}

func TestAKilledSearchGoesOnWhereItWas(t *testing.T) {
	dir := whyFolder(t)
	journal := func() []byte {
		files, _ := filepath.Glob(dir + "/.state/casebook/why/*.jsonl")
		if len(files) != 1 {
			return nil
		}
		b, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	c := casebookIn(dir, whyArgs...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); bytes.Count(journal(), []byte("\n")) < 3; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no verdict was written")
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	kept := journal()
	n := bytes.Count(kept, []byte("\n"))
	for _, word := range []string{"an-exact-token", "target.sh", "stdout", dir} {
		if bytes.Contains(kept, []byte(word)) {
			t.Errorf("the journal tells %q:\n%s", word, kept)
		}
	}
	files, _ := filepath.Glob(dir + "/.state/casebook/why/*.jsonl")
	if st, err := os.Stat(files[0]); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the journal is %v, %v", st.Mode(), err)
	}
	// A line that the kill cut off is no verdict.
	if err := os.WriteFile(files[0], append(kept, `{"side":"good","ro`...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs := output(t, casebookIn(dir, whyArgs...))
	if want := fmt.Sprintf("going on with %d verdicts of an interrupted search", n); !strings.Contains(errs, want) {
		t.Errorf("want %q in:\n%s", want, errs)
	}
	if !strings.Contains(out, "FROZEN") {
		t.Errorf("no cause:\n%s", out)
	}
	// Controls are run anew, the rest is not.
	again := strings.Count(errs, " candidate with ")
	if done := bytes.Count(kept, []byte(`"candidate"`)); again+done > 8 {
		t.Errorf("%d candidates were known and %d more were run", done, again)
	}
	if left := journal(); left != nil {
		t.Errorf("the journal of an answered question is still there:\n%s", left)
	}
}

func TestAFreshSearchForgets(t *testing.T) {
	dir := whyFolder(t)
	if err := os.MkdirAll(dir+"/.state/casebook/why", 0o700); err != nil {
		t.Fatal(err)
	}
	_, errs := output(t, casebookIn(dir, append(whyArgs, "--fresh")...))
	if strings.Contains(errs, "going on with") {
		t.Error(errs)
	}
	if !strings.Contains(errs, "about ") || !strings.Contains(errs, " left") {
		t.Errorf("it is not said how long it will be:\n%s", errs)
	}
}

func TestTheScriptShowsTheCauseWithoutCasebook(t *testing.T) {
	dir := whyFolder(t)
	script := filepath.Join(dir, "repro.sh")
	out, _ := output(t, casebookIn(dir, append(whyArgs, "--json", "--repro", script)...))
	var got struct {
		Repro struct {
			File          string
			Verified      bool
			Fixed, Broken map[string]int
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if !got.Repro.Verified || got.Repro.File != script || got.Repro.Fixed["passed"] == 0 || got.Repro.Broken["failed"] == 0 {
		t.Errorf("%+v", got.Repro)
	}
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("an-exact-token")) || !bytes.Contains(text, []byte("${API_TOKEN:?}")) {
		t.Errorf("secrets in the script:\n%s", text)
	}
	for mode, works := range map[string]bool{"good": true, "fixed": true, "bad": false, "broken": false} {
		c := exec.Command(script, mode)
		c.Env = append(os.Environ(), "API_TOKEN=mine")
		out, err := c.CombinedOutput()
		if (err == nil) != works || works != strings.Contains(string(out), "OK") {
			t.Errorf("%s: %v\n%s", mode, err, out)
		}
	}
	if err := exec.Command(script, "better").Run(); err == nil {
		t.Error("a mode that there is not was run")
	}
}

func TestABadSideFromElsewhere(t *testing.T) {
	for name, capture := range map[string][]string{
		"masked": {"capture", "-o", "bad.json", "--target", `^sh \./target\.sh`, "--", "sh", "bad.sh"},
		"raw":    {"capture", "--with-secrets", "-o", "bad.json", "--target", `^sh \./target\.sh`, "--", "sh", "bad.sh"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := whyFolder(t)
			if err := casebookIn(dir, capture...).Run(); err == nil {
				t.Fatal("the exit status of the failing command is lost")
			}
			args := append([]string{}, whyArgs...)
			args[4] = "bad.json"
			out, errs := output(t, casebookIn(dir, append(args, "--json")...))
			var got whyOut
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			if got.Verdict != "cause" || len(got.Causes) != 1 || len(got.Causes[0].Factors) != 1 || got.Causes[0].Factors[0].Name != "FROZEN" {
				t.Fatalf("%s\n%s", out, errs)
			}
			c := got.Causes[0]
			if c.Direction != "good-only" || c.Proof.BadUndone["runs"] != 0 || c.Proof.GoodBroken["failed"] == 0 {
				t.Errorf("%+v", c)
			}
			told := strings.Contains(fmt.Sprint(got.Immovable), "API_TOKEN")
			if told != (name == "masked") {
				t.Errorf("immovable: %+v", got.Immovable)
			}
			if errs != "" {
				t.Errorf("--json tells on standard error: %s", errs)
			}
		})
	}
}
