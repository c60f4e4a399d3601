package session

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"casebook/session/store"
	"casebook/steps/fact"
)

// longHistory is what a long investigation leaves: mostly trials, and what people wrote.
func longHistory(n int) []*store.Record {
	at := time.Date(2025, 4, 13, 9, 0, 0, 0, time.UTC)
	created := bodyCreated{ID: "2025-04-13-task7.2-1", Number: 1, Title: "Task 7.2", Dir: "/srv", Plan: twoCommands()}
	recs := []*store.Record{newRecord(at, recCreated, "", created)}
	for i := 1; len(recs) < n; i++ {
		at = at.Add(time.Second)
		t := fact.Trial{ID: fmt.Sprintf("1.g%d", i), Side: fact.Good, Role: "candidate", Command: "tox exec -e py312 -- python -m dramatiq worker", Started: at}
		recs = append(recs, newTrialRecord(at, recTrialStart, "1", t))
		t.Verdict, t.Reason, t.Evidence, t.Exit, t.Took = fact.Fail, "no line matched", "worker: waiting for messages", "still running", time.Second
		t.Changes = []fact.Change{{Factor: fact.Factor{Kind: fact.Env, Name: "DRAMATIQ_TESTING"}, To: fact.Value{State: fact.Present, Shown: "1"}}}
		recs = append(recs, newTrialRecord(at, recTrial, "1", t))
		switch {
		case i%10 == 0:
			recs = append(recs, newRecord(at, recNote, "1", bodyText{"it looks like the environment"}))
		case i == 7:
			recs = append(recs, newRecord(at, recAnswer, "2", fact.Answer{Verdict: "cause", Trials: 3, Causes: []fact.Cause{{Direction: "both",
				Factors: []fact.Difference{{Factor: fact.Factor{Kind: fact.Cwd}, Good: fact.Value{State: fact.Present, Shown: "/srv"}}}}}}))
		case i%10 == 5:
			recs = append(recs, newRecord(at, recFinding, "2", fact.Finding{Text: "cwd differs", Level: "lead", Trials: []string{t.ID}}))
		}
	}
	return recs[:n]
}

func benchmarkResume(b *testing.B, cached bool) {
	dir := filepath.Join(b.TempDir(), folderName)
	if err := store.Folder(dir); err != nil {
		b.Fatal(err)
	}
	st, err := store.Create(filepath.Join(dir, "a.db"), testKey, longHistory(100_000)...)
	if err != nil {
		b.Fatal(err)
	}
	if err := st.SetMark(logMarkName, `{"upto": 100000}`); err != nil {
		b.Fatal(err)
	}
	_ = st.Close()
	if cached {
		s, err := Open(filepath.Dir(dir), "", Options{})
		if err != nil {
			b.Fatal(err)
		}
		_ = s.Close()
	}
	for b.Loop() {
		s, err := Open(filepath.Dir(dir), "", Options{})
		if err != nil {
			b.Fatal(err)
		}
		if s.State().Records != 100_000 {
			b.Fatal("records are missing")
		}
		b.StopTimer()
		_ = s.Close()
		if !cached {
			if st, err = store.Open(filepath.Join(dir, "a.db")); err == nil {
				err = st.SetCache(0, 0, nil)
				_ = st.Close()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
	}
}

func BenchmarkResume100k(b *testing.B)        { benchmarkResume(b, true) }
func BenchmarkResume100kNoCache(b *testing.B) { benchmarkResume(b, false) }
