//go:build linux && !amd64

package snapshot

// archCallNames are the older calls that newer architectures never had.
var archCallNames = map[uint64]string{}
