package session

import (
	"fmt"
	"time"
)

// How often other processes are looked after. Looking costs a read of shared memory.
const (
	watchEvery  = 250 * time.Millisecond
	orphanEvery = 8 // of those: a run of another process may have died with it
)

// watch follows what other processes record.
func (s *Session) watch() {
	defer s.work.Done()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	seen, _ := s.store.DataVersion()
	_ = s.refresh() // what came between opening and looking
	for n := 1; ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		if v, err := s.store.DataVersion(); err == nil && v != seen {
			if s.refresh() == nil {
				seen = v
			}
		}
		if n%orphanEvery == 0 {
			_ = s.recover()
			s.keepCache()
		}
	}
}

// recover ends the runs whose process is gone, in the records and in words.
func (s *Session) recover() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fold.s.Active) == 0 || s.run != nil || !lockIsFree(s.path) {
		return nil
	}
	for _, a := range s.fold.s.Active {
		s.recovered = append(s.recovered, s.describeDead(a))
		r := newRecord(s.now(), recDied, a.Step, bodyRunEnd{Run: a.Run, Result: resultInterrupted,
			Why: fmt.Sprintf("process %d ended while it ran", a.PID)})
		if s.store.ReadOnly {
			s.fold.apply(r) // seen, but not kept: the next one who may write keeps it
			continue
		}
		if err := s.recordLocked(r); err != nil {
			return err
		}
	}
	s.publish()
	return nil
}

func (s *Session) describeDead(a Active) string {
	text := fmt.Sprintf("step %s was running when process %d ended (it began %s)", a.Step, a.PID, a.Since.Local().Format("2006-01-02 15:04:05"))
	for _, t := range s.fold.s.Trials {
		if t.Verdict == "" {
			text += fmt.Sprintf("; trial %s was interrupted", t.ID)
		}
	}
	return text
}
