//go:build linux && (amd64 || arm64)

package transplant

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"casebook/steps/fact"
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// work is one process being changed at its exec.
type work struct {
	in     *ptrace.Injector
	p      *snapshot.Process // as it came
	helper *Helper
	plan   *Plan

	argv, env []string
	exe       string // empty: the file that runs now
	again     bool   // the image has to be started again
	late      []step // after the image was started again
	outcomes  []Outcome
	relays    []string
	kept      []int // descriptors of ours to be closed on failure
	starts    []func()
	pty       *terminal
	ttyIn     int // the launcher's end of stdin behind the terminal; 0: none
	ttyOut    []int
}

// step is one change on its way into the process.
type step struct {
	Change
	do func(*work, Change) error
}

// order is the order in which factors are changed: what needs rights or memory
// comes before what takes them away. Kinds of one stage keep the plan's order.
var order = []struct {
	kind fact.Kind
	do   func(*work, Change) error
}{
	{fact.Env, (*work).setEnv},
	{fact.Argv, (*work).setArgv},
	{fact.Argv0, (*work).setArgv0},
	{fact.Exe, (*work).setExe},
	{fact.OOMScoreAdj, (*work).setOOM},
	{fact.Cgroup, (*work).setCgroup},
	{fact.IOPrio, (*work).setIOPrio},
	{fact.Sched, (*work).setSched},
	{fact.Nice, (*work).setNice},
	{fact.Affinity, (*work).setAffinity},
	{fact.Stdin, (*work).setStream},
	{fact.Stdout, (*work).setStream},
	{fact.Stderr, (*work).setStream},
	{fact.FD, (*work).setFD},
	{fact.FDFlags, (*work).setFDFlags},
	{fact.ProcessGroup, (*work).setProcessGroup},
	{fact.Session, (*work).setSession},
	{fact.CTTY, (*work).setCTTY},
	{fact.SignalDisposition, (*work).setDisposition},
	{fact.SignalMask, (*work).setMask},
	{fact.Umask, (*work).setUmask},
	{fact.Namespace, (*work).setNamespace},
	{fact.Root, (*work).setRoot},
	{fact.Cwd, (*work).setCwd},
	{fact.LoginUID, (*work).setLoginUID},
	{fact.Personality, (*work).setPersonality},
	{fact.NoNewPrivs, (*work).setNoNewPrivs},
	{fact.Securebits, (*work).setSecurebits},
	{fact.Capabilities, (*work).setCapabilities},
	{fact.Groups, (*work).setGroups},
	{fact.Credentials, (*work).setCredentials},
	{fact.Rlimit, (*work).setRlimit},
}

// Apply changes a process that stands at its exec stop and leaves it standing
// before its first instruction, changed or killed. The error is for the tracer
// alone; what became of the changes is in the Report.
func (h *Helper) Apply(pid int, p *snapshot.Process) Report {
	r := Report{PID: pid}
	if len(h.plan.Changes) == 0 {
		return r
	}
	in, err := ptrace.Begin(pid)
	if err != nil {
		r.Trouble = err.Error()
		return r
	}
	return h.applyIn(in, p)
}

// applyIn is Apply for a process that was taken over already.
func (h *Helper) applyIn(in *ptrace.Injector, p *snapshot.Process) Report {
	return h.applyPlan(in, p, &h.plan)
}

func (h *Helper) applyPlan(in *ptrace.Injector, p *snapshot.Process, plan *Plan) Report {
	r := Report{PID: p.PID}
	w := &work{in: in, p: p, helper: h, plan: plan, argv: reveal(p.Argv), env: environ(p.Env)}
	err := w.run()
	if err == nil {
		err = in.End()
	}
	if err != nil {
		in.Kill()
		w.drop()
		r.Outcomes, r.Killed = w.outcomes, true
		if !failed(w.outcomes) {
			r.Trouble = err.Error()
		}
		return r
	}
	for _, start := range w.starts {
		start()
	}
	h.argv[p.PID] = true
	r.Outcomes, r.Relays = w.outcomes, w.relays
	h.readBack(&r, w)
	return r
}

// run makes all changes in order and starts the image again where one needs it.
func (w *work) run() error {
	changes := slices.Clone(w.plan.Changes)
	slices.SortStableFunc(changes, func(a, b Change) int {
		if a.Kind == fact.Argv && b.Kind == fact.Argv {
			return lastFirst(a, b)
		}
		return cmp.Compare(a.Kind, b.Kind)
	})
	for _, o := range order {
		for _, c := range changes {
			if c.Kind != o.kind || c.Omitted {
				continue
			}
			if err := w.one(step{c, o.do}); err != nil {
				return err
			}
		}
	}
	if w.again {
		if err := w.in.Exec(w.exe, w.argv, w.env); err != nil {
			w.blame(err)
			return err
		}
	}
	for _, s := range w.late {
		if err := w.one(s); err != nil {
			return err
		}
	}
	return nil
}

// one makes one change and notes what became of it.
func (w *work) one(s step) error {
	err := s.do(w, s.Change)
	if errors.Is(err, errLater) {
		return nil
	}
	o := Outcome{Factor: s.Factor, Applied: err == nil}
	if err != nil {
		o.Reason = plain(err)
	}
	w.outcomes = append(w.outcomes, o)
	return err
}

// errLater says that a change waits until the image was started again.
var errLater = errors.New("later")

// later puts a change off until after the exec.
func (w *work) later(c Change, do func(*work, Change) error) error {
	w.late = append(w.late, step{c, do})
	return errLater
}

// blame turns the failure of the exec into the failure of the changes that needed it.
func (w *work) blame(err error) {
	for i, o := range w.outcomes {
		switch o.Kind {
		case fact.Env, fact.Argv, fact.Argv0, fact.Exe:
			w.outcomes[i].Applied, w.outcomes[i].Reason = false, plain(err)
		}
	}
}

func failed(outcomes []Outcome) bool {
	for _, o := range outcomes {
		if !o.Applied {
			return true
		}
	}
	return false
}

// environ is the block as the kernel had it, order and oddities kept.
func environ(vars []snapshot.Var) []string {
	out := make([]string, len(vars))
	for i, v := range vars {
		out[i] = v.Name
		if !v.Naked {
			out[i] += "=" + secret.Reveal(v.Value)
		}
	}
	return out
}

// call is an injected call with what it was for in its error.
func (w *work) call(what string, nr uintptr, args ...uint64) (uint64, error) {
	v, err := w.in.Call(nr, args...)
	if err != nil {
		return v, fmt.Errorf("%s: %w", what, err)
	}
	return v, nil
}
