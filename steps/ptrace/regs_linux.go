//go:build linux && (amd64 || arm64)

package ptrace

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ErrForeign says that a process runs in another instruction set than Casebook
// (a 32-bit program on a 64-bit kernel): its registers can't be changed from here.
var ErrForeign = errors.New("a 32-bit program: its launch can be seen but not changed")

// ntPrStatus is the general registers.
const ntPrStatus = 1

// getRegs reads the general registers of a stopped process.
func getRegs(pid int) (regs, error) {
	var r regs
	iov := unix.Iovec{Base: (*byte)(unsafe.Pointer(&r))}
	iov.SetLen(int(unsafe.Sizeof(r)))
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_GETREGSET, uintptr(pid), ntPrStatus, uintptr(unsafe.Pointer(&iov)), 0, 0)
	if e != 0 {
		return r, fmt.Errorf("ptrace: registers of process %d: %w", pid, e)
	}
	if iov.Len != uint64(unsafe.Sizeof(r)) {
		return r, fmt.Errorf("ptrace: process %d is %w", pid, ErrForeign)
	}
	return r, nil
}

// setRegs writes the general registers of a stopped process.
func setRegs(pid int, r *regs) error {
	iov := unix.Iovec{Base: (*byte)(unsafe.Pointer(r))}
	iov.SetLen(int(unsafe.Sizeof(*r)))
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SETREGSET, uintptr(pid), ntPrStatus, uintptr(unsafe.Pointer(&iov)), 0, 0)
	if e != 0 {
		return fmt.Errorf("ptrace: set registers of process %d: %w", pid, e)
	}
	return nil
}

// getMask reads the blocked signals of a stopped process, bit n-1 for signal n.
func getMask(pid int) (uint64, error) {
	var m uint64
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_GETSIGMASK, uintptr(pid), 8, uintptr(unsafe.Pointer(&m)), 0, 0)
	if e != 0 {
		return 0, fmt.Errorf("ptrace: blocked signals of process %d: %w", pid, e)
	}
	return m, nil
}

// setMask writes the blocked signals of a stopped process.
func setMask(pid int, m uint64) error {
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SETSIGMASK, uintptr(pid), 8, uintptr(unsafe.Pointer(&m)), 0, 0)
	if e != 0 {
		return fmt.Errorf("ptrace: set blocked signals of process %d: %w", pid, e)
	}
	return nil
}
