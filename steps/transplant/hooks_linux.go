//go:build linux && (amd64 || arm64)

package transplant

import (
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/ptrace"
	"casebook/steps/snapshot"
)

// patience is how long relays may still pass on what was printed when nothing
// of the launch is left.
const patience = 2 * time.Second

// Hooks apply the plan that came in a Spec's Extra. They are for one run.
func Hooks() launch.Hooks { return &hooks{} }

type hooks struct {
	launch.NoHooks
	rt      *launch.Runtime
	helper  *Helper // nil: there is nothing to change
	omit    *omitter
	leaps   []Outcome
	reports []Report
}

func (k *hooks) Begin(rt *launch.Runtime, extra []byte) (bool, error) {
	p, err := Decode(extra)
	if err != nil || p.Empty() {
		return false, err
	}
	k.rt = rt
	if k.helper, err = NewHelper(p); err != nil {
		return false, err
	}
	k.omit = newOmitter(p, rt.Trouble)
	rt.Go(func() {
		<-rt.Gone()
		k.helper.Close(patience)
	})
	return p.Window(), nil
}

func (k *hooks) OnFork(parent, child int, _ bool) {
	if k.helper != nil {
		k.omit.images[child] = k.omit.images[parent]
	}
}

func (k *hooks) OnCallEnter(tid int, call ptrace.CallInfo) {
	if k.helper != nil {
		k.omit.enter(tid, call)
	}
}

func (k *hooks) OnCallExit(tid int, _, _ ptrace.CallInfo) {
	if k.helper != nil {
		k.omit.exit(tid)
	}
}

func (k *hooks) OnExit(pid int) {
	if k.helper != nil {
		delete(k.omit.images, pid)
		delete(k.omit.results, pid)
	}
}

func (k *hooks) OnExec(stop launch.ExecStop) (changed bool, err error) {
	if k.helper == nil || stop.Process == nil {
		return false, nil
	}
	if stop.Launch {
		k.helper.SetLaunch(stop.PID)
	}
	k.omit.images[stop.PID] = reveal(stop.Process.Argv)
	argv := reveal(stop.Process.Argv)
	posing := stop.Target && k.helper.plan.isHop(argv) // the tracer takes it for the target, and does not step through it
	stop.Target = stop.Target && !posing
	if stop.Launch && !stop.Target {
		if err := k.helper.launchCTTY(stop.PID, stop.Process); err != nil {
			k.rt.Trouble("a terminal for the launch: " + err.Error())
		}
	}
	if stop.Target && k.helper.plan.Held {
		return false, unix.Tgkill(stop.PID, stop.PID, unix.SIGSTOP) // it stops before its first instruction
	}
	if stop.Target {
		return k.target(stop.PID, stop.Process), nil
	}
	return k.hop(stop, argv, posing)
}

// hop changes a program on the way to the target, leaves it out, or leaves calls
// of it out.
func (k *hooks) hop(stop launch.ExecStop, argv []string, posing bool) (changed bool, err error) {
	r, changed := k.helper.onTheWay(stop.PID, stop.Process)
	if changed {
		k.reports = append(k.reports, r)
	} else if o, left := k.helper.leap(stop.PID, stop.Process); left {
		k.leaps = append(k.leaps, o)
		return false, nil
	}
	if posing && !r.Killed && k.omit.concerns(argv) {
		err = k.omit.walk(stop.PID)
	}
	return changed, err
}

// target changes one process of the role.
func (k *hooks) target(pid int, p *snapshot.Process) bool {
	k.keep(k.helper.Apply(pid, p))
	return len(k.helper.plan.Changes) > 0
}

// keep completes the report on one target with what happened on the way to it.
func (k *hooks) keep(r Report) {
	for _, o := range k.leaps {
		if !has(r.Outcomes, o.Factor) {
			r.Outcomes = append(r.Outcomes, o)
		}
	}
	for _, c := range k.helper.plan.Changes {
		if c.Omitted {
			r.Outcomes = append(r.Outcomes, k.omitted(c, &r))
		}
	}
	k.reports = append(k.reports, r)
}

// omitted reads back what an omission was to bring about.
func (k *hooks) omitted(c Change, r *Report) Outcome {
	o := Outcome{Factor: c.Factor, Note: "left out of what the launcher does"}
	if r.After == nil {
		r.After, _ = snapshot.CaptureProcess(r.PID)
	}
	switch {
	case r.After == nil:
		o.Reason = "it could not be read back"
	case k.omit.made[c.Factor] == 0:
		o.Reason = "the launcher's call that makes it so was not seen"
	default:
		o.Reason = (&work{plan: &k.helper.plan, helper: k.helper}).differs(c, r.After)
	}
	o.Applied = o.Reason == ""
	return o
}

func has(list []Outcome, f fact.Factor) bool {
	for _, o := range list {
		if o.Factor == f {
			return true
		}
	}
	return false
}

func (k *hooks) End() []byte {
	if k.helper == nil {
		return nil
	}
	k.helper.Close(patience)
	b, err := encodeReports(k.reports)
	if err != nil {
		k.rt.Trouble("the report of what was changed was lost: " + err.Error())
	}
	return b
}
