package launch

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/ptrace"
	"casebook/steps/secret"
)

// helper is one run, seen from inside its own process.
type helper struct {
	spec    *wireSpec
	hooks   Hooks
	rt      *Runtime
	out     *sender
	io      *stdio
	drains  []*drain
	targets []targetWatch
	t       *tracer
	began   time.Time // wall and monotonic
	gone    chan struct{}

	launchEnded chan struct{} // closed
	targetSeen  chan struct{} // closed
	told        sync.Once
	traced      atomic.Bool // as t.traced, for those who don't hold its lock

	mu       sync.Mutex // guards what follows
	troubles []string
	matches  []Match
	pid      int
	exit     Exit
	exitAt   time.Duration
	left     map[int]*Left
	leftPIDs []int
	seen     bool // a target was seen
}

func helperPipes() (in, out *os.File, err error) {
	inFD, outFD := helperFDs()
	for _, fd := range []int{inFD, outFD} {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC); err != nil {
			return nil, nil, fmt.Errorf("descriptor %d: %w: it is started by casebook only", fd, err)
		}
	}
	return os.NewFile(uintptr(inFD), "caller"), os.NewFile(uintptr(outFD), "caller"), nil
}

func helperRun(spec *wireSpec, hooks Hooks, frames *frameReader, out io.Writer) int {
	h := &helper{spec: spec, hooks: hooks, out: newSender(out), exitAt: Never,
		gone: make(chan struct{}), launchEnded: make(chan struct{}), targetSeen: make(chan struct{}), left: map[int]*Left{}}
	if err := h.run(frames); err != nil {
		h.out.finish(frameFailed, wireErrorOf(err))
	}
	return 0
}

func (h *helper) since() time.Duration { return time.Since(h.began) }

func (h *helper) trouble(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.troubles {
		if t == what {
			return
		}
	}
	if len(h.troubles) < 100 {
		h.troubles = append(h.troubles, what)
	}
}

func (h *helper) run(frames *frameReader) error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		h.trouble("not a subreaper: " + err.Error() + "; a process that daemonises may stay behind")
	}
	rec, err := newRecord(h.spec.Target)
	if err != nil {
		return &Error{Kind: BadSpec, What: err.Error(), Err: err}
	}
	h.t = newTracer(h, rec)
	h.rt = &Runtime{trouble: h.trouble, gone: h.gone, since: h.since}
	h.t.steps = h.spec.Trace && h.spec.Window && rec.pattern != nil
	if h.hooks != nil {
		steps, err := h.hooks.Begin(h.rt, h.spec.Extra)
		if err != nil {
			return &Error{Kind: BadSpec, What: err.Error(), Err: err}
		}
		h.t.steps = h.t.steps || steps && h.spec.Trace
	}
	if h.io, err = h.openStdio(); err != nil {
		return &Error{Kind: Refused, What: err.Error(), Err: err}
	}
	h.began = time.Now()
	if err := h.openDrains(); err != nil {
		return err
	}
	control := listen(frames, !h.spec.Inherit)
	start := make(chan error, 1)
	go h.trace(start)
	if err := <-start; err != nil {
		<-h.gone
		return err
	}
	ending := h.wait(control)
	h.finish(ending)
	return nil
}

// trace is the tracer's thread: it forks, seizes, opens the gate and loops.
func (h *helper) trace(start chan<- error) {
	runtime.LockOSThread()
	defer close(h.gone)
	report, err := h.fork()
	if err != nil {
		start <- err
		return
	}
	go func() { start <- h.awaitExec(report) }()
	h.t.loop()
}

func (h *helper) fork() (report *os.File, err error) {
	rq := forkRequest{path: h.spec.Path, argv: h.spec.Argv, env: h.spec.Env, dir: h.spec.Dir, stdio: h.io.theirs, tty: h.io.tty}
	if h.spec.Inherit {
		rq.given = new(readGiven())
	}
	if h.spec.IgnorePipe {
		rq.ignore = 1 << (unix.SIGPIPE - 1)
	}
	c, err := fork(rq)
	h.io.closeTheirs()
	if err != nil {
		return nil, &Error{Kind: Refused, What: err.Error(), Err: err}
	}
	if h.spec.Inherit {
		deafen()
	}
	h.t.mu.Lock()
	defer h.t.mu.Unlock()
	h.pid = c.pid
	p := h.t.rec.start(c.pid, os.Getpid())
	if h.spec.Trace {
		if err := ptrace.Seize(c.pid, ptrace.Options); err != nil {
			h.trouble("no tracer: " + err.Error() + "; only the launched command itself was looked at (see casebook doctor)")
		} else {
			h.t.traced = true
			h.traced.Store(true)
			h.t.tasks[c.pid] = &task{tid: c.pid, proc: p}
		}
	}
	_, _ = c.gate.Write([]byte{0})
	c.gate.Close()
	return c.report, nil
}

// awaitExec waits until the launched command runs, or failed to.
func (h *helper) awaitExec(report *os.File) error {
	defer report.Close()
	var msg [2]byte
	if n, _ := io.ReadFull(report, msg[:]); n == len(msg) {
		return execError(h.spec, int(msg[0]), unix.Errno(msg[1]))
	}
	h.t.mu.Lock()
	defer h.t.mu.Unlock()
	if !h.t.traced {
		h.captureUntraced()
	}
	h.started()
	return nil
}

// captureUntraced looks at the launched command as soon as it runs: its first
// instructions may have passed.
func (h *helper) captureUntraced() {
	p := h.t.rec.live[h.pid]
	if h.t.rec.pattern != nil || p == nil {
		return
	}
	captured, err := h.t.captureProcess(h.pid)
	if err != nil {
		h.trouble("the launched command had ended before it could be looked at")
	}
	h.started()
	if hit := h.t.rec.exec(p, h.spec.Path, texts(h.spec.Argv), captured, true, h.since()); hit != nil {
		h.targetExec(hit)
	}
}

func texts(words []string) []secret.Text {
	out := make([]secret.Text, len(words))
	for i, w := range words {
		out[i] = secret.New(w)
	}
	return out
}

// started tells the caller that the launched command exists, before anything
// else of it: at its exec, or at its first output where that was faster.
func (h *helper) started() {
	h.told.Do(func() {
		h.out.event(Event{Started: &Started{PID: h.pid, At: h.began, Traced: h.traced.Load()}})
	})
}

// targetExec is told of a target; the tracer's lock is held.
func (h *helper) targetExec(t *target) {
	h.observe(t.process)
	h.out.event(Event{At: t.exec, Target: &TargetExec{PID: t.image.pid, Argv: t.image.argv, At: t.exec}})
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.seen {
		h.seen = true
		close(h.targetSeen)
	}
}

// exited is told of the end of a process; the tracer's lock is held.
func (h *helper) exited(p *process, pid int, exit Exit) {
	h.reaped(pid, exit)
	launch := pid == h.pid
	isTarget := p != nil && p.target != nil
	if launch {
		h.mu.Lock()
		h.exit, h.exitAt = exit, h.since()
		h.mu.Unlock()
	}
	if launch || isTarget {
		h.out.event(Event{At: h.since(), Exited: &Exited{PID: pid, Target: isTarget, Launch: launch, Exit: exit}})
	}
	if launch {
		close(h.launchEnded)
	}
}

// reaped notes how a process that was left behind ended.
func (h *helper) reaped(pid int, exit Exit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.left[pid]; l != nil {
		l.By = or(exit.Signal, "exit "+strconv.Itoa(exit.Code))
	}
}
