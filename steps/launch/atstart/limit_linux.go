//go:build linux && (amd64 || arm64)

package atstart

import "unsafe"

// prlimit64 makes the system call of that name for this process; it returns the raw result.
//
//go:noescape
func prlimit64(resource uintptr, old unsafe.Pointer) uintptr

func openFiles() Rlimit {
	const nofile = 7
	var r Rlimit
	if prlimit64(nofile, unsafe.Pointer(&r)) != 0 {
		return Rlimit{}
	}
	return r
}
