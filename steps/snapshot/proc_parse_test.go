package snapshot

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"casebook/steps/secret"
)

func TestParseStatNameWithParentheses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		comm := rapid.StringMatching(`[ -~]{0,15}`).Draw(t, "comm")
		line := fmt.Sprintf("4711 (%s) S 1 4711 4700 34817 4712 4194304 99 0 0 0 1 2 0 0 20 -5 3 0 179399 3133440 382 18446744073709551615 "+
			"1 2 3 0 0 0 0 0 0 0 0 0 17 1 7 2 0 0 0 0 0 0 0 0 0 0 0", comm)
		var p Process
		if !parseStat([]byte(line), &p) {
			t.Fatal("refused")
		}
		got := []any{p.PID, p.Comm, p.State, p.PPID, p.PGID, p.SID, p.TTYNr, p.TPGID, p.Nice, p.Threads, p.StartTime, p.RTPrio, p.Sched}
		want := []any{4711, comm, "S", 1, 4711, 4700, 34817, 4712, -5, 3, uint64(179399), 7, "rr"}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func TestParseEnvironKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.StringMatching(`[A-C_]{0,3}(=[^\x00]{0,8})?`), 1, 10).Draw(t, "entries")
		vars := parseEnviron(strings.Join(entries, "\x00") + "\x00")
		if len(vars) != len(entries) {
			t.Fatalf("%d of %d", len(vars), len(entries))
		}
		for i, v := range vars {
			back := v.Name
			if !v.Naked {
				back += "=" + secret.Reveal(v.Value)
			}
			if back != entries[i] {
				t.Fatalf("%q became %q", entries[i], back)
			}
		}
	})
	if parseEnviron("") != nil || parseArgv("") != nil {
		t.Fatal("an empty block has entries")
	}
	if got := parseArgv("a\x00\x00"); len(got) != 2 || got[1].Len() != 0 {
		t.Fatalf("an empty last argument: %d words", len(got))
	}
}

func TestParseStatus(t *testing.T) {
	p := Process{Umask: -1}
	parseStatus([]byte("Name:\tx: y\nUmask:\t0027\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t4 27 \nSigPnd:\t0000000000000001\n"+
		"ShdPnd:\t0000000000004000\nSigBlk:\t0000000000002000\nSigIgn:\t0000000000001001\nCapEff:\t000001ffffffffff\n"+
		"NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\nCpus_allowed_list:\t0-1,4\nTHP_enabled:\t0\n"), &p)
	want := Process{Umask: 0o27, UIDs: [4]int{1, 2, 3, 4}, GIDs: [4]int{5, 6, 7, 8}, Groups: []int{4, 27},
		Signals: Signals{Pending: 0x4001, Blocked: 0x2000, Ignored: 0x1001}, Caps: Caps{Effective: 1<<41 - 1}, NoNewPrivs: true,
		Seccomp: 2, SeccompFilters: 3, Affinity: []int{0, 1, 4}, THPDisabled: true}
	if !reflect.DeepEqual(p, want) {
		t.Fatalf("got  %+v\nwant %+v", p, want)
	}
}

func TestParseLimits(t *testing.T) {
	got := parseLimits([]byte("Limit                     Soft Limit           Hard Limit           Units     \n" +
		"Max cpu time              unlimited            unlimited            seconds   \n" +
		"Max open files            64                   20000                files     \n" +
		"Max nice priority         0                    0                    \n" +
		"Max invented things       1                    2                    \n"))
	want := []Rlimit{{"CPU", Unlimited, Unlimited}, {"NOFILE", 64, 20000}, {"NICE", 0, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v", got)
	}
}

func TestParseFdinfo(t *testing.T) {
	fd := FD{Flags: -1}
	parseFdinfo([]byte("pos:\t120\nflags:\t02106001\nmnt_id:\t24\nlock:\t1: FLOCK  ADVISORY  WRITE 4711 08:01:99 0 EOF\n"), &fd)
	if fd.Pos != 120 || !fd.Cloexec || fd.mode() != "append" || fd.Flags&flagNonblock == 0 || !reflect.DeepEqual(fd.Locks, []string{"FLOCK ADVISORY WRITE"}) {
		t.Fatalf("%+v", fd)
	}
}

func TestParseCgroup(t *testing.T) {
	got := parseCgroup([]byte("12:cpu,cpuacct:/a:b\n1:name=systemd:/x\n0::/user.slice\nrubbish\n"))
	want := []Cgroup{{"cpu", "/a:b"}, {"cpuacct", "/a:b"}, {"name=systemd", "/x"}, {"", "/user.slice"}}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %q", got)
	}
}

