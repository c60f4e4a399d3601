package launch

import (
	"os"
	"strconv"
	"strings"

	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// execed takes up a process at its exec. Whichever thread called exec, its
// thread id is the process's from now on, and the other threads are gone.
func (t *tracer) execed(pid int) *task {
	k := t.tasks[pid]
	if former, err := ptrace.EventMsg(pid); err == nil && int(former) != pid {
		if f := t.tasks[int(former)]; f != nil {
			k = f
			delete(t.tasks, int(former))
		}
	}
	if k == nil { // its fork was never told: it belongs to the launch all the same
		k = &task{proc: t.rec.fork(0, pid, false)}
		delete(t.parked, pid)
	}
	k.tid = pid
	t.tasks[pid] = k
	path := ""
	if w := k.window; w != nil && w.isExec() {
		path = secret.Reveal(w.call.Path)
	}
	k.window = nil
	if isTarget := t.captured(k.proc, path); !isTarget && t.steps {
		k.window = newWindow(mostExecSteps)
	}
	return k
}

// captured reads what a program was given and says whether it is a target.
func (t *tracer) captured(p *process, path string) bool {
	argv := readArgv(p.pid)
	stop := ExecStop{PID: p.pid, PPID: p.ppid, At: t.h.since(), Launch: p.pid == t.rec.root && p.execs == 0}
	if stop.Launch {
		t.h.started()
	}
	stop.Target = t.rec.matches(p, argv)
	stop.Process = t.capture(p.pid, stop.Target)
	if t.h.hooks != nil {
		changed, err := t.h.hooks.OnExec(stop)
		if err != nil {
			t.h.trouble("process " + strconv.Itoa(p.pid) + ": " + err.Error())
		}
		if changed {
			stop.Process = t.capture(p.pid, stop.Target)
		}
	}
	if stop.Target && !t.steps && p.execs == 0 && p.pid != t.rec.root {
		p.parent, _ = snapshot.CaptureLight(p.ppid) // as it is now: a moment after the fork
	}
	hit := t.rec.exec(p, path, argv, stop.Process, stop.Target, stop.At)
	if hit != nil {
		t.h.targetExec(hit)
	}
	return hit != nil
}

// capture reads a process: all of it for a target, less for what may turn out a
// hop, nothing where no chain is asked for.
func (t *tracer) capture(pid int, target bool) *snapshot.Process {
	var p *snapshot.Process
	switch {
	case target:
		p, _ = t.captureProcess(pid)
	case t.rec.pattern != nil || t.h.hooks != nil:
		p, _ = snapshot.CaptureLight(pid)
	}
	return p
}

// captureProcess reads all of a process, and claims nothing that the helper can't know.
func (t *tracer) captureProcess(pid int) (*snapshot.Process, error) {
	p, err := snapshot.CaptureProcess(pid)
	if t.h.spec.Inherit {
		unclaimed(p)
	}
	return p, err
}

func readArgv(pid int) []secret.Text {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil || len(b) == 0 {
		return nil
	}
	var argv []secret.Text
	for _, a := range strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00") {
		argv = append(argv, secret.New(a))
	}
	return argv
}
