package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// inspect reads the first bytes of a file, so that what is not ours is told
// before SQLite has touched it.
func inspect(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return &Error{Path: path, Kind: readKind(err), Err: err}
	}
	defer f.Close()
	var head [100]byte
	switch _, err := io.ReadFull(f, head[:]); {
	case errors.Is(err, io.EOF):
		return &Error{Path: path, Kind: ErrNotStore, Err: errors.New("it is empty")}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Path: path, Kind: ErrNotStore, Err: errors.New("it is too short")}
	case err != nil:
		return &Error{Path: path, Err: err}
	}
	if string(head[:16]) != "SQLite format 3\x00" {
		return &Error{Path: path, Kind: ErrNotStore, Err: errors.New("it is not a database")}
	}
	if id := binary.BigEndian.Uint32(head[68:]); id != appID {
		return &Error{Path: path, Kind: ErrNotStore, Err: errors.New("it is a database of another program")}
	}
	return checkVersion(path, int64(binary.BigEndian.Uint32(head[60:])))
}

func checkVersion(path string, v int64) error {
	if v > Version {
		return &Error{Path: path, Kind: ErrNewer, Err: fmt.Errorf("its form is %d, this casebook knows up to %d", v, Version)}
	}
	return nil
}

// readKind leaves a file that can't be read without a kind: "it can't be written" would be wrong.
func readKind(err error) error {
	if k := kindOf(err); k != ErrReadOnly {
		return k
	}
	return nil
}
