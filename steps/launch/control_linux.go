package launch

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// command is what the caller, or the system, asks of a run under way.
type command byte

const (
	cmdStop command = iota
	cmdDecided
	cmdOrphaned
)

// listen turns frames and, where they are meant for the helper, signals into commands.
func listen(frames *frameReader, signals bool) <-chan command {
	c := make(chan command, 8)
	sigs := make(chan os.Signal, 2)
	if signals {
		signal.Notify(sigs, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	}
	go func() {
		for range sigs {
			c <- cmdStop
		}
	}()
	go func() {
		for {
			kind, _, err := frames.next()
			switch {
			case err != nil:
				c <- cmdOrphaned
				return
			case kind == frameStop:
				c <- cmdStop
			case kind == frameDecided:
				c <- cmdDecided
			}
		}
	}()
	return c
}

// after is time.After, never for a moment that is not asked for.
func after(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	return time.After(d)
}
