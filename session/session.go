package session

import (
	"sync"
	"sync/atomic"
	"time"

	"casebook/session/store"
	"casebook/steps"
	"casebook/steps/snapshot"
)

// Options is what a session is opened with. The zero value opens one that can
// be read and written but runs nothing.
type Options struct {
	Experiments map[string]steps.Experiment // by kind; a kind that is not in it is worked by hand
	Approvals   string                      // file of the commands approved for always; "": in the user's state folder
	Now         func() time.Time            // nil: time.Now
}

// Summary is one session of a folder, without its details.
type Summary struct {
	ID      string    `json:"id"`
	Path    string    `json:"path"`
	Title   string    `json:"title"`
	Plan    string    `json:"plan,omitempty"`
	Status  Status    `json:"status"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Steps   int       `json:"steps"`
	Done    int       `json:"done"`
	Trials  int       `json:"trials"`
	Runner  int       `json:"runner,omitempty"`  // the process that runs a step of it now
	Trouble string    `json:"trouble,omitempty"` // why it can't be opened; then the rest may be empty
}

// Session is an open investigation. Its methods may be called from any
// goroutine; what they change is recorded before they return.
type Session struct {
	opts  Options
	path  string
	store *store.Store
	mask  snapshot.Mask

	mu        sync.Mutex // guards the fold and what stands beside it
	fold      *folder
	recovered []string
	troubles  map[string]string // by what has trouble: "log"
	run       *Run
	closed    bool

	state   atomic.Pointer[State]
	changed chan struct{}
	stop    chan struct{} // closed by Close
	work    sync.WaitGroup
	log     *projector
}

// State is what the records tell so far. Nobody may change what it points to.
func (s *Session) State() *State { return s.state.Load() }

// Changed gets one value after any number of changes: of the state, by whatever
// process, and of what a run shows. It is one channel, for one watcher.
func (s *Session) Changed() <-chan struct{} { return s.changed }

func (s *Session) tick() {
	select {
	case s.changed <- struct{}{}:
	default: // one is waiting already
	}
}

func (s *Session) now() time.Time {
	if s.opts.Now != nil {
		return s.opts.Now()
	}
	return time.Now()
}

// record makes records durable, then applies them, then tells. The lock is held
// over all of it: states follow each other in the order of the records.
func (s *Session) record(recs ...*store.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recordLocked(recs...)
}

func (s *Session) recordLocked(recs ...*store.Record) error {
	if err := s.store.Append(recs...); err != nil {
		return err
	}
	if recs[0].ID == s.fold.last+1 {
		for _, r := range recs {
			s.fold.apply(r)
		}
	} else if err := catchUp(s.store, s.fold); err != nil { // another process was in between
		return err
	}
	s.publish()
	s.log.wake()
	return nil
}

// publish makes the fold the state that is seen. The caller has the lock.
func (s *Session) publish() {
	st := s.fold.state()
	propose(&st, s.Available)
	st.Recovered = append(append([]string(nil), st.Recovered...), s.recovered...)
	st.LogTrouble = s.troubles["log"]
	if p := s.log.path(); p != "" {
		st.LogPath = p
	}
	s.state.Store(&st)
	s.tick()
}

// refresh applies what other processes recorded.
func (s *Session) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.fold.last
	if err := catchUp(s.store, s.fold); err != nil {
		return err
	}
	if s.fold.last != before {
		s.publish()
	}
	return nil
}

// Available says whether kind has an experiment; one that has not is worked by hand.
func (s *Session) Available(kind string) bool {
	_, ok := s.opts.Experiments[kind]
	return ok
}

// Close stops what runs, waits until that is recorded, and lets go of the files.
func (s *Session) Close() error {
	s.mu.Lock()
	run, closed := s.run, s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	if run != nil {
		run.Stop()
		<-run.Done()
	}
	close(s.stop)
	s.work.Wait()
	s.keepCache()
	return s.store.Close()
}
