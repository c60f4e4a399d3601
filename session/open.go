package session

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"casebook/session/store"
)

// Open opens the session whose ID is id or begins with it; "" is the one that
// was changed last. What was running in a process that is gone is interrupted.
func Open(dir, id string, o Options) (*Session, error) {
	path, err := find(dir, id)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(path)
	if err != nil {
		return nil, err
	}
	return begin(st, o)
}

// begin makes a session of an open store, which it closes if it can't.
func begin(st *store.Store, o Options) (*Session, error) {
	s := &Session{opts: o, path: st.Path, store: st, troubles: map[string]string{},
		changed: make(chan struct{}, 1), stop: make(chan struct{})}
	if err := s.load(); err != nil {
		_ = st.Close()
		return nil, err
	}
	s.log = newProjector(s)
	s.lookAround()
	s.mu.Lock()
	s.publish()
	s.mu.Unlock()
	if err := s.recover(); err != nil {
		s.recovered = append(s.recovered, "the interruption could not be recorded: "+err.Error())
	}
	s.work.Add(2)
	go s.watch()
	go s.log.work()
	return s, nil
}

func (s *Session) load() error {
	key, err := s.store.Key()
	if err != nil {
		return err
	}
	s.mask = newMask(key)
	if s.fold, err = load(s.store); err != nil {
		return err
	}
	if s.fold.s.ID == "" {
		return &store.Error{Path: s.path, Kind: store.ErrCorrupt, Err: fmt.Errorf("its first record is missing")}
	}
	_, c, _ := s.exact(&s.fold.s)
	learnCase(s.mask, c)
	return nil
}

// lookAround tells what is not as it was when the session was left.
func (s *Session) lookAround() {
	if s.store.ReadOnly {
		s.recovered = append(s.recovered, "the session can't be written here: it is open for reading")
	}
	if p := s.fold.s.Plan; p.File != "" && p.Hash != "" {
		src, err := os.ReadFile(p.File)
		switch {
		case os.IsNotExist(err):
			s.recovered = append(s.recovered, fmt.Sprintf("the plan %s is gone; the session goes on with it as it was read", p.File))
		case err == nil && hashOf(src) != p.Hash:
			s.recovered = append(s.recovered, fmt.Sprintf("the plan %s has changed; the session goes on with it as it was read", p.File))
		}
	}
}

func hashOf(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}
