package ptrace

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// regs is what NT_PRSTATUS holds on arm64 (struct user_pt_regs).
type regs unix.PtraceRegsArm64

// ntSystemCall is the register set that holds the number of the call at whose entry a process stands.
const ntSystemCall = 0x404

// breakIn is `svc #0`, followed by `brk #0`, which is never reached unless something went wrong.
var breakIn = []byte{0x01, 0x00, 0x00, 0xd4, 0x00, 0x00, 0x20, 0xd4}

func (r *regs) ip() uint64         { return r.Pc }
func (r *regs) sp() uint64         { return r.Sp }
func (r *regs) result() uint64     { return r.Regs[0] }
func (r *regs) setResult(v uint64) { r.Regs[0] = v }

// setCall prepares a system call that the instruction at ip will make.
func (r *regs) setCall(ip, nr uint64, a [6]uint64) {
	r.Pc, r.Regs[8] = ip, nr
	copy(r.Regs[:6], a[:])
}

// setNumber changes which call a process that stands at a call's entry makes.
// On arm64 the number has a register set of its own; x8 was already read.
func setNumber(pid int, r *regs, nr int64) error {
	n := int32(nr)
	iov := unix.Iovec{Base: (*byte)(unsafe.Pointer(&n)), Len: 4}
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SETREGSET, uintptr(pid), ntSystemCall, uintptr(unsafe.Pointer(&iov)), 0, 0)
	if e != 0 {
		return fmt.Errorf("ptrace: set the system call of process %d: %w", pid, e)
	}
	return nil
}

func (r *regs) setArg(i int, v uint64) { r.Regs[i] = v }
