package transplant

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

var word = rapid.SampledFrom([]string{"a", "b", "c", "-x", "--y=1", "", "/p"})

// Hunks put into the first list, from the last to the first, make the second.
func TestHunksMakeTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(word, 0, 12).Draw(t, "a"), rapid.SliceOfN(word, 0, 12).Draw(t, "b")
		got := slices.Clone(a)
		for _, h := range slices.Backward(hunks(a, b)) {
			var ok bool
			if got, ok = replaceWords(got, h.at, h.from, h.to); !ok {
				t.Fatalf("%q is not at %d in %q", h.from, h.at, got)
			}
		}
		if !slices.Equal(got, b) && len(got)+len(b) > 0 {
			t.Fatalf("%q, want %q", got, b)
		}
	})
}

func TestReplaceWords(t *testing.T) {
	rows := []struct {
		argv, from, to, want []string
		at                   int
		ok                   bool
	}{
		{argv: []string{"p", "-a", "1", "x"}, at: 1, from: []string{"-a", "1"}, to: []string{"-b"}, want: []string{"p", "-b", "x"}, ok: true},
		{argv: []string{"p", "x", "q", "x"}, at: 3, from: []string{"x"}, to: []string{"y"}, want: []string{"p", "x", "q", "y"}, ok: true},
		{argv: []string{"p"}, at: 9, to: []string{"y"}, want: []string{"p", "y"}, ok: true},
		{argv: []string{"p", "a", "-o", "b"}, at: 1, from: []string{"a", "b"}, to: []string{"c"}, want: []string{"p", "c", "-o"}, ok: true},
		{argv: []string{"p", "a"}, at: 1, from: []string{"z"}, to: []string{"c"}, want: []string{"p", "a"}},
	}
	for _, r := range rows {
		got, ok := replaceWords(r.argv, r.at, r.from, r.to)
		if ok != r.ok || !slices.Equal(got, r.want) {
			t.Errorf("%q at %d %q->%q: %q %v", r.argv, r.at, r.from, r.to, got, ok)
		}
	}
}

func TestPutElementKeepsTheDonorsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		donor := rapid.SliceOfNDistinct(rapid.StringMatching(`/[a-f]`), 1, 6, rapid.ID).Draw(t, "donor")
		elem := rapid.SampledFrom(donor).Draw(t, "elem")
		list := slices.DeleteFunc(slices.Clone(donor), func(e string) bool { return e == elem })
		if got := putElement(list, donor, elem); !slices.Equal(got, donor) {
			t.Fatalf("%q, want %q", got, donor)
		}
		if got := dropElement(donor, elem); slices.Contains(got, elem) || len(got) != len(donor)-1 {
			t.Fatalf("%q", got)
		}
	})
}

func TestEnvironmentBlocks(t *testing.T) {
	block := []string{"A=1", "odd", "B=", "A=2", "=x"}
	if got := setVar(block, "A", "3"); !slices.Equal(got, []string{"A=3", "odd", "B=", "=x"}) {
		t.Errorf("%q", got)
	}
	if got := setVar(block, "C", ""); !slices.Equal(got, append(slices.Clone(block), "C=")) {
		t.Errorf("%q", got)
	}
	if got := unsetVar(block, "B"); !slices.Equal(got, []string{"A=1", "odd", "A=2", "=x"}) {
		t.Errorf("%q", got)
	}
	if v, ok := getVar(block, "B"); !ok || v != "" {
		t.Errorf("%q %v", v, ok)
	}
}

func TestSignalNumbers(t *testing.T) {
	for name, want := range map[string]int{"SIGHUP": 1, "SIGSYS": 31, "SIGRTMIN+0": 34, "SIGRTMIN+30": 64, "SIG33": 33, "SIG64": 64} {
		if n, err := signalNumber(name); err != nil || n != want {
			t.Errorf("%s: %d %v", name, n, err)
		}
	}
	for _, name := range []string{"", "SIG", "SIGNOT", "SIGRTMIN+31", "SIG0", "SIG65", "HUP", "SIG-1"} {
		if n, err := signalNumber(name); err == nil {
			t.Errorf("%s: %d", name, n)
		}
	}
}

func TestWhoCarriesTheTarget(t *testing.T) {
	target := []string{"/usr/bin/python3", "work.py", "--port", "1234"}
	for _, outer := range [][]string{
		{"timeout", "5", "python3", "work.py", "--port", "1234"},
		{"timeout", "5", "python3", "work.py", "--port", "999"},
		{"bash", "/shims/python3", "work.py", "--port", "1"},
		{"sh", "-c", "cd x; python3 work.py --port 5 || exit"},
		{"sh", "-c", "python3 'work.py' \"--port\" 5"},
	} {
		if !bears(outer, target) {
			t.Errorf("%q is on the way", outer)
		}
	}
	for _, outer := range [][]string{target, {"/other/python3", "work.py", "--port", "77"}, {"python3", "work.py"}, {}, {"sh", "-c", "--port work.py"}} {
		if bears(outer, target) {
			t.Errorf("%q is the target, or has nothing to do with it", outer)
		}
	}
}

func TestPlansTravel(t *testing.T) {
	p := Plan{
		Changes: []Change{{Factor: fact.Factor{Kind: fact.Env, Name: "KEY"}, Text: secret.New("s3cret\x00\xff"), Numbers: []int64{1}, Refs: []Ref{{1, 2, RefPID}}}},
		Omit:    []Omission{{Call: "setsid", Arg: -1, After: []secret.Text{secret.New("a")}}},
		Leaps:   []Leap{{Path: "/x"}},
	}
	b, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	q, err := Decode(b)
	if err != nil || !q.Changes[0].Text.Equal(p.Changes[0].Text) || q.Omit[0].Arg != -1 || q.Leaps[0].Path != "/x" || q.Empty() || !q.Window() {
		t.Fatalf("%+v %v", q, err)
	}
	if e, err := Decode(nil); err != nil || !e.Empty() {
		t.Fatal(err)
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := Plan{Changes: []Change{{Text: secret.New("x")}}}.Encode()
	f.Add(b)
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Decode(b)
		_, _ = Reports(b)
	})
}

func FuzzFill(f *testing.F) {
	f.Add("a12b", 1, 2)
	f.Fuzz(func(t *testing.T, s string, at, n int) {
		fill(secret.New(s), []Ref{{at, n, RefPID}}, func(RefTo) string { return "7" })
		_ = general(s)
	})
}
