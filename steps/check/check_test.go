package check

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/steps/fact"
)

func TestParseAtoms(t *testing.T) {
	for _, tt := range []struct{ in, kind, arg string }{
		{"exit:3", "exit", "3"},
		{`stdout:/^RESULT: OK/`, "stdout", "^RESULT: OK"},
		{`output:/a\/b\d/`, "output", `a/b\d`},
		{"file:out/done.txt", "file", "out/done.txt"},
		{`file:"a b"`, "file", "a b"},
		{"tcp:127.0.0.1:5672", "tcp", "127.0.0.1:5672"},
		{"http:http://localhost:1/x", "http", "http://localhost:1/x"},
		{"http://localhost:1/x", "http", "http://localhost:1/x"},
		{"https://localhost/x?a=(b)", "http", "https://localhost/x?a=(b)"},
		{`run:'test -e x'`, "run", "test -e x"},
		{"target.stdout:/x/", "stdout", "x"},
	} {
		c, err := Parse(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if a := c.Root; a.Op != Atom || a.Kind != tt.kind || a.Arg != tt.arg || a.Text != tt.in {
			t.Errorf("%s: got %s %q as %q", tt.in, a.Kind, a.Arg, a.Text)
		}
	}
}

func TestParseErrorsHaveAPlace(t *testing.T) {
	for _, tt := range []struct {
		in   string
		at   int
		want string
	}{
		{"", 0, "empty"},
		{"exit:x", 5, "not an exit status"},
		{"exit:256", 5, "not an exit status"},
		{"stdout:/(/", 7, "missing closing )"},
		{"stdout:/x", 7, "no closing slash"},
		{"stdout:x", 7, "between slashes"},
		{"sdtout:/x/", 0, "not a kind"},
		{"ready", 0, "no kind"},
		{"exit:0 and", 10, "missing at the end"},
		{"exit:0 exit:1", 7, "expected and, or"},
		{"(exit:0", 7, "expected )"},
		{"tcp:localhost", 4, "HOST:PORT"},
		{"tcp:localhost:99999", 4, "HOST:PORT"},
		{"http:nowhere", 5, "not a URL"},
		{"target.file:x", 0, "target."},
		{`run:"x`, 4, "not closed"},
		{strings.Repeat("(", 200) + "exit:0", 65, "too deeply"},
	} {
		_, err := Parse(tt.in)
		var se *SyntaxError
		if !errors.As(err, &se) || !strings.Contains(se.Msg, tt.want) || se.At != tt.at {
			t.Errorf("%q: got %v, want %q at %d", tt.in, err, tt.want, tt.at)
		}
	}
}

func eval(t *testing.T, spec string) *Eval {
	t.Helper()
	c, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c.Eval()
}

func TestVerdictIsCertainAsSoonAsItIs(t *testing.T) {
	e := eval(t, "stdout:/up/ and not stderr:/oops/")
	if e.Decided() {
		t.Fatal("decided before anything happened")
	}
	e.Matched(0, "up")
	if e.Decided() {
		t.Fatal("a not is only certain at the end")
	}
	e.Matched(1, "oops")
	if v, _, _ := e.Verdict(); v != fact.Fail || !e.Decided() {
		t.Fatalf("got %s", v)
	}

	e = eval(t, "stdout:/up/ or exit:0")
	e.Matched(0, "up 1")
	v, reason, ev := e.Verdict()
	if v != fact.Pass || !e.Decided() || ev != "up 1" || !strings.Contains(reason, "stdout:/up/ was seen") {
		t.Fatalf("got %s %q %q", v, reason, ev)
	}
}

func TestSilenceFails(t *testing.T) {
	e := eval(t, "stdout:/up/")
	e.Exited(0, "exit 0")
	if e.Decided() {
		t.Fatal("output may still come after the exit")
	}
	e.Ended("nothing in 2 s")
	if v, reason, _ := e.Verdict(); v != fact.Fail || !strings.Contains(reason, "nothing in 2 s") {
		t.Fatalf("got %s %q", v, reason)
	}
}

func TestExit(t *testing.T) {
	for code, want := range map[int]fact.Verdict{0: fact.Fail, 3: fact.Pass, -1: fact.Fail} {
		e := eval(t, "exit:3")
		e.Exited(code, "how")
		if v, _, _ := e.Verdict(); v != want {
			t.Errorf("exit %d: got %s", code, v)
		}
	}
}

func TestUndecidedEndIsUnresolved(t *testing.T) {
	if v, _, _ := eval(t, "exit:0").Verdict(); v != fact.Unresolved {
		t.Fatalf("got %s", v)
	}
}

func TestProbesAndWhatWasTrueBefore(t *testing.T) {
	dir := t.TempDir()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	spec := `file:done and tcp:` + ln.Addr().String() + ` and http:` + srv.URL + ` and run:true and run:false`
	c, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	p := &Prober{Check: c, Dir: dir, Split: func(s string) ([]string, []string, error) { return strings.Fields(s), nil, nil }}
	held := p.Look(context.Background(), nil)
	if _, ok := held[0]; ok || len(held) != 2 {
		t.Fatalf("held %v, want the port and run:true", held)
	}
	if err := os.WriteFile(filepath.Join(dir, "done"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if held = p.Look(context.Background(), func(id int) bool { return id == 0 }); len(held) != 1 || held[0] == "" {
		t.Fatalf("held %v, want the file only", held)
	}
	e := c.Eval()
	e.AlreadyTrue(0)
	if v, reason, _ := e.Verdict(); v != fact.Unresolved || !strings.Contains(reason, "already true") || !e.Decided() {
		t.Fatalf("got %s %q", v, reason)
	}
}

func TestPrintsIgnoreWhatDiffersBetweenRuns(t *testing.T) {
	a := FingerPrint("exit 1", []byte("2026-01-02 03:04:05,678 start\nOSError: [Errno 24] open /tmp/a.123/x: pid 4711 at 0x7f00\n"))
	b := FingerPrint("exit 1", []byte("2026-01-02 03:04:06,001 start\nOSError: [Errno 24] open /tmp/b.9/x: pid 815 at 0x7faa\n\n"))
	if !SamePrint(a, b) {
		t.Errorf("%q and %q differ", a, b)
	}
	if c := FingerPrint("exit 1", []byte("OSError: [Errno 13] open /tmp/a/x: pid 1 at 0x1\n")); SamePrint(a, c) {
		t.Errorf("%q and %q are taken for the same", a, c)
	}
	if c := FingerPrint("exit 2", []byte("OSError: [Errno 24] open /tmp/a.123/x: pid 4711 at 0x7f00\n")); SamePrint(a, c) {
		t.Error("another exit is another failure")
	}
	if got := ParsePrint(a.String()); got != a {
		t.Errorf("got %q from %q", got, a)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"exit:0", "not (stdout:/a\\/b/ or file:x) and tcp:h:1", "http://x/(a)", "run:'a b'", "stdout:/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.At < 0 || se.At > len(s) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		e := c.Eval()
		e.Ended("end")
		if !e.Decided() {
			t.Fatalf("%q: not decided at the end", s)
		}
	})
}
