package ptrace

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// CallOp says at which end of a system call a process stands.
type CallOp uint8

const (
	CallNone  CallOp = unix.PTRACE_SYSCALL_INFO_NONE
	CallEntry CallOp = unix.PTRACE_SYSCALL_INFO_ENTRY
	CallExit  CallOp = unix.PTRACE_SYSCALL_INFO_EXIT
)

// CallInfo is a system call at whose entry or exit a process stands.
type CallInfo struct {
	Op   CallOp
	Arch uint32 // AUDIT_ARCH_*: calls of another instruction set have other numbers
	Nr   uint64 // at entry
	Args [6]uint64
	Ret  int64 // at exit; negative: -errno
}

// rawCallInfo is struct ptrace_syscall_info with its largest union member but seccomp.
type rawCallInfo struct {
	op     uint8
	_      [3]uint8
	arch   uint32
	ip, sp uint64
	data   [7]uint64
}

const ptraceGetSyscallInfo = 0x420e

// GetCallInfo tells the system call at whose stop the process stands (Linux 5.3).
func GetCallInfo(pid int) (CallInfo, error) {
	var r rawCallInfo
	if err := raw(ptraceGetSyscallInfo, pid, unsafe.Sizeof(r), uintptr(unsafe.Pointer(&r))); err != nil {
		return CallInfo{}, err
	}
	info := CallInfo{Op: CallOp(r.op), Arch: r.arch}
	switch info.Op {
	case CallEntry:
		info.Nr = r.data[0]
		copy(info.Args[:], r.data[1:])
	case CallExit:
		info.Ret = int64(r.data[0])
	}
	return info, nil
}
