package launch

import (
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"

	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// Rules of this file:
//
//   - one locked thread forks, seizes and waits; nobody else in the process
//     waits for children;
//   - a stop is answered at once, and every stop has an answer: what is not
//     understood is let go. Nothing is ever left stopped but what stopped itself;
//   - signals go through untouched; a group stop stays one (PTRACE_LISTEN);
//   - when wait has no child left, nothing of the launch is left: the helper is
//     the subreaper, so everything that lost its parent has become its child.

// task is one traced thread.
type task struct {
	tid    int
	proc   *process
	window *window // nil: runs at full speed
}

// tracer follows every process of one launch. mu guards all of it against the
// goroutines that capture and end; the tracer holds it while it answers a stop.
type tracer struct {
	mu     sync.Mutex
	h      *helper
	rec    *record
	tasks  map[int]*task
	parked map[int]int  // stopped before its parent's fork event arrived; its parent then
	ended  map[int]bool // ended before that
	steps  bool         // windows are stepped
	traced bool
}

func newTracer(h *helper, rec *record) *tracer {
	return &tracer{h: h, rec: rec, tasks: map[int]*task{}, parked: map[int]int{}, ended: map[int]bool{}}
}

// loop waits until nothing is left.
func (t *tracer) loop() {
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return // ECHILD
		default:
			t.mu.Lock()
			t.event(pid, ws)
			t.mu.Unlock()
		}
	}
}

func (t *tracer) event(tid int, ws unix.WaitStatus) {
	switch {
	case ws.Exited() || ws.Signaled():
		t.exited(tid, ws)
	case ws.Stopped():
		t.stopped(tid, ws)
	}
}

func (t *tracer) stopped(tid int, ws unix.WaitStatus) {
	k := t.tasks[tid]
	sig, event := ws.StopSignal(), int(ws)>>16
	if k == nil && event != unix.PTRACE_EVENT_EXEC {
		t.stranger(tid, event, sig)
		return
	}
	switch event {
	case 0:
		if sig == unix.SIGTRAP|0x80 {
			t.stepped(k)
			sig = 0
		}
		t.resume(k, sig)
	case unix.PTRACE_EVENT_STOP:
		switch sig {
		case unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
			if err := ptrace.Listen(tid); err != nil && !ptrace.IsGone(err) {
				t.resume(k, 0)
			}
		default:
			t.resume(k, 0)
		}
	case unix.PTRACE_EVENT_FORK, unix.PTRACE_EVENT_VFORK, unix.PTRACE_EVENT_CLONE:
		t.forked(k, event)
		t.resume(k, 0)
	case unix.PTRACE_EVENT_EXEC:
		t.resume(t.execed(tid), 0)
	default:
		t.resume(k, 0)
	}
}

// resume lets a thread go on; one that was killed meanwhile is no error.
func (t *tracer) resume(k *task, sig unix.Signal) {
	if k.window != nil && k.window.left > 0 {
		_ = ptrace.Syscall(k.tid, sig)
		return
	}
	k.window = nil
	_ = ptrace.Cont(k.tid, sig)
}

// stranger is a thread whose parent's fork event has not arrived yet: it waits
// for it. This happens in more than a third of all runs.
func (t *tracer) stranger(tid, event int, sig unix.Signal) {
	if event != unix.PTRACE_EVENT_STOP {
		_ = ptrace.Cont(tid, sig)
		return
	}
	parent := parentOf(tid)
	if parent == os.Getpid() {
		t.orphan(tid)
		return
	}
	t.parked[tid] = parent
}

// orphan takes up a process whose parent was killed before its fork was told.
func (t *tracer) orphan(tid int) {
	delete(t.parked, tid)
	k := &task{tid: tid, proc: t.rec.fork(0, tid, false)}
	t.tasks[tid] = k
	t.resume(k, 0)
}

// orphans looks after a death for those who will wait in vain.
func (t *tracer) orphans() {
	for tid, parent := range t.parked {
		if now := parentOf(tid); now != parent {
			t.orphan(tid)
		}
	}
}

func (t *tracer) forked(parent *task, event int) {
	msg, err := ptrace.EventMsg(parent.tid)
	if err != nil {
		return // it was killed; see orphans
	}
	tid := int(msg)
	if event == unix.PTRACE_EVENT_CLONE && isThread(parent.proc.pid, tid) {
		t.adopt(&task{tid: tid, proc: parent.proc})
		return
	}
	shared := event == unix.PTRACE_EVENT_VFORK
	p := t.rec.fork(parent.proc.pid, tid, shared)
	k := &task{tid: tid, proc: p}
	if t.steps {
		k.window = newWindow(mostForkSteps)
		p.parent, _ = snapshot.CaptureLight(parent.proc.pid)
	}
	if t.h.hooks != nil {
		t.h.hooks.OnFork(parent.proc.pid, tid, shared)
	}
	t.adopt(k)
}

// adopt takes up a new thread, which may have stopped or ended before.
func (t *tracer) adopt(k *task) {
	switch {
	case t.ended[k.tid] && parentOf(k.tid) == 0:
		delete(t.ended, k.tid)
		if k.tid == k.proc.pid {
			t.gone(k.tid, Exit{Code: -1, Signal: "SIGKILL"})
		}
	case has(t.parked, k.tid):
		delete(t.parked, k.tid)
		t.tasks[k.tid] = k
		t.resume(k, 0)
	default:
		t.tasks[k.tid] = k
	}
}

func isThread(pid, tid int) bool {
	return unix.Access("/proc/"+strconv.Itoa(pid)+"/task/"+strconv.Itoa(tid), unix.F_OK) == nil
}

// stepped looks at a system call in a window.
func (t *tracer) stepped(k *task) {
	w := k.window
	if w == nil {
		return
	}
	info, err := ptrace.GetCallInfo(k.tid)
	if err != nil || info.Arch != nativeArch {
		return
	}
	switch info.Op {
	case ptrace.CallEntry:
		w.enter(k.tid, info)
		if t.h.hooks != nil {
			t.h.hooks.OnCallEnter(k.tid, info)
		}
	case ptrace.CallExit:
		if t.h.hooks != nil && w.inside {
			t.h.hooks.OnCallExit(k.tid, w.entered, info)
		}
		if hop := w.exit(k.proc, info); hop != nil {
			t.rec.execFailed(k.proc, *hop, t.h.since())
		}
	}
}

func (t *tracer) exited(tid int, ws unix.WaitStatus) {
	k := t.tasks[tid]
	delete(t.tasks, tid)
	delete(t.parked, tid)
	switch {
	case k == nil && t.rec.live[tid] == nil:
		if t.traced {
			t.ended[tid] = true
		} else {
			t.h.reaped(tid, exitOf(ws))
		}
	case k == nil || tid == k.proc.pid:
		t.gone(tid, exitOf(ws))
	}
	t.orphans()
}

func has[K comparable, V any](m map[K]V, k K) bool { _, ok := m[k]; return ok }

func (t *tracer) gone(pid int, exit Exit) {
	p := t.rec.exit(pid, exit, t.h.since())
	if t.h.hooks != nil {
		t.h.hooks.OnExit(pid)
	}
	t.h.exited(p, pid, exit)
}

func exitOf(ws unix.WaitStatus) Exit {
	if ws.Signaled() {
		return Exit{Code: -1, Signal: signalName(ws.Signal()), Core: ws.CoreDump()}
	}
	return Exit{Code: ws.ExitStatus()}
}

func signalName(s unix.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return "SIG" + strconv.Itoa(int(s))
}
