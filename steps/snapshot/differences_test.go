package snapshot

import (
	"io/fs"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// made is a snapshot of one target, changed from a plain one.
func made(pid int, change func(*Process)) *Snapshot {
	p := &Process{PID: pid, PPID: pid - 1, PGID: pid - 2, SID: pid - 2, Argv: words("python3", "/srv/app.py"), Exe: File{Path: "/usr/bin/python3"},
		Cwd: File{Path: "/srv"}, Root: File{Path: "/"}, Umask: 0o22, Sched: "other", Affinity: []int{0, 1}, LoginUID: -1,
		FDs:     []FD{{Num: 0, Kind: FDNull, SameAs: 0}, {Num: 1, Kind: FDPipe, Ino: uint64(pid), Flags: 1, SameAs: 1}, {Num: 2, Kind: FDPipe, Ino: uint64(pid + 1), Flags: 1, SameAs: 2}},
		Rlimits: []Rlimit{{"NOFILE", 1024, 4096}, {"AS", Unlimited, Unlimited}},
		Env:     []Var{env("PATH", "/usr/bin:/bin"), env("HOME", "/root")}, Unknown: map[string]string{}}
	if change != nil {
		change(p)
	}
	return &Snapshot{Targets: []*Target{{Process: p}}}
}

func env(name, value string) Var { return Var{Name: name, Value: secret.New(value)} }

func words(ws ...string) []secret.Text {
	var out []secret.Text
	for _, w := range ws {
		out = append(out, secret.New(w))
	}
	return out
}

// compared returns the differences of two runs of each side, as "kind name good -> bad".
func compared(t *testing.T, o Options, good, bad func(*Process)) []fact.Difference {
	t.Helper()
	return Differences([]*Snapshot{made(1000, good), made(1100, good)}, []*Snapshot{made(2000, bad), made(2100, bad)}, o)
}

func first(t *testing.T, ds []fact.Difference) fact.Difference {
	t.Helper()
	if len(ds) == 0 {
		t.Fatal("no difference")
	}
	return ds[0]
}

func TestNothingChangedIsNoDifference(t *testing.T) {
	if ds := compared(t, Options{}, nil, nil); len(ds) != 0 {
		t.Fatalf("%+v", ds)
	}
}

func TestOneChangeIsOneDifference(t *testing.T) {
	cases := []struct {
		name      string
		change    func(*Process)
		factor    string
		good, bad string
		reason    string
	}{
		{"absent and empty", func(p *Process) { p.Env = append(p.Env, env("APP_FROZEN", "")) }, "env APP_FROZEN", "", "", "set in the bad launch only"},
		{"list", func(p *Process) { p.Env[0] = env("PATH", "/x/bin:/usr/bin:/bin") }, "env PATH", "/usr/bin:/bin", "/x/bin:/usr/bin:/bin", "+/x/bin in front (bad)"},
		{"cwd", func(p *Process) { p.Cwd.Path = "/" }, "cwd", "/srv", "/", ""},
		{"umask", func(p *Process) { p.Umask = 0o77 }, "umask", "022", "077", ""},
		{"signal mask", func(p *Process) { p.Signals.Blocked = 1 << 13 }, "signal_mask SIGALRM", "not blocked", "blocked", ""},
		{"ignored", func(p *Process) { p.Signals.Ignored = 1 << 12 }, "signal_disposition SIGPIPE", "default", "ignored", ""},
		{"limit", func(p *Process) { p.Rlimits[0].Soft = 64 }, "rlimit NOFILE", "1024:4096", "64:4096", "a low limit"},
		{"stdin closed", func(p *Process) { p.FDs = p.FDs[1:] }, "stdin", "null", "closed", "closed"},
		{"non-blocking", func(p *Process) { p.FDs[1].Flags |= flagNonblock }, "fd_flags 1", "blocking", "non-blocking", ""},
		{"affinity", func(p *Process) { p.Affinity = []int{0} }, "affinity", "0-1", "0", ""},
		{"option", func(p *Process) { p.Argv = append(p.Argv, secret.New("--preload")) }, "argv --preload", "", "--preload", "bad launch only"},
		{"secret", func(p *Process) { p.Env = append(p.Env, env("API_KEY", "very-secret-1")) }, "env API_KEY", "", "‹secret", ""},
		{"namespace", func(p *Process) { p.Namespaces = []Namespace{{"net", 1, true}} }, "namespace net", "", "own", ""},
	}
	for _, c := range cases {
		ds := compared(t, Options{Mask: secret.NewMasker([]byte("k"))}, nil, c.change)
		d := first(t, ds)
		if d.String() != c.factor || d.Good.Shown != c.good || !strings.HasPrefix(d.Bad.Shown, c.bad) || !strings.Contains(d.Reason, c.reason) {
			t.Errorf("%s: %s: %q -> %q (%s)", c.name, d.Factor, d.Good.Shown, d.Bad.Shown, d.Reason)
		}
		if d.Noise || d.Rank != 1 || d.Score <= 0 || d.Score >= 1 {
			t.Errorf("%s: noise %v, rank %d, score %v", c.name, d.Noise, d.Rank, d.Score)
		}
		for _, x := range ds {
			if strings.Contains(x.Bad.Shown+x.Good.Shown+x.Reason, "very-secret") {
				t.Errorf("%s shows a secret", x.Factor)
			}
		}
	}
}

func TestAbsentIsToldFromEmpty(t *testing.T) {
	d := first(t, compared(t, Options{}, nil, func(p *Process) { p.Env = append(p.Env, env("X", "")) }))
	if d.Good.State != fact.Absent || d.Bad.State != fact.Present || d.Bad.Shown != "" {
		t.Fatalf("%+v", d)
	}
}

func TestNoiseIsLastButPresenceIsNoNoise(t *testing.T) {
	n := 0
	vary := func(p *Process) {
		n++
		p.Env = append(p.Env, env("RUN_ID", strings.Repeat("x", n)), env("SHLVL", string(rune('0'+n))))
	}
	ds := compared(t, Options{}, vary, func(p *Process) { vary(p); p.Env = append(p.Env, env("PYTEST_CURRENT_TEST", "a")) })
	if len(ds) != 3 || ds[0].Name != "PYTEST_CURRENT_TEST" || ds[0].Noise || !ds[1].Noise || !ds[2].Noise {
		t.Fatalf("%+v", ds)
	}
}

func TestSuspicionReadsTheTargetsFiles(t *testing.T) {
	read := func(path string) ([]byte, error) {
		if path == "/srv/app.py" {
			return []byte("import os\nif os.environ.get('ODD_NAME'):\n    pass\n"), nil
		}
		return nil, fs.ErrNotExist
	}
	ds := compared(t, Options{Read: read}, nil, func(p *Process) {
		p.Env = append(p.Env, env("LS_COLORS", "x"), env("OTHER_NAME", "x"), env("ODD_NAME", "x"))
	})
	if d := first(t, ds); d.Name != "ODD_NAME" || !strings.Contains(d.Reason, "named in app.py:2") {
		t.Fatalf("%+v", d)
	}
	if last := ds[len(ds)-1]; last.Name != "LS_COLORS" {
		t.Fatalf("%+v", last)
	}
}

func TestImpliedRanksBelow(t *testing.T) {
	ds := compared(t, Options{}, func(p *Process) { p.Caps.Effective = 1<<41 - 1 }, func(p *Process) { p.UIDs = [4]int{99, 99, 99, 99} })
	if ds[0].Kind != fact.Credentials || ds[1].Kind != fact.Capabilities || !strings.Contains(ds[1].Reason, "implied by credentials uid") {
		t.Fatalf("%+v", ds)
	}
}

func TestManyDescriptorsAreOneDifference(t *testing.T) {
	ds := compared(t, Options{}, nil, func(p *Process) {
		for n := 3; n < 1103; n++ {
			p.FDs = append(p.FDs, FD{Num: n, Kind: FDNull, SameAs: n})
		}
	})
	if len(ds) != 1 || ds[0].Name != "3-1102" {
		t.Fatalf("%d differences, the first %s", len(ds), ds[0].Factor)
	}
}

func TestArgvChanges(t *testing.T) {
	cases := []struct{ good, bad, want string }{
		{"a --x=1 b", "a --x=2 b", "--x"},
		{"a --x 1 b", "a --x 2 b", "--x"},
		{"a -n 4", "a -n 8", "-n"},
		{"a b", "a c", "argv[2]"},
		{"-m server", "bin/server", "argv[1]"},
		{"--a --b", "--b", "--a"},
		{"x --a=1 --b=2", "x --b=3 --c", "--a --b --c"},
		{"", "x", "argv[1]"},
	}
	for _, c := range cases {
		var names []string
		for _, ch := range argvChanges(words(strings.Fields(c.good)...), words(strings.Fields(c.bad)...)) {
			names = append(names, ch.name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%q and %q: %q, want %q", c.good, c.bad, got, c.want)
		}
	}
	if ch := argvChanges(words("my conf/x.ini"), words("my", "conf/x.ini")); len(ch) != 1 || ch[0].note == "" {
		t.Errorf("split words: %+v", ch)
	}
}

func TestHunksRebuildTheOtherSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "--c", "d=1"}), 0, 9)
		a, b := words(gen.Draw(t, "a")...), words(gen.Draw(t, "b")...)
		var got []secret.Text
		at := 0
		for _, h := range hunks(a, b) {
			got = append(got, a[at:h.gi]...)
			got = append(got, b[h.bi:h.bj]...)
			at = h.gj
		}
		got = append(got, a[at:]...)
		if joined(got) != joined(b) || len(got) != len(b) {
			t.Fatal("the hunks don't turn one list into the other")
		}
	})
}

func TestDifferencesOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) *Snapshot {
			return made(rapid.IntRange(10, 99999).Draw(t, label), func(p *Process) {
				for range rapid.IntRange(0, 5).Draw(t, label+" vars") {
					p.Env = append(p.Env, env(rapid.SampledFrom([]string{"A_PATH", "B_KEY", "SHLVL", "C", ""}).Draw(t, "name"), rapid.String().Draw(t, "value")))
				}
				p.Argv = append(p.Argv, words(rapid.SliceOfN(rapid.StringMatching(`-{0,2}[a-z]{0,3}(=[a-z0-9]{0,3})?`), 0, 5).Draw(t, "argv")...)...)
				p.Signals.Ignored = rapid.Uint64().Draw(t, "ignored")
			})
		}
		ds := Differences([]*Snapshot{draw("g1"), draw("g2")}, []*Snapshot{draw("b1")}, Options{})
		seen, noise := map[fact.Factor]bool{}, false
		for i, d := range ds {
			if d.Rank != i+1 || seen[d.Factor] && d.Kind != fact.Argv || d.Score < 0 || d.Score > 1 || noise && !d.Noise {
				t.Fatalf("difference %d: %+v", i, d)
			}
			if d.Good.Shown != clean(d.Good.Shown) || d.Bad.Shown != clean(d.Bad.Shown) {
				t.Fatalf("control characters: %+v", d)
			}
			seen[d.Factor], noise = true, d.Noise
		}
	})
}

