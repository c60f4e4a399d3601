//go:build linux && (amd64 || arm64)

package ptrace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// area is a stretch of the process's memory that holds arguments.
type area struct {
	base, size, used uint64
	mapped           bool // by an injected mmap, to be unmapped
}

const (
	mapUnit = 16384 // every page size of amd64, and the usual ones of arm64, divide it
	redZone = 256   // below the stack pointer, and not ours
)

// Write copies data into the process and returns where it stands, aligned for
// any C type. It stays there until End or the next Exec.
func (in *Injector) Write(data []byte) (uint64, error) {
	at, err := in.reserve(uint64(len(data)))
	if err != nil {
		return 0, err
	}
	return at, in.Poke(at, data)
}

// WriteString is Write of a string and the zero byte that ends it in C.
func (in *Injector) WriteString(s string) (uint64, error) {
	return in.Write(append([]byte(s), 0))
}

func align(n uint64) uint64 { return (n + 15) &^ 15 }

// reserve finds room for n bytes. A new area is sized from what is asked for.
func (in *Injector) reserve(n uint64) (uint64, error) {
	n = align(n)
	for i := range in.scratch {
		if s := &in.scratch[i]; n <= s.size-s.used {
			s.used += n
			return s.base + s.used - n, nil
		}
	}
	size := (n + mapUnit - 1) / mapUnit * mapUnit
	at, err := in.Call(unix.SYS_MMAP, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS, ^uint64(0), 0)
	if err != nil { // RLIMIT_AS, most likely, which is one of the things people look for
		if at, ok := in.belowStack(n); ok {
			in.scratch = append(in.scratch, area{base: at, size: n, used: n})
			return at, nil
		}
		return 0, fmt.Errorf("ptrace: %d bytes of memory in process %d: %w", size, in.Pid, err)
	}
	in.scratch = append(in.scratch, area{base: at, size: size, used: n, mapped: true})
	return at, nil
}

// belowStack finds n bytes in the unused part of the stack that the kernel has
// mapped for every new image (128 KiB, as a rule).
func (in *Injector) belowStack(n uint64) (uint64, bool) {
	top := (in.regs.sp() - redZone) &^ 15
	for _, s := range in.scratch {
		if !s.mapped && s.base < top {
			top = s.base
		}
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", in.Pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		var from, to uint64
		if _, err := fmt.Sscanf(line, "%x-%x", &from, &to); err == nil && from <= top && top < to {
			return top - n, n <= top-from
		}
	}
	return 0, false
}

// freeScratch unmaps the memory that was made for arguments.
func (in *Injector) freeScratch() error {
	var err error
	for _, s := range in.scratch {
		if s.mapped {
			_, e := in.Call(unix.SYS_MUNMAP, s.base, s.size)
			err = errors.Join(err, e)
		}
	}
	in.scratch = nil
	return err
}

// Peek reads n bytes of the process's memory.
func (in *Injector) Peek(at uint64, n int) ([]byte, error) {
	buf := make([]byte, n)
	m, err := unix.ProcessVMReadv(in.Pid, []unix.Iovec{iovec(buf)}, []unix.RemoteIovec{{Base: uintptr(at), Len: n}}, 0)
	if err != nil {
		return nil, fmt.Errorf("ptrace: read memory of process %d: %w", in.Pid, err)
	}
	return buf[:m], nil
}

// Poke writes into writable memory of the process.
func (in *Injector) Poke(at uint64, data []byte) error {
	for len(data) > 0 {
		n, err := unix.ProcessVMWritev(in.Pid, []unix.Iovec{iovec(data)}, []unix.RemoteIovec{{Base: uintptr(at), Len: len(data)}}, 0)
		if err != nil {
			return fmt.Errorf("ptrace: write memory of process %d: %w", in.Pid, err)
		}
		data, at = data[n:], at+uint64(n)
	}
	return nil
}

func iovec(b []byte) unix.Iovec {
	v := unix.Iovec{}
	if len(b) > 0 {
		v.Base = &b[0]
	}
	v.SetLen(len(b))
	return v
}

// peekString reads a C string of at most max bytes.
func (in *Injector) peekString(at uint64, max int) (string, error) {
	var out []byte
	for len(out) < max {
		n := 4096 - int(at%4096) // never across a page that may not be there
		b, err := in.Peek(at, n)
		if err != nil {
			return "", err
		}
		for i, c := range b {
			if c == 0 {
				return string(append(out, b[:i]...)), nil
			}
		}
		out, at = append(out, b...), at+uint64(len(b))
	}
	return "", fmt.Errorf("ptrace: a string in process %d is longer than %d bytes", in.Pid, max)
}

// auxv returns one entry of the vector that the kernel handed to the new image.
func (in *Injector) auxv(key uint64) (uint64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/auxv", in.Pid))
	if err != nil {
		return 0, fmt.Errorf("ptrace: %w", err)
	}
	for ; len(b) >= 16; b = b[16:] {
		if binary.NativeEndian.Uint64(b) == key {
			return binary.NativeEndian.Uint64(b[8:]), nil
		}
	}
	return 0, fmt.Errorf("ptrace: process %d has no entry %d in its auxiliary vector", in.Pid, key)
}
