// Casebook is a terminal notebook for one hard kind of bug: a process that works
// when it is launched one way and fails when it is launched another way.
//
// This package is the door: command line and exit codes, nothing else.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"casebook/steps/demo"
	"casebook/steps/launch"
	"casebook/steps/transplant"
)

func main() {
	// The helper of a run and the programs of the demo are this binary too, and start before anything else is set up.
	if len(os.Args) > 1 && os.Args[1] == launch.HelperArg {
		os.Exit(launch.HelperMain(transplant.Hooks()))
	}
	switch filepath.Base(os.Args[0]) {
	case demo.WorkerName:
		os.Exit(demo.Worker(os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
	case demo.FixtureName:
		os.Exit(demo.Fixture(os.Args[0], os.Stdout, os.Environ()))
	}
	ctx, stop := signal.NotifyContext(context.Background(), wanted(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)...)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}

// wanted leaves out the signals that whoever started us wants ignored, as nohup does.
func wanted(signals ...os.Signal) []os.Signal { return slices.DeleteFunc(signals, signal.Ignored) }

// run is the whole program; all that it touches is a parameter.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	a := &app{in: stdin, argv: args, out: stdout, err: stderr, env: env}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	a.tell(err)
	return codeOf(err)
}
