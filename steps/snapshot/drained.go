package snapshot

import "strings"

// Drainage is what becomes of what a process writes into a pipe.
type Drainage string

const (
	DrainUnknown Drainage = "unknown"
	IsDrained    Drainage = "drained"
	NobodyReads  Drainage = "nobody reads"
)

// Drained decides from the samples of one pipe, in the order of time, whether
// anybody reads it. It does not show at exec: a pipe that is never read looks
// like any other until it fills up. A full pipe holds less than its capacity
// (a writer waits when its piece has no room), so the writer's state counts and
// not only the fill. One sample is enough only where whoever could read waits
// for a child to end: a reader that is merely slow looks the same otherwise.
func Drained(samples []Pipe) Drainage {
	held, reading, polling, emptied, deadlock := 0, false, false, false, false
	last := -1
	for _, s := range samples {
		reading = reading || s.readers(false)
		polling = polling || s.Fill <= 0 && s.readers(true)
		emptied = emptied || s.Fill >= 0 && s.Fill < last
		if s.Fill > 0 && !s.readers(false) && s.Fill >= last {
			held++
		}
		deadlock = deadlock || s.Fill > 0 && s.Blocked && s.waitForChildren()
		last = s.Fill
	}
	switch {
	case emptied || reading:
		return IsDrained
	case deadlock || held > 1:
		return NobodyReads
	case polling && held == 0: // while nothing was written: whoever sleeps in a poll may poll this one
		return IsDrained
	}
	return DrainUnknown
}

// waitForChildren says whether all who hold the other end wait for a process to end.
func (p Pipe) waitForChildren() bool {
	for _, e := range p.Ends {
		if e.Wait != "wait4" && e.Wait != "waitid" {
			return false
		}
	}
	return len(p.Ends) > 0
}

// readers says whether anybody is in a read of the pipe, or, with polls, asleep in
// a poll that may be about it. While there is something to read it is not.
func (p Pipe) readers(polls bool) bool {
	for _, e := range p.Ends {
		if e.Reads && e.polls() == polls {
			return true
		}
	}
	return false
}

func (e End) polls() bool {
	return strings.Contains(e.Wait, "poll") || strings.Contains(e.Wait, "select")
}

// drainage collects the samples of descriptor fd.
func (t *Target) drainage(fd int) Drainage {
	var samples []Pipe
	for _, s := range t.Steady {
		for _, p := range s.Pipes {
			if p.FD == fd {
				samples = append(samples, p)
			}
		}
	}
	return Drained(samples)
}
