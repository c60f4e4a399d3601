package steps

import (
	"casebook/steps/check"
	"casebook/steps/launch"
)

// noEnd is how a target ends that does not end by itself: whoever launched it, or Casebook, had to end it.
const noEnd = "no end"

// printOf tells the failure of one run from others: how the target ended, and the last complaint in what was printed.
func printOf(r *launch.Result) check.Print {
	exit := r.Exit
	if n := len(r.Targets); n > 0 { // the innermost, where a driver matches the pattern too
		exit = r.Targets[n-1].Exit
	}
	return check.FingerPrint(endWord(exit), complaintOrder(r)...)
}

func endWord(e launch.Exit) string {
	if e.Running || e.Signal == "SIGKILL" || e.Signal == "SIGTERM" || e.Signal == "SIGHUP" {
		return noEnd
	}
	return e.String()
}

// complaintOrder is the ends of the streams, stderr first.
func complaintOrder(r *launch.Result) [][]byte {
	var outs [][]byte
	for _, s := range r.Streams {
		end := s.Tail
		if len(end) == 0 {
			end = s.Head
		}
		if s.Name == "stderr" {
			outs = append([][]byte{end}, outs...)
		} else {
			outs = append(outs, end)
		}
	}
	return outs
}
