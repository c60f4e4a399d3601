package session

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A lock file says which process may run trials. The kernel lets go of it when
// the process ends, however it ends: so a run whose lock is free is a run whose
// process is gone, whatever became of its pid.
type runnerLock struct{ f *flock.Flock }

func lockPath(db string) string { return strings.TrimSuffix(db, ".db") + ".lock" }

// lockTries covers the moments in which somebody only looks whether it is free.
const (
	lockTries = 10
	lockPause = 5 * time.Millisecond
)

// takeLock returns a *BusyError without a session where somebody else has it.
func takeLock(db string) (*runnerLock, error) {
	path := lockPath(db)
	f := flock.New(path, flock.SetPermissions(0o600))
	for try := 0; ; try++ {
		ok, err := f.TryLock()
		if err != nil {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if ok {
			break
		}
		if try == lockTries {
			_ = f.Close()
			return nil, &BusyError{PID: lockHolder(path)}
		}
		time.Sleep(lockPause)
	}
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &runnerLock{f}, nil
}

func lockHolder(path string) int {
	b, _ := os.ReadFile(path)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	return pid
}

// lockIsFree says whether nobody runs trials. Where that can't be found out,
// somebody might.
func lockIsFree(db string) bool {
	path := lockPath(db)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return true
	}
	f := flock.New(path, flock.SetFlag(os.O_RDONLY))
	ok, err := f.TryRLock()
	if err != nil {
		return false
	}
	_ = f.Close()
	return ok
}

func (l *runnerLock) release() { _ = l.f.Close() }
