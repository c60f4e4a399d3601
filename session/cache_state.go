package session

import (
	"encoding/json"
	"errors"
	"time"

	"casebook/session/store"
	"casebook/steps/fact"
)

// cacheForm is raised whenever what a fold makes of the records changes, or how
// it is written here: a cache of another form is not looked at.
const cacheForm = 3

// A fold is written as a head in JSON and the long lists in a form that is read
// without copying: a session of 100,000 records opens in the time of reading
// them once. TestCacheKnowsEveryField fails when a field is added to neither.
type cacheHead struct {
	State  State // without steps and the long lists
	Steps  []cachedStep
	Last   int64
	Counts [3]int // trials, findings, notes
}

type cachedStep struct {
	Kind       string
	Status     StepStatus
	Ticked     map[string]bool
	Conclusion string
	Tables     []fact.Table
	Answer     *fact.Answer
	Files      []string
	ResumeFrom time.Time
	Started    time.Time
	Took       time.Duration
	Why        string
	Trials     int // how many; their IDs are in the compact part
}

func encodeFold(f *folder) ([]byte, error) {
	h := cacheHead{State: f.s, Last: f.last, Counts: [3]int{len(f.s.Trials), len(f.s.Findings), len(f.s.Notes)}}
	h.State.Steps, h.State.Trials, h.State.Findings, h.State.Notes = nil, nil, nil, nil
	for _, st := range f.s.Steps {
		h.Steps = append(h.Steps, cachedStep{st.Kind, st.Status, st.Ticked, st.Conclusion, st.Tables, st.Answer, st.Files, st.ResumeFrom, st.Started, st.Took, st.Why, len(st.Trials)})
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	w := &compactWriter{}
	w.text(string(head))
	for _, st := range f.s.Steps {
		for _, id := range st.Trials {
			w.text(id)
		}
	}
	for i := range f.s.Trials {
		w.trial(&f.s.Trials[i])
	}
	for _, n := range f.s.Findings {
		w.finding(n)
	}
	for _, n := range f.s.Notes {
		w.note(n)
	}
	return w.b, nil
}

var errCache = errors.New("the cache can't be read")

func decodeFold(b []byte) (*folder, error) {
	r := &compactReader{s: string(b)}
	var h cacheHead
	if err := json.Unmarshal([]byte(r.text()), &h); err != nil {
		return nil, err
	}
	f := newFolder()
	f.s, f.last = h.State, h.Last
	f.s.Created, f.s.Updated = local(f.s.Created), local(f.s.Updated)
	for i := range f.s.Active {
		f.s.Active[i].Since = local(f.s.Active[i].Since)
	}
	if len(h.Steps) != len(f.s.Plan.Steps) {
		return nil, errCache
	}
	for i, c := range h.Steps {
		st := StepState{Step: f.s.Plan.Steps[i], Kind: c.Kind, Status: c.Status, Ticked: c.Ticked, Conclusion: c.Conclusion,
			Tables: c.Tables, Answer: c.Answer, Files: c.Files, ResumeFrom: local(c.ResumeFrom), Started: local(c.Started), Took: c.Took, Why: c.Why, Trials: list(r, c.Trials, r.text)}
		f.s.Steps = append(f.s.Steps, st)
		f.steps[st.ID] = i
	}
	f.s.Trials = list(r, h.Counts[0], r.trial)
	f.s.Findings = list(r, h.Counts[1], r.finding)
	f.s.Notes = list(r, h.Counts[2], r.note)
	if r.broken || r.at != len(r.s) {
		return nil, errCache
	}
	f.trials = make(map[string]int, len(f.s.Trials))
	for i := range f.s.Trials {
		f.trials[f.s.Trials[i].ID] = i
	}
	return f, nil
}

// list reads n values; a number that can't be true breaks the reader, not the memory.
func list[T any](r *compactReader, n int, one func() T) []T {
	if n < 0 || n > len(r.s)-r.at {
		r.broken = true
		return nil
	}
	if n == 0 {
		return nil
	}
	all := make([]T, n)
	for i := range all {
		all[i] = one()
	}
	return all
}

// local is a time as a fold has it: without a monotonic reading, in the zone of the machine.
func local(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.Round(0).Local()
}

// load folds what a store holds, beginning where the cache ends.
func load(st *store.Store) (*folder, error) {
	f := newFolder()
	if upto, body, err := st.Cache(cacheForm); err == nil && upto > 0 {
		if c, err := decodeFold(body); err == nil && c.last == upto {
			f, f.cached = c, upto
		}
	}
	return f, catchUp(st, f)
}

// catchUp applies the records that the fold has not seen.
func catchUp(st *store.Store, f *folder) error {
	return st.Since(f.last, func(r *store.Record) error {
		f.apply(r)
		return nil
	})
}

// When a new cache is worth writing: what has to be folded at the next start
// stays a small part of the whole.
const (
	cacheLeast = 500
	cachePart  = 20
)

// keepCache writes the fold down if enough has been added. Failing costs time
// at the next start and nothing else.
func (s *Session) keepCache() {
	s.mu.Lock()
	f := s.fold
	upto := f.last
	if s.store.ReadOnly || upto-f.cached < max(cacheLeast, upto/cachePart) || f.dirty {
		s.mu.Unlock()
		return
	}
	body, err := encodeFold(f)
	f.cached = upto
	s.mu.Unlock()
	if err == nil {
		_ = s.store.SetCache(upto, cacheForm, body)
	}
}
