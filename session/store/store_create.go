package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Folder makes dir and marks it as nobody else's business: mode 0700, whatever
// the umask, and ignored by git.
func Folder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return told(dir, err)
	}
	st, err := os.Stat(dir)
	if err == nil && !st.IsDir() {
		err = &Error{Path: dir, Kind: ErrReadOnly, Err: errors.New("a file stands where the folder of sessions should be")}
	}
	if err == nil && st.Mode().Perm() != 0o700 {
		err = os.Chmod(dir, 0o700)
	}
	if err != nil {
		return told(dir, err)
	}
	ignore := filepath.Join(dir, ".gitignore")
	if _, err := os.Lstat(ignore); err == nil {
		return nil
	}
	return told(ignore, os.WriteFile(ignore, []byte("*\n"), 0o600))
}

// Create makes a session file with the key of its fingerprints and its first records. The file appears under
// its name complete or not at all; one that is there already gives ErrExists.
func Create(path string, key []byte, first ...*Record) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, told(path, err)
	}
	tmp := filepath.Join(filepath.Dir(path), unfinished+rand.Text()+".db")
	defer removeStore(tmp)
	if err := build(tmp, key, first); err != nil {
		return nil, retold(path, err)
	}
	if err := publish(tmp, path); err != nil {
		return nil, told(path, err)
	}
	return Open(path)
}

// unfinished begins the names of files that are being made.
const unfinished = ".new-"

func build(tmp string, key []byte, first []*Record) error {
	if err := reserve(tmp); err != nil {
		return err
	}
	if err := initialise(tmp); err != nil {
		return told(tmp, err)
	}
	s, err := connect(tmp, "rw", false)
	if err != nil {
		return err
	}
	err = s.setKey(context.Background(), key)
	if err == nil {
		err = s.Append(first...)
	}
	return errors.Join(err, s.Close())
}

// reserve makes an empty file that only its owner may read, whatever the umask.
// SQLite gives the files beside it the same mode.
func reserve(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return told(path, err)
	}
	return told(path, errors.Join(f.Chmod(0o600), f.Close()))
}

func initialise(path string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		fmt.Sprintf("PRAGMA application_id = %d", appID),
		"PRAGMA journal_mode = WAL",
		"BEGIN IMMEDIATE;" + schema + fmt.Sprintf("PRAGMA user_version = %d; COMMIT", Version),
	} {
		if _, err := db.Exec(q); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	return db.Close()
}

// publish gives the finished file its name. A hard link refuses to overwrite;
// where the file system has none, a rename after a look has to do.
func publish(tmp, path string) error {
	err := os.Link(tmp, path)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) {
		if _, err := os.Lstat(path); err == nil {
			return os.ErrExist
		}
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

func removeStore(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix)
	}
}

// retold puts the name that the user knows in place of the temporary one.
func retold(path string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return &Error{Path: path, Kind: e.Kind, Err: e.Err}
	}
	return told(path, err)
}

// Sweep removes files that a process died over while it made them, if they are older than age.
func Sweep(dir string, age time.Duration) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), unfinished) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > age {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
