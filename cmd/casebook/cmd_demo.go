package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"casebook/session"
	"casebook/steps/demo"
)

//go:embed demo_plan.md
var demoPlan []byte

const demoPlanName = "PLAN_worker_takes_no_jobs.md"

func (a *app) demoCmd() *cobra.Command {
	var to string
	var prepare bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "open the notebook on a built-in case that really fails",
		Long: `Makes a folder with a plan, a worker and a fixture that starts the worker badly,
and opens the notebook on it. Nothing is pretended: both are real processes, and
two things are wrong with the second launch.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !prepare && !a.terminal() {
				return errNoTerminal
			}
			dir, err := prepareDemo(to)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.err, "the demo lives in", dir)
			if prepare {
				fmt.Fprintln(a.out, dir)
				return nil
			}
			return a.openDemo(c.Context(), dir)
		},
	}
	c.Flags().StringVar(&to, "to", "", "folder to make (default: a temporary one)")
	c.Flags().BoolVar(&prepare, "prepare", false, "only make the folder and print its name")
	return c
}

// prepareDemo makes the demo's folder; one that is there is used again.
func prepareDemo(to string) (string, error) {
	dir, err := to, error(nil)
	if dir == "" {
		if dir, err = os.MkdirTemp("", "casebook-demo-"); err != nil {
			return "", fmt.Errorf("demo: %w", err)
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	if err := demo.Prepare(dir); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	if err := demo.Install(dir, self); err != nil {
		return "", err
	}
	plan := filepath.Join(dir, demoPlanName)
	if _, err := os.Stat(plan); err == nil {
		return dir, nil
	}
	if err := os.WriteFile(plan, demoPlan, 0o644); err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	return dir, nil
}

// openDemo opens the notebook on the demo's session.
func (a *app) openDemo(ctx context.Context, dir string) error {
	s, err := a.demoSession(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	return a.notebook(ctx, s)
}

// demoSession is the demo's session, a new one the first time.
func (a *app) demoSession(dir string) (*session.Session, error) {
	all, err := session.List(dir)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		return session.Open(dir, "", a.options())
	}
	return session.Create(dir, session.CreateOptions{Options: a.options(), Plan: filepath.Join(dir, demoPlanName), LogPath: a.log})
}
