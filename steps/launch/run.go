package launch

import "context"

// Run is one launch under way.
type Run struct {
	done   chan struct{}
	result Result
	err    error
}

// Start starts a launch and returns when the launched command exists or could
// not be started; the error is an *Error. When ctx ends, the run is stopped.
func Start(ctx context.Context, spec Spec) (*Run, error) { return (*Pool)(nil).Start(ctx, spec) }

// Stop ends the run and everything that it started. It does not wait.
func (r *Run) Stop() {}

// Decided ends the run because the verdict is certain. It does not wait.
func (r *Run) Decided() {}

// Wait returns when nothing of the launch is left. The error says that the
// helper was lost; what was learned until then is in the result.
func (r *Run) Wait() (Result, error) { <-r.done; return r.result, r.err }

// Pool keeps one helper started, so that the next run does not wait for it.
// A nil Pool starts a helper for every run.
type Pool struct{}

// NewPool starts the first helper. Close ends it.
func NewPool() *Pool { return &Pool{} }

// Start is as the function Start.
func (p *Pool) Start(ctx context.Context, spec Spec) (*Run, error) {
	return nil, &Error{Kind: NoHelper, What: "not yet"}
}

// Close ends the helper that waits for a run. Runs under way go on.
func (p *Pool) Close() {}
