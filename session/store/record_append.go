package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/gob"
	"errors"
	"time"
)

// Record is one thing that happened.
type Record struct {
	ID    int64 // given by Append
	At    time.Time
	Type  string
	Step  string
	Trial string
	Body  []byte // JSON, masked

	Details []Detail // large parts, written with the record; Since does not read them
	Raw     any      // exact values for gob; nil: none
}

// Detail is a large, masked part of a record.
type Detail struct {
	Name string
	Body []byte
}

// timeForm sorts as text and loses nothing.
const timeForm = "2006-01-02T15:04:05.000000000Z"

// Append writes records in one transaction. When it returns nil they are on
// disk and have their IDs; when it returns an error none of them is there.
func (s *Store) Append(recs ...*Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return err
	}
	return told(s.Path, s.within(func(ctx context.Context) error {
		for _, r := range recs {
			if err := s.insert(ctx, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Store) mayWrite() error {
	if s.db == nil {
		return &Error{Path: s.Path, Err: errors.New("it is closed")}
	}
	if s.ReadOnly {
		return &Error{Path: s.Path, Kind: ErrReadOnly}
	}
	return nil
}

// within runs f in a transaction that takes the write lock at its beginning: one
// that starts by reading can't wait for a writer, it fails at once.
func (s *Store) within(f func(context.Context) error) error {
	ctx := context.Background()
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f(ctx)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, _ = s.conn.ExecContext(ctx, "ROLLBACK")
	}
	return err
}

func (s *Store) insert(ctx context.Context, r *Record) error {
	res, err := s.stmt.record.ExecContext(ctx, r.At.UTC().Format(timeForm), r.Type, r.Step, r.Trial, string(r.Body))
	if err != nil {
		return err
	}
	if r.ID, err = res.LastInsertId(); err != nil {
		return err
	}
	for _, d := range r.Details {
		if _, err := s.stmt.detail.ExecContext(ctx, r.ID, d.Name, blob(d.Body)); err != nil {
			return err
		}
	}
	if r.Raw == nil {
		return nil
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(r.Raw); err != nil {
		return err
	}
	_, err = s.stmt.raw.ExecContext(ctx, r.ID, b.Bytes())
	return err
}

// blob makes nil an empty blob: the driver writes a nil slice as NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Raw reads the exact value that was written with a record into a pointer of
// the type it had; false if there is none, or none any more.
func (s *Store) Raw(record int64, into any) (bool, error) {
	b, err := s.one("SELECT body FROM raw WHERE record = ?", record)
	if b == nil || err != nil {
		return false, err
	}
	return true, told(s.Path, gob.NewDecoder(bytes.NewReader(b)).Decode(into))
}

// one reads a single blob; nil if there is no such row.
func (s *Store) one(query string, args ...any) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil, s.mayWrite()
	}
	var b []byte
	err := s.conn.QueryRowContext(context.Background(), query, args...).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return blob(b), told(s.Path, err)
}
