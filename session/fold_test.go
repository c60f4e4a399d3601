package session

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"casebook/session/store"
	"casebook/steps/fact"

	"pgregory.net/rapid"
)

// history draws records such as a session writes, and some that make no sense.
func history(t *rapid.T) []*store.Record {
	at := time.Date(2025, 4, 13, 9, 0, 0, 5, time.UTC)
	created := bodyCreated{ID: "x-1", Number: 1, Title: "X", Dir: "/srv", Plan: twoCommands(), Case: bodyCase{Case: Case{Good: "true"}}, FromPlan: []string{"good"}}
	recs := []*store.Record{newRecord(at, recCreated, "", created)}
	word := rapid.SampledFrom([]string{"", "a", "two words", "ü\n"})
	step := rapid.SampledFrom([]string{"1", "2", "9"})
	running := int64(0)
	for i := range rapid.IntRange(0, 40).Draw(t, "records") {
		at = at.Add(time.Duration(rapid.IntRange(0, 1e10).Draw(t, "later")))
		id := fmt.Sprintf("1.g%d", rapid.IntRange(1, 4).Draw(t, "trial"))
		switch rapid.IntRange(0, 13).Draw(t, "type") {
		case 0:
			recs = append(recs, newRecord(at, recNote, step.Draw(t, "step"), bodyText{word.Draw(t, "text")}))
		case 1:
			recs = append(recs, newRecord(at, recTick, step.Draw(t, "step"), bodyTick{"1.1", rapid.Bool().Draw(t, "on")}))
		case 2:
			recs = append(recs, newRecord(at, recStepStatus, step.Draw(t, "step"), bodyTo{"done", word.Draw(t, "why")}))
		case 3:
			running = int64(i + 2)
			recs = append(recs, newRecord(at, recRun, step.Draw(t, "step"), bodyRun{PID: 7, Kind: "compare"}))
		case 4:
			recs = append(recs, newTrialRecord(at, recTrialStart, step.Draw(t, "step"), fact.Trial{ID: id, Side: fact.Good, Started: at}))
		case 5:
			recs = append(recs, newTrialRecord(at, recTrial, step.Draw(t, "step"), fact.Trial{ID: id, Verdict: fact.Fail, Started: at, Took: time.Second, Traced: true,
				Changes: []fact.Change{{Factor: fact.Factor{Kind: fact.Env, Name: "A"}, To: fact.Value{State: fact.Present, Shown: word.Draw(t, "to")}}, {To: fact.Value{State: fact.Unknown, Shown: "why"}}}}))
		case 6:
			recs = append(recs, newRecord(at, recTable, step.Draw(t, "step"), fact.Table{ID: word.Draw(t, "table"), Rows: [][]string{{word.Draw(t, "cell")}}}))
		case 7:
			recs = append(recs, newRecord(at, recFinding, step.Draw(t, "step"), fact.Finding{Text: word.Draw(t, "text"), Level: "lead", Trials: []string{id}}))
		case 8:
			recs = append(recs, newRecord(at, recRunEnd, "1", bodyRunEnd{Run: running, Result: rapid.SampledFrom([]string{"done", "stopped", "failed", "interrupted"}).Draw(t, "result")}))
		case 9:
			recs = append(recs, newRecord(at, recCase, "", bodyCase{Case: Case{Bad: word.Draw(t, "bad"), Deadline: time.Second}}))
		case 10:
			recs = append(recs, newRecord(at, recApproval, step.Draw(t, "step"), bodyApproval{Command: "make", Scope: rapid.SampledFrom([]Scope{Once, ForSession}).Draw(t, "scope")}))
		case 11:
			recs = append(recs, newRecord(at, recStatus, "", bodyTo{"blocked", word.Draw(t, "why")}))
		case 12:
			recs = append(recs, newRecord(at, recConclusion, step.Draw(t, "step"), bodyText{word.Draw(t, "text")}))
		case 13:
			recs = append(recs, &store.Record{At: at, Type: rapid.SampledFrom([]string{recTrial, recCase, "of the future"}).Draw(t, "odd"), Body: []byte(word.Draw(t, "body"))})
		}
	}
	for i, r := range recs {
		r.ID = int64(i + 1)
	}
	return recs
}

