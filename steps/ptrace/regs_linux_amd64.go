package ptrace

import "golang.org/x/sys/unix"

// regs is what NT_PRSTATUS holds on amd64 (struct user_regs_struct).
type regs unix.PtraceRegsAmd64

// breakIn is the syscall instruction, followed by a trap that is never reached
// unless something went wrong.
var breakIn = []byte{0x0f, 0x05, 0xcc}

func (r *regs) ip() uint64         { return r.Rip }
func (r *regs) sp() uint64         { return r.Rsp }
func (r *regs) result() uint64     { return r.Rax }
func (r *regs) setResult(v uint64) { r.Rax = v }

// setCall prepares a system call that the instruction at ip will make.
// orig_rax is -1 so that the kernel does not take an earlier call for one to restart.
func (r *regs) setCall(ip, nr uint64, a [6]uint64) {
	r.Rip, r.Rax, r.Orig_rax = ip, nr, ^uint64(0)
	r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9 = a[0], a[1], a[2], a[3], a[4], a[5]
}

// setNumber changes which call a process that stands at a call's entry makes.
func setNumber(pid int, r *regs, nr int64) error {
	r.Orig_rax = uint64(nr)
	return setRegs(pid, r)
}

func (r *regs) setArg(i int, v uint64) {
	*[]*uint64{&r.Rdi, &r.Rsi, &r.Rdx, &r.R10, &r.R8, &r.R9}[i] = v
}
