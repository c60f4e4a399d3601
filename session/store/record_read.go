package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Since calls each with every record after the one with ID after, in order,
// without details. The record is the callee's to keep. An error of each stops it.
func (s *Store) Since(after int64, each func(*Record) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return s.mayWrite()
	}
	rows, err := s.stmt.since.QueryContext(context.Background(), after)
	if err != nil {
		return told(s.Path, err)
	}
	defer rows.Close()
	var at, typ, step, trial, body sql.RawBytes
	for rows.Next() {
		r := &Record{}
		if err := rows.Scan(&r.ID, &at, &typ, &step, &trial, &body); err != nil {
			return told(s.Path, err)
		}
		if r.At, err = time.Parse(timeForm, string(at)); err != nil {
			return &Error{Path: s.Path, Kind: ErrCorrupt, Err: fmt.Errorf("record %d: %w", r.ID, err)}
		}
		r.Type, r.Step, r.Trial = string(typ), string(step), string(trial)
		r.Body = append(make([]byte, 0, len(body)), body...)
		if err := each(r); err != nil {
			return err
		}
	}
	return told(s.Path, rows.Err())
}

// Last is the ID of the newest record.
func (s *Store) Last() (int64, error) {
	var id int64
	return id, s.scan(&id, "SELECT coalesce(max(id), 0) FROM records")
}

// Of is the ID of the newest record of a type and trial; 0 if there is none.
func (s *Store) Of(typ, trial string) (int64, error) {
	var id int64
	return id, s.scan(&id, "SELECT coalesce(max(id), 0) FROM records WHERE trial = ? AND type = ? AND trial <> ''", trial, typ)
}

func (s *Store) scan(into any, query string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return s.mayWrite()
	}
	return told(s.Path, s.conn.QueryRowContext(context.Background(), query, args...).Scan(into))
}

// Details reads the details of a record by name.
func (s *Store) Details(record int64) (map[string][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil, s.mayWrite()
	}
	rows, err := s.conn.QueryContext(context.Background(), "SELECT name, body FROM details WHERE record = ?", record)
	if err != nil {
		return nil, told(s.Path, err)
	}
	defer rows.Close()
	all := map[string][]byte{}
	for rows.Next() {
		var name string
		var body []byte
		if err := rows.Scan(&name, &body); err != nil {
			return nil, told(s.Path, err)
		}
		all[name] = blob(body)
	}
	return all, told(s.Path, rows.Err())
}

// DataVersion changes whenever another process has written to the file, and
// only then. It costs a look at shared memory.
func (s *Store) DataVersion() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return 0, s.mayWrite()
	}
	var v int64
	return v, told(s.Path, s.stmt.version.QueryRowContext(context.Background()).Scan(&v))
}

// LastAt is when the newest record was made; zero if there is none.
func (s *Store) LastAt() (time.Time, error) {
	var at string
	if err := s.scan(&at, "SELECT coalesce((SELECT at FROM records ORDER BY id DESC LIMIT 1), '')"); err != nil || at == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(timeForm, at)
	if err != nil {
		return t, &Error{Path: s.Path, Kind: ErrCorrupt, Err: err}
	}
	return t, nil
}
