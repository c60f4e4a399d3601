//go:build !linux || !(amd64 || arm64)

package ptrace

import "errors"

// ErrUnsupported says that launches can't be changed in flight on this system.
var ErrUnsupported = errors.New("changing a launch in flight needs Linux on amd64 or arm64")