func TestDrained(t *testing.T) {
	blocked := Pipe{Fill: 65536, Blocked: true, Ends: []End{{Wait: "nanosleep"}}}
	waits := Pipe{Fill: 64550, Blocked: true, Ends: []End{{Wait: "wait4"}}}
	reads := Pipe{Fill: 0, Ends: []End{{Reads: true}}}
	empty := Pipe{Fill: 0, Ends: []End{{}}}
	for _, c := range []struct {
		samples []Pipe
		want    Drainage
	}{
		{nil, DrainUnknown}, {[]Pipe{blocked}, DrainUnknown}, {[]Pipe{blocked, blocked}, NobodyReads}, {[]Pipe{waits}, NobodyReads},
		{[]Pipe{reads}, IsDrained}, {[]Pipe{empty, empty}, DrainUnknown}, {[]Pipe{blocked, empty}, IsDrained},
		{[]Pipe{{Fill: -1}, {Fill: -1}}, DrainUnknown},
	} {
		if got := Drained(c.samples); got != c.want {
			t.Errorf("%+v: %s, want %s", c.samples, got, c.want)
		}
	}
}

func TestHopAndCallWords(t *testing.T) {
	prev := made(100, nil).Targets[0].Process
	next := made(100, func(p *Process) {
		p.SID, p.Umask, p.Cwd.Path, p.FDs[0].Kind, p.FDs[0].Target = 100, 0o77, "/var", FDPipe, "pipe:[5]"
		p.Env = []Var{env("NEW", "value"), env("PATH", "/usr/bin:/bin")}
	}).Targets[0].Process
	got := strings.Join(HopWords(prev, next), "; ")
	if want := "new session; cwd /var; stdin from a pipe; umask 077; -1 variable: HOME, +1: NEW"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	calls := []Call{{Name: "dup2", Args: [6]uint64{4, 1}}, {Name: "chdir", Path: secret.New("/srv")}, {Name: "umask", Args: [6]uint64{0o77}},
		{Name: "setsid"}, {Name: "close"}, {Name: "close"}, {Name: "close"}, {Name: "chdir", Path: secret.New("/no"), Ret: -2}}
	if got, want := CallWords(calls), "dup2(4,1) chdir(/srv) umask(077) setsid close×3 chdir(/no)=ENOENT (no such file)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestListElements(t *testing.T) {
	if ListElements("") != nil || len(ListElements(":a")) != 2 {
		t.Fatal("empty lists and empty elements are not the same")
	}
}
