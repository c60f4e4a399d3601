package notes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// fileBefore is a file as it was read, to tell whether somebody changes it
// before it is written again.
type fileBefore struct {
	path   string // with symbolic links followed
	data   []byte
	exists bool
	mode   os.FileMode
	size   int64
	mtime  time.Time
}

func readBefore(path string) (fileBefore, error) {
	b := fileBefore{path: path, mode: 0o644}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		b.path = real
	}
	fi, err := os.Stat(b.path)
	if errors.Is(err, os.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	if !fi.Mode().IsRegular() {
		return b, fmt.Errorf("%s is not a regular file", path)
	}
	b.exists, b.mode, b.size, b.mtime = true, fi.Mode().Perm(), fi.Size(), fi.ModTime()
	b.data, err = os.ReadFile(b.path)
	return b, err
}

// replace writes data in the place of the file, durably and at once: readers
// see the old or the new one. Where nothing differs nothing is written.
func (b fileBefore) replace(data []byte) (wrote bool, err error) {
	if b.exists && bytes.Equal(b.data, data) {
		return false, nil
	}
	dir := filepath.Dir(b.path)
	tmp, err := os.CreateTemp(dir, ".casebook-*.tmp")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // gone already where the rename worked
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(b.mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return false, err
	}
	if err := b.unchanged(); err != nil {
		return false, err
	}
	if err := os.Rename(tmp.Name(), b.path); err != nil {
		return false, err
	}
	return true, syncDir(dir)
}

func (b fileBefore) unchanged() error {
	fi, err := os.Stat(b.path)
	if errors.Is(err, os.ErrNotExist) && !b.exists {
		return nil
	}
	if err != nil || !b.exists || fi.Size() != b.size || !fi.ModTime().Equal(b.mtime) {
		return fmt.Errorf("%s was changed by somebody else meanwhile; nothing was written to it, export again", b.path)
	}
	return nil
}
