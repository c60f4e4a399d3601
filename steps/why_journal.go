package steps

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Journal keeps the verdicts of a search outside any session, so that one that
// was killed goes on where it was. Each is on disk before it is used. It holds names of factors,
// verdicts and seconds: no value of any of them, and no command.
type Journal struct {
	f     *os.File
	known []Recorded
}

// journalKeeps is for how long verdicts are believed: whoever comes back later has changed something.
const journalKeeps = 24 * time.Hour

// ErrJournalBusy says that another search of the same case is under way.
var ErrJournalBusy = errors.New("another search of the same case is under way")

// OpenJournal opens the journal of a case in a folder, which is made where it is
// missing. With fresh, what stands there is forgotten.
func OpenJournal(dir string, c Case, fresh bool) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	path := filepath.Join(dir, caseHash(c)+".jsonl")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &Journal{f: f}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("journal %s: %w", path, ErrJournalBusy)
	}
	if err := j.read(fresh); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("journal %s: %w", path, err)
	}
	return j, nil
}

func caseHash(c Case) string {
	text, _ := json.Marshal(c) // strings and numbers: never fails
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:12])
}

// read takes the whole lines; one that was cut off by the kill goes.
func (j *Journal) read(fresh bool) error {
	st, err := j.f.Stat()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(j.f)
	if err != nil {
		return err
	}
	good := int64(0)
	if !fresh && time.Since(st.ModTime()) < journalKeeps {
		for line := range bytes.Lines(text) {
			var r Recorded
			if line[len(line)-1] != '\n' || json.Unmarshal(line, &r) != nil {
				break
			}
			good += int64(len(line))
			j.known = append(j.known, r)
		}
	}
	if err := j.f.Truncate(good); err != nil {
		return err
	}
	_, err = j.f.Seek(good, io.SeekStart)
	return err
}

// Known are the verdicts of an interrupted search, in their order.
func (j *Journal) Known() []Recorded { return j.known }

// Record appends one verdict. It is called by one at a time.
func (j *Journal) Record(r Recorded) error {
	line, err := json.Marshal(r)
	if err == nil {
		_, err = j.f.Write(append(line, '\n'))
	}
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Answered forgets the verdicts: the question was answered.
func (j *Journal) Answered() error { return os.Remove(j.f.Name()) }

// Close lets go of the file.
func (j *Journal) Close() error { return j.f.Close() }
