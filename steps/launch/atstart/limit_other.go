//go:build !(linux && (amd64 || arm64))

package atstart

func openFiles() Rlimit { return Rlimit{} }
