package notes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockWait is how long an append waits for another one; each takes milliseconds.
const lockWait = 5 * time.Second

// openLocked opens a file for appending, creates it with its folder where it is
// missing, and holds its lock until it is closed. The lock is on the file
// itself: two working directories may share one log.
func openLocked(path string) (f *os.File, created bool, err error) {
	deadline := time.Now().Add(lockWait)
	for {
		if f, created, err = openAppend(path, created); err != nil {
			return nil, false, err
		}
		if err = lockFile(f, deadline); err == nil {
			if same(f, path) {
				return f, created, nil
			}
			err = fmt.Errorf("%s is replaced again and again", path)
		}
		_ = f.Close()
		if !time.Now().Before(deadline) {
			return nil, false, err
		}
	}
}

// openAppend opens without reading from a terminal or waiting for a pipe.
func openAppend(path string, before bool) (*os.File, bool, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err == nil {
		if fi, err := f.Stat(); err == nil && !fi.Mode().IsRegular() {
			_ = f.Close()
			return nil, false, fmt.Errorf("%s is not a regular file", path)
		}
		return f, before, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, false, err
	}
	f, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	return f, true, err
}

func lockFile(f *os.File, deadline time.Time) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.ENOTSUP) {
			return nil // a file system without locks: one write is still one write
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		if !time.Now().Before(deadline) {
			return fmt.Errorf("lock %s: another process has held it for %s", f.Name(), lockWait)
		}
		time.Sleep(pause)
	}
}

// same says whether path still leads to the file that was opened.
func same(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// syncDir makes names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
