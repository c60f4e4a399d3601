package ptrace

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

const pageSize = 4096

// ReadMemory reads up to len(b) bytes at addr of a process and says how many it
// got; it never writes, so it is safe in a vfork child too.
func ReadMemory(pid int, addr uint64, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(len(b))
	return unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: uintptr(addr), Len: len(b)}}, 0)
}

// ReadString reads a NUL-terminated string of at most limit bytes. It stops at
// page boundaries, since the page after a string's end may not exist.
func ReadString(pid int, addr uint64, limit int) (string, error) {
	var out []byte
	for len(out) < limit {
		b := make([]byte, min(pageSize-int(addr%pageSize), limit-len(out)))
		n, err := ReadMemory(pid, addr, b)
		if err != nil {
			return string(out), err
		}
		if i := bytes.IndexByte(b[:n], 0); i >= 0 {
			return string(append(out, b[:i]...)), nil
		}
		out, addr = append(out, b[:n]...), addr+uint64(n)
	}
	return string(out), nil
}

// ReadStrings reads a NULL-terminated array of strings, as argv of execve, up
// to count strings of limit bytes altogether.
func ReadStrings(pid int, addr uint64, count, limit int) ([]string, error) {
	var out []string
	var word [8]byte
	for len(out) < count && limit > 0 {
		if _, err := ReadMemory(pid, addr, word[:]); err != nil {
			return out, err
		}
		p := binary.NativeEndian.Uint64(word[:])
		if p == 0 {
			return out, nil
		}
		s, err := ReadString(pid, p, limit)
		if err != nil {
			return out, err
		}
		out, limit, addr = append(out, s), limit-len(s)-1, addr+8
	}
	return out, nil
}
