package tui

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"casebook/session"
)

// TestMain draws the fake investigation on the real terminal where
// CASEBOOK_TRY names a screen, so that it can be looked at:
//
//	go test -c -o try ./tui && CASEBOOK_TRY=home ./try
func TestMain(m *testing.M) {
	what := os.Getenv("CASEBOOK_TRY")
	if what == "" {
		os.Exit(m.Run())
	}
	o := Options{In: os.Stdin, Out: os.Stdout, Env: os.Environ(), Home: newFakeHome()}
	b := newFake()
	if what != "home" {
		o.Book = b
	}
	if what == "compared" {
		compared(b)
	}
	go chatter(b)
	if err := Run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// chatter prints while a run is on, and ends it after a while.
func chatter(b *fakeBook) {
	n := 0
	for range time.Tick(30 * time.Millisecond) {
		b.mu.Lock()
		r := b.run
		b.mu.Unlock()
		if r == nil {
			n = 0
			continue
		}
		n++
		r.set(func(l *session.Live) {
			l.Elapsed = time.Duration(n) * 30 * time.Millisecond
			l.Trials = n / 100
			l.Progress.Left, l.Progress.ETA = 4-n/100, time.Duration(400-n)*30*time.Millisecond
			line := fmt.Sprintf("%06d worker: polling queue default, %s", n, strings.Repeat("·", n%60))
			if len(l.Streams) == 0 {
				l.Streams = []session.LiveStream{{Name: "stdout"}, {Name: "stderr", Lines: []string{"warning: QUEUE_URL is not set"}, Total: 31}}
			}
			l.Streams = append([]session.LiveStream{}, l.Streams...)
			l.Streams[0].Lines = append(l.Streams[0].Lines[:len(l.Streams[0].Lines):len(l.Streams[0].Lines)], line)
			l.Streams[0].Total += int64(len(line))
		})
		if n == 400 {
			b.change(func() { compared(b) })
			r.end(nil)
		}
	}
}
