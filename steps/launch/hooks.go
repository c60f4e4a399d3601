package launch

import (
	"sync"
	"time"

	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// Hooks change a launch in flight. All calls but End come on the tracer's
// thread while the process concerned is stopped; whatever they do is time that
// the whole launch waits. A hook may wait for events of its own process only
// (ptrace.Injector does). Embed NoHooks to implement a part.
type Hooks interface {
	// Begin is told the Extra of the Spec before anything is started. Steps says
	// whether the calls between fork and exec are wanted. An error refuses the run.
	Begin(rt *Runtime, extra []byte) (steps bool, err error)
	// OnFork is told of a new process, which stands before its first instruction.
	// shared: it lives in its parent's memory until its exec (vfork).
	OnFork(parent, child int, shared bool)
	// OnCallEnter and OnCallExit are told of every system call in a window; tid
	// stands at the call's entry or exit. A 32-bit program's calls are not told.
	OnCallEnter(tid int, call ptrace.CallInfo)
	OnCallExit(tid int, entered, exited ptrace.CallInfo)
	// OnExec is told of every exec, at PTRACE_EVENT_EXEC, before the program's
	// first instruction. changed: the process was changed, so it is captured again.
	OnExec(stop ExecStop) (changed bool, err error)
	// OnExit is told of the end of every process.
	OnExit(pid int)
	// End is called when nothing of the launch is left; what it returns is Result.Extra.
	End() []byte
}

// ExecStop is a process at its exec.
type ExecStop struct {
	PID     int
	Process *snapshot.Process // full where Target is set, else light; nil where it could not be read
	Target  bool              // it matches the target's pattern
	Launch  bool              // it is the first exec of the launched command
	At      time.Duration
	PPID    int // who forked it
}

// NoHooks does nothing.
type NoHooks struct{}

func (NoHooks) Begin(*Runtime, []byte) (bool, error)             { return false, nil }
func (NoHooks) OnFork(int, int, bool)                            {}
func (NoHooks) OnCallEnter(int, ptrace.CallInfo)                 {}
func (NoHooks) OnCallExit(int, ptrace.CallInfo, ptrace.CallInfo) {}
func (NoHooks) OnExec(ExecStop) (bool, error)                    { return false, nil }
func (NoHooks) OnExit(int)                                       {}
func (NoHooks) End() []byte                                      { return nil }

// Runtime is what hooks may use of the helper.
type Runtime struct {
	trouble func(string)
	gone    <-chan struct{}
	since   func() time.Duration
	relays  sync.WaitGroup
}

// Trouble puts a sentence into Result.Trouble.
func (r *Runtime) Trouble(what string) { r.trouble(what) }

// Since is the time since the launch started.
func (r *Runtime) Since() time.Duration { return r.since() }

// Gone is closed when nothing of the launch is left.
func (r *Runtime) Gone() <-chan struct{} { return r.gone }

// Go runs a relay. The run is not over before it has returned; it has to return
// soon after Gone is closed.
func (r *Runtime) Go(f func()) { r.relays.Go(f) }
