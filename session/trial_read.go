package session

import (
	"encoding/json"
	"fmt"

	"casebook/session/store"
	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// The details of a trial: for each stream its size in "stream.0", and what was
// kept of it in "head.0" and "tail.0".
func streamDetails(streams []fact.Stream) []store.Detail {
	var all []store.Detail
	for i, o := range streams {
		head, tail := o.Head, o.Tail
		o.Head, o.Tail = nil, nil
		about, _ := json.Marshal(o)
		all = append(all, store.Detail{Name: fmt.Sprintf("stream.%d", i), Body: about},
			store.Detail{Name: fmt.Sprintf("head.%d", i), Body: head})
		if len(tail) > 0 {
			all = append(all, store.Detail{Name: fmt.Sprintf("tail.%d", i), Body: tail})
		}
	}
	return all
}

func streamsOf(details map[string][]byte) []fact.Stream {
	var all []fact.Stream
	for i := 0; ; i++ {
		about, ok := details[fmt.Sprintf("stream.%d", i)]
		if !ok {
			return all
		}
		var o fact.Stream
		_ = json.Unmarshal(about, &o) // what can't be read has no name, and its text still shows
		o.Head, o.Tail = details[fmt.Sprintf("head.%d", i)], details[fmt.Sprintf("tail.%d", i)]
		all = append(all, o)
	}
}

// Trial returns a trial with its kept output, masked.
func (s *Session) Trial(id string) (fact.Trial, bool) {
	for _, t := range s.State().Trials {
		if t.ID != id {
			continue
		}
		if rec, err := s.store.Of(recTrial, id); err == nil && rec > 0 {
			if details, err := s.store.Details(rec); err == nil {
				t.Output = streamsOf(details)
			}
		}
		return t, true
	}
	return fact.Trial{}, false
}

// Snapshot returns what the target of a trial was given; nil if it was not kept
// or its exact values were forgotten.
func (s *Session) Snapshot(trial string) *snapshot.Snapshot {
	rec, err := s.store.Of(recSnapshot, trial)
	if err != nil || rec == 0 {
		return nil
	}
	var snap snapshot.Snapshot
	if ok, err := s.store.Raw(rec, &snap); !ok || err != nil {
		return nil
	}
	return &snap
}
