package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Store is an open session file. Its methods may be called from any goroutine.
type Store struct {
	Path     string
	ReadOnly bool // writes give ErrReadOnly

	mu   sync.Mutex // one connection: data_version tells what others did, and only others
	db   *sql.DB
	conn *sql.Conn
	stmt statements
}

type statements struct {
	record, detail, raw, since, version *sql.Stmt
}

// Open opens a file that Create made. Where folder or file can't be written it
// is opened for reading.
func Open(path string) (*Store, error) { return open(path, false) }

// OpenToRead opens a file and writes nothing, whatever the permissions are.
func OpenToRead(path string) (*Store, error) { return open(path, true) }

func open(path string, readOnly bool) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, told(path, err)
	}
	if err := inspect(path); err != nil {
		return nil, err
	}
	if !readOnly && writable(path) {
		return connect(path, "rw", false)
	}
	s, err := connect(path, "ro", true)
	if err != nil && !hasWAL(path) {
		// Nobody has it open and its folder takes no files: nothing can change under us.
		return connect(path, "ro&immutable=1", true)
	}
	return s, err
}

func writable(path string) bool {
	return unix.Access(path, unix.W_OK) == nil && unix.Access(filepath.Dir(path), unix.W_OK|unix.X_OK) == nil
}

func hasWAL(path string) bool {
	st, err := os.Stat(path + "-wal")
	return err == nil && st.Size() > 0
}

// dsn: synchronous=FULL makes a commit durable, not only consistent. The
// waiting time comes first, since the pragmas after it may have to wait.
func dsn(path, mode string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=" + mode +
		"&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"
}

func connect(path, mode string, readOnly bool) (*Store, error) {
	db, err := sql.Open("sqlite", dsn(path, mode))
	if err != nil {
		return nil, told(path, err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{Path: path, ReadOnly: readOnly, db: db}
	if err := s.prepare(); err != nil {
		_ = s.Close()
		return nil, told(path, err)
	}
	return s, nil
}

func (s *Store) prepare() error {
	ctx := context.Background()
	var err error
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return err
	}
	var version int64
	if err := s.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := checkVersion(s.Path, version); err != nil {
		return err
	}
	for _, p := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&s.stmt.record, "INSERT INTO records(at, type, step, trial, body) VALUES (?, ?, ?, ?, ?)"},
		{&s.stmt.detail, "INSERT INTO details(record, name, body) VALUES (?, ?, ?)"},
		{&s.stmt.raw, "INSERT INTO raw(record, body) VALUES (?, ?)"},
		{&s.stmt.since, "SELECT id, at, type, step, trial, body FROM records WHERE id > ? ORDER BY id"},
		{&s.stmt.version, "PRAGMA data_version"},
	} {
		if *p.to, err = s.conn.PrepareContext(ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}

// Close lets go of the file. It may be called again.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	for _, st := range []*sql.Stmt{s.stmt.record, s.stmt.detail, s.stmt.raw, s.stmt.since, s.stmt.version} {
		if st != nil {
			_ = st.Close()
		}
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
	err := s.db.Close()
	s.db, s.conn = nil, nil
	return told(s.Path, err)
}
