package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"casebook/session"
	"casebook/steps/fact"
)

// flooded is a step with a table of 5,000 rows and a run whose live output is full.
func flooded(running bool) *App {
	b := newFake()
	t := fact.Table{ID: "t", Title: "Differences", Columns: []string{"#", "what", "good", "bad", "why"}}
	for i := range 5000 {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i), fmt.Sprintf("env VARIABLE_%d", i), strings.Repeat("g", i%90), strings.Repeat("b", i%70), "a reason in words"})
		t.Marks = append(t.Marks, []string{"", "guilty", "noise"}[i%3])
	}
	b.st.Steps[0].Tables = []fact.Table{t}
	a := newApp(context.Background(), Options{Book: b, Now: fakeNow})
	a.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	if running {
		r, _ := b.Start("1")
		fr := r.(*fakeRun)
		fr.live.Streams = []session.LiveStream{{Name: "stdout", Total: 100 << 20, Dropped: 99 << 20}}
		for i := range 2000 {
			fr.live.Streams[0].Lines = append(fr.live.Streams[0].Lines, fmt.Sprintf("%06d %s", i, strings.Repeat("x", 510)))
		}
		a.started(startedMsg{"1", r, nil})
		a.state = b.State()
	}
	a.View()
	return a
}

// One key and the frame after it; what is aimed at is 5 ms.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, running := range []bool{false, true} {
		a := flooded(running)
		b.Run(fmt.Sprintf("running=%v", running), func(b *testing.B) {
			for i := range b.N {
				a.Update(keyOf([]string{"down", "down", "down", "up"}[i%4]))
				a.View()
			}
		})
	}
}

// One look at what changed and the frame after it, twenty times a second at most.
func BenchmarkChangeToFrame(b *testing.B) {
	a := flooded(true)
	for b.Loop() {
		a.Update(changedMsg{book: a.bookSeq, state: a.book.State(), run: a.run, live: a.run.Live()})
		a.View()
	}
}

// A letter of a filter over 5,000 rows.
func BenchmarkFilterToFrame(b *testing.B) {
	a := flooded(false)
	a.Update(keyOf("/"))
	for i := range b.N {
		a.Update(keyOf([]string{"1", "backspace"}[i%2]))
		a.View()
	}
}

// The output pane over everything that is kept of a flood.
func BenchmarkOutputToFrame(b *testing.B) {
	a := flooded(true)
	a.Update(keyOf("o"))
	for i := range b.N {
		a.Update(keyOf([]string{"up", "down"}[i%2]))
		a.View()
	}
}

func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		a := newApp(context.Background(), Options{Book: newFake(), Now: fakeNow})
		a.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
		a.View()
	}
}
