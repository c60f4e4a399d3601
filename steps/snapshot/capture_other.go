//go:build !linux

package snapshot

import "errors"

var errNoProc = errors.New("snapshot: this system has no /proc: nothing can be captured")

// CaptureProcess needs /proc.
func CaptureProcess(int) (*Process, error) { return nil, errNoProc }

// CaptureLight needs /proc.
func CaptureLight(int) (*Process, error) { return nil, errNoProc }

// CaptureSteady needs /proc.
func CaptureSteady(int, []int) (*Steady, error) { return nil, errNoProc }

// CallName knows no numbers here.
func CallName(uint64) string { return "" }
