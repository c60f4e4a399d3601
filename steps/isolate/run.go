package isolate

import (
	"context"
	"fmt"

	"casebook/steps/fact"
)

// Oracle runs one trial. An error stops the search.
type Oracle func(context.Context, Request) (verdict fact.Verdict, seconds float64, err error)

// Run searches with an oracle until there is an answer. Known are the results of an
// earlier life of the search, in their order; they are not run again. At
// most cfg.Jobs oracle calls run at a time, and all have ended when Run
// returns. Roads not taken: an iterator of questions, which can't have
// two questions open.
func Run(ctx context.Context, cfg Config, known []Result, oracle Oracle) (Answer, error) {
	s, err := New(cfg)
	if err != nil {
		return Answer{}, err
	}
	for _, r := range known {
		if err := s.Tell(r); err != nil {
			return Answer{}, fmt.Errorf("replay: %w", err)
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type ended struct {
		Result
		err error
	}
	back, running := make(chan ended), 0
	drain := func() {
		stop()
		for ; running > 0; running-- {
			<-back
		}
	}
	for {
		if a, ok := s.Done(); ok {
			drain()
			return a, nil
		}
		if err := ctx.Err(); err != nil {
			drain()
			return Answer{}, err
		}
		for _, r := range s.Next() {
			running++
			go func() {
				v, sec, err := oracle(ctx, r)
				back <- ended{Result{r, v, sec}, err}
			}()
		}
		if running == 0 {
			return Answer{}, fmt.Errorf("the search stands still after %d runs: this is a defect", s.Progress().Done)
		}
		e := <-back
		running--
		if e.err != nil {
			drain()
			return Answer{}, fmt.Errorf("%s: %w", e.Request, e.err)
		}
		if err := s.Tell(e.Result); err != nil {
			drain()
			return Answer{}, err
		}
		if cfg.Watch != nil {
			cfg.Watch(s.Progress())
		}
	}
}
