package transplant

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// A donor that is held is a run of the donor's launch whose target stands at its
// exec and does nothing: the folders, sockets and ports that its values name are
// there as long as it is held.
type Held struct {
	Target *snapshot.Target // to be a Request's From; it has no second control and needs none
	run    *launch.Run
	cancel context.CancelFunc
}

// Starter starts runs: a *launch.Pool.
type Starter interface {
	Start(context.Context, launch.Spec) (*launch.Run, error)
}

// Hold starts the donor's launch and returns when its target is held. like is
// the target in a control of that launch. spec is what such a control had.
func Hold(ctx context.Context, s Starter, spec launch.Spec, like *snapshot.Target) (*Held, error) {
	if like == nil || like.Process == nil {
		return nil, errors.New("hold the donor: there is no control that shows its target")
	}
	p := Plan{Held: true}
	p.know(like)
	var err error
	if spec.Extra, err = p.Encode(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	seen := make(chan int, 1)
	spec.Trace, spec.Window, spec.SteadyAt = true, false, nil
	spec.Sink = func(e launch.Event) {
		if e.Target != nil && sameArgv(reveal(e.Target.Argv), reveal(p.Role)) {
			select {
			case seen <- e.Target.PID:
			default:
			}
		}
	}
	run, err := s.Start(ctx, spec)
	if err != nil {
		cancel()
		return nil, err
	}
	h := &Held{run: run, cancel: cancel}
	if h.Target, err = await(ctx, run, seen, like); err != nil {
		h.Release()
		return nil, err
	}
	return h, nil
}

// mostWait is how long a donor may take to its target's exec.
const mostWait = 30 * time.Second

func await(ctx context.Context, run *launch.Run, seen <-chan int, like *snapshot.Target) (*snapshot.Target, error) {
	ended := make(chan struct{})
	go func() { _, _ = run.Wait(); close(ended) }()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-ended:
		return nil, errors.New("hold the donor: it ended before its target was exec'd")
	case <-time.After(mostWait):
		return nil, errors.New("hold the donor: its target was not exec'd in time")
	case pid := <-seen:
		p, err := snapshot.CaptureProcess(pid)
		if err != nil {
			return nil, err
		}
		t := *like
		t.Process = p
		t.ForkParent, _ = snapshot.CaptureLight(p.PPID)
		return &t, nil
	}
}

// Release ends the donor's run and everything of it.
func (h *Held) Release() {
	h.run.Stop()
	_, _ = h.run.Wait()
	h.cancel()
}

// know takes what tells the target from those who carry it.
func (p *Plan) know(t *snapshot.Target) {
	p.Role = t.Process.Argv
	for _, h := range t.Chain[:max(len(t.Chain)-1, 0)] {
		if len(h.Argv) > 0 && h.Errno == 0 {
			p.Hops = append(p.Hops, h.Argv)
		}
	}
}

// NeedsDonor says whether a value names a file that is not there now. It may be
// one that never was, or one that the donor's launch makes and takes away again:
// while the donor is held, the two can be told apart, and the second is alive.
func (p Plan) NeedsDonor() bool {
	for _, c := range p.Changes {
		text := secret.Reveal(c.Text)
		switch c.Kind {
		case fact.Env, fact.Cwd, fact.Root, fact.Exe:
		case fact.FD, fact.Stdin:
			text = ""
			if c.FD.Kind == snapshot.FDFile || c.FD.Kind == snapshot.FDDir {
				text = c.FD.Target
			}
		default:
			continue
		}
		if c.Absent || !filepath.IsAbs(text) {
			continue
		}
		if len(c.Refs) > 0 {
			continue // this run's own is put in; where there is none, the trial says that it was stale
		}
		if _, err := os.Lstat(text); errors.Is(err, os.ErrNotExist) {
			return true
		}
	}
	return false
}

// Stale says whether a factor was refused because its value is dead in another
// run: a donor that is held has it alive.
func (r Refusal) Stale() bool { return r.Reason == errStale.Error() }
