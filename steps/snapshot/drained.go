package snapshot

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
// not only the fill.
func Drained(samples []Pipe) Drainage {
	stuck, held, sawReader, emptied := 0, 0, false, false
	last := -1
	for _, s := range samples {
		reads := s.readers()
		sawReader = sawReader || reads
		switch {
		case s.Fill > 0 && !reads && (s.Blocked || len(s.Ends) == 0):
			stuck++
		case s.Fill > 0 && !reads && s.Fill >= last:
			held++
		}
		emptied = emptied || s.Fill >= 0 && s.Fill < last
		last = s.Fill
	}
	switch {
	case emptied || sawReader:
		return IsDrained
	case stuck > 0 || held > 1:
		return NobodyReads
	}
	return DrainUnknown
}

func (p Pipe) readers() bool {
	for _, e := range p.Ends {
		if e.Reads {
			return true
		}
	}
	return false
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
