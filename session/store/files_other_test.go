//go:build !linux

package store

import (
	"errors"
	"testing"
)

func immutable(*testing.T, string, bool) bool { return false }

func mountTiny(string) error { return errors.New("only on Linux") }

func unmount(string) {}
