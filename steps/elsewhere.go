package steps

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// attach takes a running process as a side. It shows what the process is like
// now; what it was given at its exec can't be read any more where it changed it.
func attach(pid string) (*snapshot.Snapshot, error) {
	n, err := strconv.Atoi(pid)
	if err != nil || n <= 0 {
		return nil, &CaseError{What: fmt.Sprintf("%q is not a process ID", pid), Tip: "for example: --good pid:4711"}
	}
	p, err := snapshot.CaptureProcess(n)
	if err != nil {
		return nil, &CaseError{What: fmt.Sprintf("process %d: %v", n, err), Tip: "is it still running, and yours?"}
	}
	t := &snapshot.Target{Process: p}
	if s, err := snapshot.CaptureSteady(n, nil); err == nil {
		t.Steady = []*snapshot.Steady{s}
	}
	host, _ := os.Hostname()
	return &snapshot.Snapshot{Host: snapshot.Host{Hostname: host}, Command: secret.New("pid:" + pid), When: time.Now(), Targets: []*snapshot.Target{t}}, nil
}