func same(t interface{ Fatalf(string, ...any) }, what string, got, want State) {
	if !reflect.DeepEqual(got, want) {
		g, _ := json.MarshalIndent(got, "", " ")
		w, _ := json.MarshalIndent(want, "", " ")
		t.Fatalf("%s\ngot  %s\nwant %s", what, g, w)
	}
}

func TestFoldGoesOnFromAnyPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := history(t)
		want := Fold(recs)
		cut := rapid.IntRange(0, len(recs)).Draw(t, "cut")
		f := newFolder()
		for _, r := range recs[:cut] {
			f.apply(r)
		}
		handed := f.state()
		before, _ := json.Marshal(handed)
		for _, r := range recs[cut:] {
			f.apply(r)
		}
		same(t, "a prefix and the rest are not the whole", f.state(), want)
		if after, _ := json.Marshal(handed); string(after) != string(before) {
			t.Fatalf("a state that was handed out has changed\nfrom %s\nto   %s", before, after)
		}
	})
}

func TestCacheIsTheFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := history(t)
		want := Fold(recs)
		cut := rapid.IntRange(1, len(recs)).Draw(t, "cut")
		f := newFolder()
		for _, r := range recs[:cut] {
			f.apply(r)
		}
		body, err := encodeFold(f)
		if err != nil {
			t.Fatal(err)
		}
		c, err := decodeFold(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range recs[cut:] {
			c.apply(r)
		}
		same(t, "a cache and the rest are not the whole", c.state(), want)
	})
}

func FuzzDecodeFold(f *testing.F) {
	fold := newFolder()
	for _, r := range longHistory(50) {
		fold.apply(r)
	}
	body, err := encodeFold(fold)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(body[:len(body)-1])
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = decodeFold(b) })
}

// What a cache does not know is lost at the next start. Whoever adds a field
// adds it to cache_state.go and cache_compact.go too, raises cacheForm, and
// then the numbers here.
func TestCacheKnowsEveryField(t *testing.T) {
	for typ, want := range map[reflect.Type]int{
		reflect.TypeFor[fact.Trial](): 15, reflect.TypeFor[fact.Change](): 2, reflect.TypeFor[fact.Factor](): 2,
		reflect.TypeFor[fact.Value](): 3, reflect.TypeFor[Found](): 3, reflect.TypeFor[fact.Finding](): 3,
		reflect.TypeFor[Note](): 3, reflect.TypeFor[StepState](): 15,
	} {
		if got := typ.NumField(); got != want {
			t.Errorf("%s has %d fields, the cache knows %d", typ, got, want)
		}
	}
}

func TestResumeFromCacheIsResumeFromRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), folderName)
	if err := store.Folder(dir); err != nil {
		t.Fatal(err)
	}
	recs := longHistory(2000)
	st, err := store.Create(filepath.Join(dir, "a.db"), testKey, recs...)
	if err != nil {
		t.Fatal(err)
	}
	_ = st.Close()
	open := func() *State {
		s, err := Open(filepath.Dir(dir), "", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return s.State()
	}
	first, second := open(), open()
	if st, err = store.OpenToRead(filepath.Join(dir, "a.db")); err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if upto, _, err := st.Cache(cacheForm); upto != 2000 || err != nil {
		t.Fatalf("the cache has %d records, %v", upto, err)
	}
	same(t, "the second start differs", *second, *first)
	for i, r := range recs {
		r.ID = int64(i + 1)
	}
	if want := Fold(recs); !reflect.DeepEqual(second.Trials, want.Trials) || !reflect.DeepEqual(second.Notes, want.Notes) {
		t.Fatal("the cache is not the fold")
	}
	if strings.Join(second.Recovered, "") != "" {
		t.Fatalf("recovered: %q", second.Recovered)
	}
}
