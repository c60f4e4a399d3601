//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"

	"golang.org/x/sys/unix"

	"casebook/steps/ptrace"
)

// plain is an error as people read it.
func plain(err error) string {
	switch {
	case errors.Is(err, ptrace.ErrGone):
		return "the process ended while it was being changed"
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return err.Error() + " (needs a privilege that this user lacks)"
	}
	return err.Error()
}
