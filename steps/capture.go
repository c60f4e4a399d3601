package steps

import (
	"context"
	"fmt"
	"io"
	"time"

	"casebook/steps/launch"
	"casebook/steps/snapshot"
)

// CaptureRequest is one command to run and to write a snapshot of.
type CaptureRequest struct {
	Argv        []string
	Dir         string
	Profile     string
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
		profile = launch.CI
	}
	run, err := launch.Start(ctx, launch.Spec{Command: launch.Command{Argv: r.Argv}, Dir: r.Dir, Profile: profile,
		Target: r.Target, Deadline: r.Deadline, Trace: true, Window: true, SteadyAt: []time.Duration{250 * time.Millisecond}, Sink: sink})
	if err != nil {
		return CaptureFile{}, err
	}
	res, err := run.Wait()
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