func TestParseInet(t *testing.T) {
	table := "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   0: 0100007F:1628 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0 100 0 0 10 0\n" +
		"   1: 0100007F:B32A 0100007F:1628 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0 20 4 30 10 -1\n" +
		"   2: 0100007F:B32B 0100007F:1628 06 00000000:00000000 00:00000000 00000000     0        0 0 1\n"
	got := parseInet([]byte(table), "tcp", map[uint64]int{100: 5, 101: 7, 0: 9})
	want := []Socket{
		{FD: 5, Proto: "tcp", Local: "127.0.0.1:5672", Peer: "0.0.0.0:0", State: "LISTEN", Inode: 100},
		{FD: 7, Proto: "tcp", Local: "127.0.0.1:45866", Peer: "127.0.0.1:5672", State: "ESTABLISHED", Inode: 101},
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v", got)
	}
	if s := endpoint([]byte("00000000000000000000000001000000:0050")); s != "[::1]:80" {
		t.Fatal(s)
	}
	unix := parseUnix([]byte("Num       RefCount Protocol Flags    Type St Inode Path\n"+
		"ffff: 00000002 00000000 00010000 0001 01 55 /run/my app.sock\nffff: 00000003 00000000 00000000 0001 03 56\n"), map[uint64]int{55: 3, 56: 4})
	if len(unix) != 2 || unix[0].Local != "/run/my app.sock" || unix[0].State != "LISTEN" || unix[1].State != "CONNECTED" || unix[1].Local != "" {
		t.Fatalf("%+v", unix)
	}
}

func TestParseLibrariesAndSyscall(t *testing.T) {
	got := parseLibraries([]byte("55d0-55d1 r--p 00000000 08:01 1 /usr/bin/cat\n55d1-55d2 r-xp 00000000 08:01 1 /usr/bin/cat\n" +
		"7f00-7f01 r-xp 00000000 08:01 2 /usr/lib/a b.so (deleted)\n7fff-8000 r-xp 00000000 00:00 0 [vdso]\n7f02-7f03 rwxp 00000000 00:00 0 \n"))
	if !reflect.DeepEqual(got, []string{"/usr/bin/cat", "/usr/lib/a b.so"}) {
		t.Fatalf("%q", got)
	}
	nr, args, in := parseSyscall([]byte("1 0x1 0x7ffd 0x10000 0x0 0x0 0x0 0x7ffd 0x7f\n"))
	if !in || nr != 1 || args[0] != 1 || args[2] != 0x10000 {
		t.Fatal(nr, args, in)
	}
	for _, s := range []string{"running\n", "", "-1 0x7 0x8\n"} {
		if _, _, in := parseSyscall([]byte(s)); in {
			t.Errorf("%q is in no call", s)
		}
	}
}

func TestNumbersNeverWrap(t *testing.T) {
	for in, want := range map[string]int64{"": 0, "-5": -5, "99999999999999999999999": 1<<63 - 1, "-99999999999999999999999": -(1<<63 - 1), "12x": 12} {
		if got := number([]byte(in)); got != want {
			t.Errorf("%q is %d, want %d", in, got, want)
		}
	}
	if got := cpuList([]byte("0-999999999")); len(got) != cpuMost {
		t.Errorf("%d cpus", len(got))
	}
	if s := cpuWords([]int{0, 1, 2, 8}); s != "0-2,8" {
		t.Error(s)
	}
}

func FuzzParsers(f *testing.F) {
	f.Add([]byte("1 (a) b) S 1"))
	f.Add([]byte("Groups:\t1 2\nCpus_allowed_list:\t9-1,,-\nUid:\t"))
	f.Add([]byte("Max cpu time              \n"))
	f.Add([]byte("h\n 0: 0100007F:1628 00000000: 0A 0 0 0 0 0 100"))
	f.Add([]byte("flags:\t-1\nlock:\t"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := Process{}
		_ = parseStat(b, &p)
		parseStatus(b, &p)
		p.Env, p.Argv, p.Rlimits, p.Cgroups = parseEnviron(string(b)), parseArgv(string(b)), parseLimits(b), parseCgroup(b)
		fd := FD{}
		parseFdinfo(b, &fd)
		p.FDs = []FD{fd}
		_ = parseInet(b, "tcp", map[uint64]int{100: 1})
		_ = parseUnix(b, map[uint64]int{100: 1})
		_ = parseLibraries(b)
		_, _, _ = parseSyscall(b)
		m := secret.NewMasker([]byte("k"))
		for _, r := range Factors(&Target{Process: &p}, &m) {
			if r.Value.Shown != clean(r.Value.Shown) {
				t.Fatalf("%s shows control characters: %q", r.Factor, r.Value.Shown)
			}
		}
	})
}
