package store

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
)

// Key is the secret with which this session's fingerprints are made.
func (s *Store) Key() ([]byte, error) {
	return s.one("SELECT body FROM keys WHERE name = 'mask'")
}

func (s *Store) setKey(ctx context.Context, key []byte) error {
	_, err := s.conn.ExecContext(ctx, "INSERT OR REPLACE INTO keys(name, body) VALUES ('mask', ?)", key)
	return told(s.Path, err)
}

// ForgetRaw drops every exact value and the key of the fingerprints, and
// rewrites the file so that their bytes are gone from it.
func (s *Store) ForgetRaw() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return err
	}
	return told(s.Path, s.forget())
}

func (s *Store) forget() error {
	ctx := context.Background()
	for _, q := range []string{"PRAGMA secure_delete = ON", "DELETE FROM raw", "DELETE FROM keys"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	if err := s.setKey(ctx, fresh); err != nil {
		return err
	}
	for _, q := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Pack writes a copy of the file without exact values. They never reach dst,
// not even for a moment: the copy is cleaned beside the original first.
func (s *Store) Pack(dst string) error {
	dst, err := filepath.Abs(dst)
	if err != nil {
		return told(dst, err)
	}
	if _, err := os.Lstat(dst); err == nil {
		return &Error{Path: dst, Kind: ErrExists}
	}
	tmp := filepath.Join(packFolder(s), unfinished+rand.Text()+".db")
	defer removeStore(tmp)
	if err := s.copyTo(tmp); err != nil {
		return retold(tmp, err)
	}
	clean, err := connect(tmp, "rw", false)
	if err != nil {
		return err
	}
	defer clean.Close()
	if err := clean.forget(); err != nil {
		return told(dst, err)
	}
	if err := clean.copyTo(dst); err != nil {
		removeStore(dst)
		return retold(dst, err)
	}
	return told(dst, syncFolder(filepath.Dir(dst)))
}

// packFolder is where nobody else can read; a store that can't be written has no such place beside it.
func packFolder(s *Store) string {
	if s.ReadOnly {
		return os.TempDir()
	}
	return filepath.Dir(s.Path)
}

func (s *Store) copyTo(path string) error {
	if err := reserve(path); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return s.mayWrite()
	}
	if _, err := s.conn.ExecContext(context.Background(), "VACUUM INTO ?", path); err != nil {
		return errors.Join(told(path, err), os.Remove(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return told(path, err)
	}
	return told(path, errors.Join(f.Sync(), f.Close()))
}
