package snapshot

import "errors"

// CaptureProcess reads everything that /proc gives about pid. It fails only
// where there is no such process; what else can't be read is Unknown.
func CaptureProcess(pid int) (*Process, error) { return nil, errors.New("not yet") }

// CaptureLight reads what a hop needs: no descriptors beyond 0 to 2, none of the slow fields.
func CaptureLight(pid int) (*Process, error) { return nil, errors.New("not yet") }

// CaptureSteady reads what pid looks like now; tree are the pids of the whole launch.
func CaptureSteady(pid int, tree []int) (*Steady, error) { return nil, errors.New("not yet") }
