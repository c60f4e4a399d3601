package steps

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"casebook/steps/launch"
	"casebook/steps/snapshot"
)

// CaptureRequest is one command to run and to write a snapshot of.
type CaptureRequest struct {
	Argv        []string
	Dir         string
	Profile     string // empty: what this program itself was given, where that can be had
	Target      string
	Deadline    time.Duration
	Out, Err    io.Writer // what the command prints goes on to these
	To          string    // the file
	WithSecrets bool
	Mask        snapshot.Mask
}

// CaptureFile is what was written.
type CaptureFile struct {
	Path    string
	Targets int
	Code    int // exit status of the command; 128 and the signal's number where one ended it
}

// Capture runs a command under the tracer, hands its output on, and writes what its target was given.
func Capture(ctx context.Context, r CaptureRequest) (CaptureFile, error) {
	sink := func(e launch.Event) {
		if e.Output == nil {
			return
		}
		w := r.Out
		if e.Output.Stream == "stderr" {
			w = r.Err
		}
		_, _ = w.Write(e.Output.Data)
	}
	profile := r.Profile
	if profile == "" {
		profile = frontProfile()
	}
	front := profile == launch.Inherit
	if front { // what ends us is for the command to answer
		ctx = context.WithoutCancel(ctx)
	}
	run, err := launch.Start(ctx, launch.Spec{Command: launch.Command{Argv: r.Argv}, Dir: r.Dir, Profile: profile,
		Target: r.Target, Deadline: r.Deadline, Trace: true, Window: true, SteadyAt: []time.Duration{250 * time.Millisecond}, Sink: sink})
	if err != nil {
		return CaptureFile{}, err
	}
	quiet := func() {}
	if front {
		quiet = handOnSignals(run)
	}
	res, err := run.Wait()
	quiet()
	if err != nil {
		return CaptureFile{}, err
	}
	if ctx.Err() != nil {
		return CaptureFile{}, ctx.Err()
	}
	t := &trialist{in: Input{Mask: r.Mask, Case: Case{Target: r.Target}}}
	if len(res.Snapshot.Targets) == 0 {
		return CaptureFile{}, t.noTarget("captured", []outcome{{run: res}})
	}
	if err := snapshot.WriteFile(r.To, &res.Snapshot, snapshot.FileOptions{WithSecrets: r.WithSecrets, Mask: r.Mask}); err != nil {
		return CaptureFile{}, fmt.Errorf("capture: %w", err)
	}
	return CaptureFile{Path: r.To, Targets: len(res.Snapshot.Targets), Code: max(res.Exit.Code, 0)}, nil
}

// frontProfile is how a command runs that casebook was merely put in front of.
func frontProfile() string {
	if launch.CanInherit {
		return launch.Inherit
	}
	return launch.CI
}

// handOnSignals gives the command the signals that were sent to us alone. Those
// of the terminal's keys reach the whole process group: they are only survived here.
func handOnSignals(run *launch.Run) (stop func()) {
	heard := make(chan os.Signal, 8)
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGINT, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(heard, s)
		}
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case s := <-heard:
				if s != syscall.SIGINT && s != syscall.SIGQUIT {
					run.Signal(s.(syscall.Signal))
				}
			}
		}
	}()
	return func() { signal.Stop(heard); close(done) }
}
