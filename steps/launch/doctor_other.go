//go:build !linux

package launch

import "runtime"

// Capabilities tells what this host allows.
func Capabilities() []Capability {
	return []Capability{{Name: "ptrace seize", Detail: "not on " + runtime.GOOS,
		Hint: "the launched command itself is the target here, and nothing is captured"}}
}
