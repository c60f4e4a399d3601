package launch

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const (
	killPause    = 5 * time.Millisecond // between two sweeps with SIGKILL
	killPatience = 10 * time.Second     // a process that can't be killed for so long sits in the kernel
	heldPatience = 200 * time.Millisecond
)

// finish ends everything, tells the result and closes.
func (h *helper) finish(why Ending) {
	h.mu.Lock()
	running := h.exitAt == Never
	h.mu.Unlock()
	if why != ByItself && !h.spec.SkipSteady {
		h.steady()
	}
	h.endAll(!running)
	for _, d := range h.drains {
		d.expire(heldPatience)
		if d.held {
			h.trouble(d.name + " is still held open by a process outside the launch")
		}
	}
	h.rt.relays.Wait()
	r := h.result(why, running)
	if h.hooks != nil {
		r.Extra = h.hooks.End()
	}
	h.out.finish(frameResult, r)
}

// endAll ends every process of the launch. left: what is found now was left
// behind by a launched command that has ended.
func (h *helper) endAll(left bool) {
	if h.isGone(0) {
		return
	}
	h.signal(unix.SIGTERM, left)
	if h.isGone(h.spec.Grace) {
		return
	}
	for end := time.Now().Add(killPatience); time.Now().Before(end); {
		h.signal(unix.SIGKILL, left)
		if h.isGone(killPause) {
			return
		}
	}
	for _, pid := range descendants(unix.Getpid()) {
		h.trouble("process " + strconv.Itoa(pid) + " could not be ended")
	}
}

func (h *helper) isGone(wait time.Duration) bool {
	select {
	case <-h.gone:
		return true
	default:
	}
	if wait <= 0 {
		return false
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-h.gone:
		return true
	case <-t.C:
		return false
	}
}

// signal sends a signal to every process of the launch. One that is stopped is
// woken, or it could not act on it.
func (h *helper) signal(sig unix.Signal, left bool) {
	for _, pid := range descendants(unix.Getpid()) {
		if left {
			h.noteLeft(pid, sig)
		}
		if err := unix.Kill(pid, sig); err == unix.EPERM {
			h.trouble("process " + strconv.Itoa(pid) + " belongs to another user and can't be ended")
		}
		if state, _, ok := statOf(pid); ok && (state == 'T' || state == 't') {
			_ = unix.Kill(pid, unix.SIGCONT)
		}
	}
}

const mostLeft = 100

func (h *helper) noteLeft(pid int, sig unix.Signal) {
	argv := readArgv(pid)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left[pid] != nil || len(h.leftPIDs) >= mostLeft {
		return
	}
	h.left[pid] = &Left{PID: pid, Argv: bounded(argv), By: signalName(sig)}
	h.leftPIDs = append(h.leftPIDs, pid)
}
