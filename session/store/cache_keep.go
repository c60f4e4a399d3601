package store

import (
	"context"
	"database/sql"
	"errors"
)

// SetCache keeps a state that was folded from the records up to one ID. It is
// no record: losing it costs time, nothing else.
func (s *Store) SetCache(upto int64, form int, body []byte) error {
	return s.exec("INSERT OR REPLACE INTO cache(id, upto, form, body) VALUES (1, ?, ?, ?)", upto, form, blob(body))
}

// Cache reads what SetCache kept in the same form; 0 and nil if there is none.
// One that claims records which are not there is ignored.
func (s *Store) Cache(form int) (upto int64, body []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return 0, nil, s.mayWrite()
	}
	err = s.conn.QueryRowContext(context.Background(),
		"SELECT upto, body FROM cache WHERE id = 1 AND form = ? AND upto <= (SELECT coalesce(max(id), 0) FROM records)", form).Scan(&upto, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return upto, body, told(s.Path, err)
}

// SetMark keeps a short text under a name, over what was there. Marks are
// bookkeeping (how far the log was written), not history.
func (s *Store) SetMark(name, text string) error {
	return s.exec("INSERT OR REPLACE INTO marks(name, body) VALUES (?, ?)", name, text)
}

// Mark reads what SetMark kept; "" if there is none.
func (s *Store) Mark(name string) (string, error) {
	b, err := s.one("SELECT body FROM marks WHERE name = ?", name)
	return string(b), err
}

func (s *Store) exec(query string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return err
	}
	_, err := s.conn.ExecContext(context.Background(), query, args...)
	return told(s.Path, err)
}
