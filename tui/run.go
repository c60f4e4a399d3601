package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// ErrNoTerminal says that there is no screen to draw on. Everything works from
// the command line too; whoever gets this error lists the commands.
var ErrNoTerminal = errors.New("no terminal")

// ErrInterrupted says that SIGINT ended the screen.
var ErrInterrupted = errors.New("interrupted")

// Options is what the screen is started with.
type Options struct {
	Book    Book // the investigation to open; nil: the start screen
	Home    Home // the folder; needed where Book is nil
	In, Out *os.File
	Env     []string         // like os.Environ
	NoMouse bool             // leave the mouse to the terminal
	Now     func() time.Time // nil: time.Now
}

// Check says whether a screen can be drawn, and else why not, as an ErrNoTerminal.
func Check(o Options) error {
	a := &App{env: o.Env}
	switch t := a.getenv("TERM"); {
	case t == "" || t == "dumb":
		return fmt.Errorf("%w: TERM is %q, which can't place a cursor", ErrNoTerminal, t)
	case o.In == nil || !term.IsTerminal(int(o.In.Fd())):
		return fmt.Errorf("%w: standard input is not one", ErrNoTerminal)
	case o.Out == nil || !term.IsTerminal(int(o.Out.Fd())):
		return fmt.Errorf("%w: standard output is not one", ErrNoTerminal)
	}
	return nil
}

// Run draws the screen until it is left. The book that is open then is closed;
// what was recorded is durable whichever way it ends.
func Run(ctx context.Context, o Options) error {
	if err := Check(o); err != nil {
		return err
	}
	return run(ctx, o, tea.WithInput(o.In), tea.WithOutput(o.Out))
}

func run(ctx context.Context, o Options, opts ...tea.ProgramOption) error {
	a := newApp(ctx, o)
	defer a.cancel()
	opts = append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithEnvironment(o.Env)}, opts...)
	p := tea.NewProgram(a, opts...)
	stop := onHangup(p.Quit)
	_, err := p.Run()
	stop()
	if a.book != nil {
		if e := a.close(); err == nil {
			err = e
		}
	}
	switch {
	case errors.Is(err, tea.ErrInterrupted):
		return ErrInterrupted
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("the screen broke, the session is safe: %w", err)
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

// close lets the session go. A note that somebody was writing when the terminal
// went away, or the program was told to end, is kept as a note.
func (a *App) close() error {
	var lost error
	if draft := a.note.draft(); draft != "" && !a.left {
		if err := a.book.AddNote(a.note.step, draft); err != nil {
			lost = fmt.Errorf("the note that was being written could not be kept: %w", err)
		}
	}
	if err := a.book.Close(); err != nil {
		return errors.Join(lost, fmt.Errorf("closing the session: %w", err))
	}
	return lost
}

// onHangup does something when the terminal goes away, until it is stopped.
func onHangup(do func()) (stop func()) {
	ch, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(ch, syscall.SIGHUP)
	go func() {
		select {
		case <-ch:
			do()
		case <-done:
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
	}
}
