package ptrace

// CallOp says at which end of a system call a process stands.
type CallOp uint8

const (
	CallNone  CallOp = 0
	CallEntry CallOp = 1
	CallExit  CallOp = 2
)

// CallInfo is a system call at whose entry or exit a process stands.
type CallInfo struct {
	Op   CallOp
	Arch uint32 // AUDIT_ARCH_*: calls of another instruction set have other numbers
	Nr   uint64 // at entry
	Args [6]uint64
	Ret  int64 // at exit; negative: -errno
}
