//go:build linux

package launch

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestHeadTailAndWhatFellBetween(t *testing.T) {
	s := spec(t, `sh -c 'seq 1 200000; echo the end >&2'`)
	s.HeadBytes, s.TailBytes = 100, 50
	res := run(t, s)
	o := res.Streams[0]
	if o.Name != "stdout" || o.Total != 1288895 || len(o.Head) != 100 || len(o.Tail) != 50 || o.Dropped != o.Total-150 {
		t.Fatalf("%s %d %d %d %d", o.Name, o.Total, len(o.Head), len(o.Tail), o.Dropped)
	}
	if !strings.HasPrefix(string(o.Head), "1\n2\n3\n") || !strings.HasSuffix(string(o.Tail), "199999\n200000\n") || output(res, "stderr") != "the end\n" {
		t.Fatalf("%q %q", o.Head, o.Tail)
	}
	if res.Times.FirstOutput <= 0 {
		t.Error(res.Times)
	}
}

func TestLinesAreMatchedInAllOfTheOutput(t *testing.T) {
	s := spec(t, `sh -c 'seq 1 300000; echo "no RESULT: OK"; echo "RESULT: OK"; seq 1 300000; echo late >&2; printf "no end of line"'`)
	s.HeadBytes, s.TailBytes = 10, 10
	s.Watch = []Watch{{ID: 1, Stream: "stdout", Regexp: "^RESULT: OK$"}, {ID: 2, Stream: "output", Regexp: "late"},
		{ID: 3, Stream: "stderr", Regexp: "RESULT"}, {ID: 4, Stream: "stdout", Regexp: "^no end of line$"}, {ID: 5, Stream: "target.stdout", Regexp: "(?i)result: ok"}}
	res := run(t, s)
	got := map[int]int{}
	for _, m := range res.Matches {
		got[m.Watch]++
	}
	if fmt.Sprint(got) != "map[1:1 2:1 4:1 5:2]" || len(res.Blind) != 0 {
		t.Fatalf("%v %+v %v", got, res.Matches, res.Blind)
	}
}

func TestATerminalIsOneStreamAndEnds(t *testing.T) {
	s := spec(t, `sh -c 'echo out; echo err >&2; tty; stty size; exec </dev/null >/dev/null 2>&1; sleep 0.05; echo again >/dev/tty'`)
	s.Profile, s.Rows, s.Cols = Shell, 30, 100
	s.Watch = []Watch{{ID: 1, Stream: "stdout", Regexp: "^30 100$"}, {ID: 2, Stream: "target.stderr", Regexp: "^again$"}}
	res := run(t, s)
	out := output(res, "tty")
	if len(res.Streams) != 1 || !strings.HasPrefix(out, "out\r\nerr\r\n/dev/pts/") || !strings.HasSuffix(out, "again\r\n") || len(res.Matches) != 2 {
		t.Fatalf("%q %+v", out, res.Matches)
	}
}

func TestATargetThatWritesElsewhereIsNotObserved(t *testing.T) {
	s := spec(t, `sh -c 'sleep 0.0181 >/dev/null; echo seen'`)
	s.Target = `^sleep 0\.0181`
	s.Watch = []Watch{{ID: 3, Stream: "target.stdout", Regexp: "seen"}, {ID: 4, Stream: "target.stderr", Regexp: "x"}}
	res := run(t, s)
	if len(res.Blind) != 1 || res.Blind[0] != 3 || len(res.Matches) != 0 || !strings.Contains(strings.Join(res.Trouble, " "), "something else") {
		t.Fatalf("%+v %v %v", res.Blind, res.Matches, res.Trouble)
	}
}

func TestADaemonThatHoldsThePipeDoesNotHoldTheRun(t *testing.T) {
	s := spec(t, `sh -c '(setsid sh -c "sleep 71") & echo done'`)
	if res := run(t, s); res.Ending != ByItself || output(res, "stdout") != "done\n" || len(res.Left) == 0 {
		t.Fatalf("%+v", res)
	}
}

