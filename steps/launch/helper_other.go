//go:build !linux

package launch

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Elsewhere than on Linux the launched command itself is the target, started in
// a session of its own. Nothing is captured, a pty is not given, and what
// daemonises into another process group is not found again; the result says so.

func helperPipes() (in, out *os.File, err error) {
	inFD, outFD := helperFDs()
	for _, fd := range []int{inFD, outFD} {
		unix.CloseOnExec(fd)
	}
	return os.NewFile(uintptr(inFD), "caller"), os.NewFile(uintptr(outFD), "caller"), nil
}

// CanInherit says whether the profile Inherit can be had on this system.
const CanInherit = false

func startInheriting() (*helperProcess, error) {
	return nil, errors.New("the profile inherit is for Linux")
}

func givenEnv(environ []string) []string { return environ }

// simpleRun is a run without a tracer.
type simpleRun struct {
	spec    *wireSpec
	began   time.Time
	mu      sync.Mutex
	matches []Match
}

func helperRun(spec *wireSpec, _ Hooks, frames *frameReader, out io.Writer) int {
	s := newSender(out)
	h := &simpleRun{spec: spec, began: time.Now()}
	r, err := h.run(frames, s)
	if err != nil {
		w := &wireError{Kind: NotExecutable, What: err.Error()}
		var errno syscall.Errno
		if errors.As(err, &errno) {
			w.Errno = int(errno)
		}
		s.finish(frameFailed, w)
		return 0
	}
	s.finish(frameResult, r)
	return 0
}

func (h *simpleRun) since() time.Duration { return time.Since(h.began) }

func (h *simpleRun) run(frames *frameReader, s *sender) (*Result, error) {
	gone := make(chan struct{})
	cmd := &exec.Cmd{Path: h.spec.Path, Args: h.spec.Argv, Env: h.spec.Env, Dir: h.spec.Dir, SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	var ends []*os.File
	for i, name := range streamNames(false, false) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		ends = append(ends, w)
		d := &drain{name: name, file: r, since: h.since, keep: newKeeper(h.spec.HeadBytes, h.spec.TailBytes), dirty: s.nudge, gone: gone, done: make(chan struct{})}
		d.match = func(m Match) {
			h.mu.Lock()
			h.matches = append(h.matches, m)
			h.mu.Unlock()
			s.event(Event{At: m.At, Match: &m})
		}
		for _, w := range h.spec.Watch {
			if w.Stream == name || w.Stream == "output" || h.spec.Target == "" && (w.Stream == "target."+name || w.Stream == "target.output") {
				if m, err := newWatcher(w, true); err == nil {
					d.lines.watchers = append(d.lines.watchers, m)
				}
			}
		}
		s.drains = append(s.drains, d)
		if i == 0 {
			cmd.Stdout = w
		} else {
			cmd.Stderr = w
		}
	}
	err := cmd.Start()
	for _, w := range ends {
		w.Close()
	}
	if err != nil {
		return nil, err
	}
	for _, d := range s.drains {
		go d.run()
	}
	s.event(Event{Started: &Started{PID: cmd.Process.Pid, At: h.began, Why: "this system has no tracer that Casebook knows"}})
	go func() { _ = cmd.Wait(); close(gone) }()
	why := h.wait(frames, gone)
	exit := Exit{Code: -1, Running: true}
	if why == ByItself {
		exit = exitOfState(cmd)
	}
	h.end(cmd.Process.Pid, gone)
	for _, d := range s.drains {
		d.expire(200 * time.Millisecond)
	}
	return h.result(cmd.Process.Pid, why, exit, s.drains), nil
}

func exitOfState(cmd *exec.Cmd) Exit {
	ws, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		return Exit{Code: -1, Signal: unix.SignalName(ws.Signal()), Core: ws.CoreDump()}
	}
	return Exit{Code: ws.ExitStatus()}
}

func (h *simpleRun) wait(frames *frameReader, gone <-chan struct{}) Ending {
	told := make(chan Ending, 1)
	go func() {
		switch kind, _, err := frames.next(); {
		case err != nil:
			told <- Orphaned
		case kind == frameDecided:
			told <- Certain
		default:
			told <- Stopped
		}
	}()
	var deadline <-chan time.Time
	if h.spec.Deadline > 0 {
		deadline = time.After(h.spec.Deadline)
	}
	select {
	case <-gone:
		return ByItself
	case <-deadline:
		return AtDeadline
	case why := <-told:
		return why
	}
}

// end ends the launch's process group, also what the launched command left in it.
func (h *simpleRun) end(pid int, gone <-chan struct{}) {
	_ = syscall.Kill(-pid, syscall.SIGTERM)
	_ = syscall.Kill(-pid, syscall.SIGCONT)
	select {
	case <-gone:
	case <-time.After(h.spec.Grace):
	}
	_ = syscall.Kill(-pid, syscall.SIGKILL)
	<-gone
}

func (h *simpleRun) result(pid int, why Ending, exit Exit, drains []*drain) *Result {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &Result{PID: pid, Exit: exit, Ending: why, Started: h.began, Matches: h.matches,
		Times:   Times{TargetExec: Never, FirstOutput: Never, Exited: Never, Ended: h.since()},
		Trouble: []string{"this system has no tracer that Casebook knows: nothing was captured"}}
	if why == ByItself {
		r.Times.Exited = r.Times.Ended
	}
	for _, d := range drains {
		r.Streams = append(r.Streams, d.stream())
		if at := time.Duration(d.first.Load()); at > 0 && (r.Times.FirstOutput == Never || at < r.Times.FirstOutput) {
			r.Times.FirstOutput = at
		}
	}
	r.Snapshot = snapshot.Snapshot{Command: secret.New(h.spec.Command), Profile: h.spec.Profile, When: h.began, Took: r.Times.Ended}
	return r
}
