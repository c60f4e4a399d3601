//go:build linux && (amd64 || arm64)

package ptrace

import "fmt"

// A call is left out in two steps: at its entry it is made no call at all, at
// its exit it gets the value of a success. Another call's number in its place
// was tried, and broke posix_spawn and bash's cd. Only registers are touched:
// the process may live in its parent's memory.

// SkipCall makes the call at whose entry a thread stands no call at all.
func SkipCall(tid int) error {
	r, err := getRegs(tid)
	if err != nil {
		return err
	}
	return setNumber(tid, &r, -1)
}

// SetCallResult gives the call at whose exit a thread stands another result.
func SetCallResult(tid int, v int64) error {
	r, err := getRegs(tid)
	if err != nil {
		return err
	}
	r.setResult(uint64(v))
	return setRegs(tid, &r)
}

// SetCallArg changes argument i (0 to 5) of the call at whose entry a thread stands.
func SetCallArg(tid, i int, v uint64) error {
	if i < 0 || i > 5 {
		return fmt.Errorf("ptrace: a system call has no argument %d", i)
	}
	r, err := getRegs(tid)
	if err != nil {
		return err
	}
	r.setArg(i, v)
	return setRegs(tid, &r)
}