func TestLiveOutputIsThrottledAndNothingIsUncounted(t *testing.T) {
	s := spec(t, "sh -c 'head -c 30000000 /dev/zero; sleep 0.1; echo; echo last words'")
	var told, dropped int64
	var last []byte
	frames := 0
	s.Sink = func(e Event) {
		if o := e.Output; o != nil {
			frames++
			told, dropped, last = told+int64(len(o.Data)), dropped+o.Dropped, o.Data
			if len(o.Data) > liveMost {
				t.Errorf("%d bytes at once", len(o.Data))
			}
		}
	}
	r, err := Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil || told+dropped != res.Streams[0].Total || res.Streams[0].Total != 30000012 || !bytes.HasSuffix(last, []byte("last words\n")) {
		t.Fatalf("%v: told %d dropped %d of %d in %d", err, told, dropped, res.Streams[0].Total, frames)
	}
	if most := int(res.Times.Ended/liveEvery) + 3; frames > most {
		t.Errorf("%d pieces in %v", frames, res.Times.Ended)
	}
}

func TestSteadyIsTakenLaterAndBeforeTheEnd(t *testing.T) {
	s := spec(t, "sh -c 'sleep 0.5 & wait'")
	s.SkipSteady, s.SteadyAt, s.Deadline = false, []time.Duration{20 * time.Millisecond}, 200*time.Millisecond
	res := run(t, s)
	if st := theTarget(t, res).Steady; len(st) != 2 || st[0].At < 20*time.Millisecond || st[1].At < st[0].At {
		t.Fatalf("%+v", st)
	}
}

func TestKeeperKeepsHeadAndTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newKeeper(rapid.IntRange(0, 20).Draw(t, "head"), rapid.IntRange(0, 20).Draw(t, "tail"))
		var all []byte
		for _, b := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 30)).Draw(t, "writes") {
			k.write(b)
			all = append(all, b...)
		}
		s := k.stream("x")
		if s.Total != int64(len(all)) || int64(len(s.Head)+len(s.Tail))+s.Dropped != s.Total {
			t.Fatalf("%d of %d", len(s.Head)+len(s.Tail), s.Total)
		}
		if !bytes.HasPrefix(all, s.Head) || !bytes.HasSuffix(all, s.Tail) || len(all) > k.headMost && len(s.Tail) < min(k.tailMost, len(all)-k.headMost) {
			t.Fatalf("%q %q of %q", s.Head, s.Tail, all)
		}
	})
}

// Whatever the pieces that a stream is read in, the lines that match are the same.
func TestLinesMatchHoweverTheyAreRead(t *testing.T) {
	patterns := []string{"ab+c", "^x", "y$", "^$", "(?i)AB", "a.c|b", "[^\n]z"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcxyz\n\r")), 0, 80, -1).Draw(t, "text")
		pattern := rapid.SampledFrom(patterns).Draw(t, "pattern")
		w, err := newWatcher(Watch{ID: 1, Regexp: pattern}, true)
		if err != nil {
			t.Fatal(err)
		}
		l := &lines{watchers: []*watcher{w}}
		var got []string
		hit := func(_ int, line string) { got = append(got, line) }
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			l.feed([]byte(rest[:n]), hit)
			rest = rest[n:]
		}
		l.end(hit)
		var want []string
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			if regexp.MustCompile(pattern).MatchString(line) && len(want) < hitsMost {
				want = append(want, line)
			}
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Fatalf("%q in %q: %q, want %q", pattern, text, got, want)
		}
	})
}

func TestALongLineIsMatchedInPieces(t *testing.T) {
	w, _ := newWatcher(Watch{ID: 1, Regexp: "needle"}, true)
	l := &lines{watchers: []*watcher{w}}
	hits := 0
	long := strings.Repeat("x", lineMost-3) + "needle" + strings.Repeat("y", 5*lineMost) + "\n"
	l.feed([]byte(long[:40]), func(int, string) { hits++ })
	l.feed([]byte(long[40:]), func(int, string) { hits++ })
	if hits != 1 || cap(l.partial) > 4*lineMost {
		t.Fatalf("%d hits, %d bytes held", hits, cap(l.partial))
	}
}
