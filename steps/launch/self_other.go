//go:build !linux

package launch

import "os"

// ownBinary is this program.
func ownBinary() (path, argv0 string, err error) {
	path, err = os.Executable()
	return path, path, err
}
