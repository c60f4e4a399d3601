//go:build !linux || !(amd64 || arm64)

package transplant

import (
	"errors"

	"casebook/steps/launch"
)

// Hooks refuse every plan: launches can't be changed in flight here.
func Hooks() launch.Hooks { return &hooks{} }

type hooks struct{ launch.NoHooks }

func (hooks) Begin(_ *launch.Runtime, extra []byte) (bool, error) {
	p, err := Decode(extra)
	if err == nil && !p.Empty() {
		err = errors.New("a launch in flight is changed on Linux on amd64 and arm64 only")
	}
	return false, err
}
