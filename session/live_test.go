package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/fact"

	"pgregory.net/rapid"
)

func view() *liveView {
	return newLiveView("1", time.Now(), time.Now, func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }, func() {})
}

func TestLiveOutputIsTheEndOfTheStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := view()
		var all strings.Builder
		piece := rapid.StringMatching(`([a-z]{0,30}\n?){0,8}`)
		for range rapid.IntRange(1, 30).Draw(t, "pieces") {
			text := piece.Draw(t, "piece")
			if rapid.IntRange(0, 9).Draw(t, "flood") == 0 {
				text = strings.Repeat(text+"\n", 900)
			}
			all.WriteString(text)
			v.output(&steps.Output{Trial: "1.g1", Stream: "stdout", Data: []byte(text)})
			if rapid.Bool().Draw(t, "look") {
				v.value()
			}
		}
		v.finish(fact.Trial{ID: "1.g1"})
		got := v.value().Streams[0]
		want := strings.Split(strings.TrimSuffix(all.String(), "\n"), "\n")
		if len(got.Lines) > tailLines || len(want) <= tailLines && all.Len() < tailBytes && got.Dropped > 0 {
			t.Fatalf("%d lines, %d bytes dropped of %d", len(got.Lines), got.Dropped, got.Total)
		}
		if got.Total != int64(all.Len()) {
			t.Fatalf("total is %d, %d came", got.Total, all.Len())
		}
		if all.Len() == 0 {
			return
		}
		if len(got.Lines) < min(len(want), tailLines) {
			t.Fatalf("%d lines are left of %d", len(got.Lines), len(want))
		}
		tail := want[len(want)-len(got.Lines):]
		kept := 0
		for i := range tail {
			kept += len(tail[i]) + 1
			if tail[i] != got.Lines[i] {
				t.Fatalf("line %d is %q, want %q", i, got.Lines[i], tail[i])
			}
		}
		if gap := got.Total - got.Dropped - int64(kept); gap < -1 || gap > 1 {
			t.Fatalf("%d bytes, %d dropped, %d shown", got.Total, got.Dropped, kept)
		}
	})
}

func TestLiveOutputIsBounded(t *testing.T) {
	v := view()
	for _, line := range []string{strings.Repeat("x", 100) + "\n", strings.Repeat("y", 70_000), "z"} {
		for sent := 0; sent < 30<<20; sent += 1 << 20 {
			v.output(&steps.Output{Trial: "1.g1", Stream: "stdout", Data: []byte(strings.Repeat(line, (1<<20)/len(line)))})
			if tail := v.streams[0]; len(tail.raw) > 3*tailBytes {
				t.Fatalf("%d bytes are held", len(tail.raw))
			}
		}
		s := v.value().Streams[0]
		size := 0
		for _, l := range s.Lines {
			size += len(l)
		}
		if len(s.Lines) > tailLines || size > tailBytes || s.Dropped < 20<<20 {
			t.Errorf("%d lines of %d bytes, %d dropped", len(s.Lines), size, s.Dropped)
		}
	}
}

func TestLiveOutputKeepsHalfASecretBack(t *testing.T) {
	v := view()
	for i, piece := range []string{"the password is hun", "ter2 and", " more\n"} {
		v.output(&steps.Output{Trial: "1.g1", Stream: "tty", Data: []byte(piece)})
		if got := fmt.Sprint(v.value().Streams[0].Lines); strings.Contains(got, "hun") {
			t.Fatalf("after piece %d: %s", i, got)
		}
	}
	if got := v.value().Streams[0].Lines; len(got) != 1 || got[0] != "the password is *** and more" {
		t.Fatalf("%q", got)
	}
}

func BenchmarkLiveFlood(b *testing.B) {
	v := view()
	chunk := []byte(strings.Repeat("worker 17: waiting for messages on default\n", 32<<10/43))
	b.SetBytes(int64(len(chunk)))
	n := 0
	for b.Loop() {
		v.output(&steps.Output{Trial: "1.g1", Stream: "stdout", Data: chunk})
		if n++; n%100 == 0 {
			v.value()
		}
	}
}
