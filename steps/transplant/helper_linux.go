//go:build linux && (amd64 || arm64)

package transplant

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Helper applies one plan in the helper process of one run. Apply and the
// methods about calls belong to the tracer's thread; relays run beside it.
type Helper struct {
	plan   Plan
	launch int       // pid of the launched command
	pty    *terminal // of the whole launch; nil: each target has its own
	relays relays
	argv   map[int]bool    // processes whose arguments were changed
	ours   map[uint64]bool // inodes of streams that were made here
}

// NewHelper makes the helper's side of a plan.
func NewHelper(p Plan) (*Helper, error) {
	h := &Helper{plan: p, argv: map[int]bool{}, ours: map[uint64]bool{}}
	if err := unix.Pipe2(h.relays.stop[:], unix.O_CLOEXEC); err != nil {
		return nil, fmt.Errorf("transplant: %w", err)
	}
	h.relays.open = true
	return h, nil
}

// SetLaunch says which process is the launched command.
func (h *Helper) SetLaunch(pid int) { h.launch = pid }

// Close ends the relays: what was printed already is passed on, for at most
// patience. It may be called again.
func (h *Helper) Close(patience time.Duration) {
	h.relays.mu.Lock()
	if !h.relays.open {
		h.relays.mu.Unlock()
		return
	}
	h.relays.open = false
	held := h.relays.held
	h.relays.held = nil
	h.relays.mu.Unlock()
	done := make(chan struct{})
	go func() { h.relays.wg.Wait(); close(done) }()
	_ = unix.Close(h.relays.stop[1]) // every relay sees it as a hang-up
	select {
	case <-done:
		_ = unix.Close(h.relays.stop[0])
	case <-time.After(patience):
	}
	closeAll(held...)
}
