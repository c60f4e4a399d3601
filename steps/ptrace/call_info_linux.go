package ptrace

import (
	"unsafe"
)

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
