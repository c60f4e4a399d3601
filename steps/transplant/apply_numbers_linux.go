//go:build linux && (amd64 || arm64)

package transplant

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// number is the one number of a change.
func (c Change) number() (int64, error) {
	if c.Absent || len(c.Numbers) == 0 {
		return 0, errors.New("the value to be set is not known")
	}
	return c.Numbers[0], nil
}

// setNice, setSched, setAffinity, setIOPrio and setRlimit are done from outside:
// the process need not have the right itself, and nothing of it is touched.

func (w *work) setNice(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	return unix.Setpriority(unix.PRIO_PROCESS, w.p.PID, int(n))
}

// setSched takes the policy by its number, then the real-time priority.
func (w *work) setSched(c Change) error {
	if len(c.Numbers) < 2 {
		return errors.New("the value to be set is not known")
	}
	prio := int32(c.Numbers[1])
	_, _, e := unix.Syscall(unix.SYS_SCHED_SETSCHEDULER, uintptr(w.p.PID), uintptr(c.Numbers[0]), uintptr(unsafe.Pointer(&prio)))
	if e != 0 {
		return e
	}
	return nil
}

func (w *work) setAffinity(c Change) error {
	var set unix.CPUSet
	for _, cpu := range c.Numbers {
		set.Set(int(cpu))
	}
	return unix.SchedSetaffinity(w.p.PID, &set)
}

func (w *work) setIOPrio(c Change) error {
	const whoProcess = 1
	n, err := c.number()
	if err != nil {
		return err
	}
	_, _, e := unix.Syscall(unix.SYS_IOPRIO_SET, whoProcess, uintptr(w.p.PID), uintptr(n))
	if e != 0 {
		return e
	}
	return nil
}

// setRlimit comes last. The stack's limit decides where an image's memory
// begins, so the image is started again for that one.
func (w *work) setRlimit(c Change) error {
	res, ok := resources[c.Name]
	if !ok || len(c.Numbers) < 2 {
		return fmt.Errorf("no limit is called %s", c.Name)
	}
	lim := unix.Rlimit{Cur: uint64(c.Numbers[0]), Max: uint64(c.Numbers[1])}
	w.again = w.again || c.Name == "STACK"
	err := unix.Prlimit(w.p.PID, res, &lim, nil)
	if !errors.Is(err, unix.EPERM) {
		return err
	}
	// Another user's limits are changed by that user, or by nobody.
	at, err := w.in.Write(binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(nil, lim.Cur), lim.Max))
	if err != nil {
		return err
	}
	_, err = w.call("prlimit64", unix.SYS_PRLIMIT64, 0, uint64(res), at, 0)
	return err
}

func (w *work) setMask(c Change) error {
	sig, err := signalNumber(c.Name)
	if err != nil {
		return err
	}
	bit := uint64(1) << (sig - 1)
	if c.Absent {
		w.in.SetMask(w.in.Mask() &^ bit)
	} else {
		w.in.SetMask(w.in.Mask() | bit)
	}
	return nil
}

// setDisposition makes a signal ignored, or gives it its default action back:
// after an exec there is nothing else.
func (w *work) setDisposition(c Change) error {
	sig, err := signalNumber(c.Name)
	if err != nil {
		return err
	}
	handler := uint64(1) // SIG_IGN
	if c.Absent {
		handler = 0 // SIG_DFL
	}
	action := make([]byte, 32) // handler, flags, restorer, mask
	binary.NativeEndian.PutUint64(action, handler)
	at, err := w.in.Write(action)
	if err != nil {
		return err
	}
	_, err = w.call("rt_sigaction", unix.SYS_RT_SIGACTION, uint64(sig), at, 0, 8)
	return err
}

func (w *work) setPersonality(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	w.again = true // it decides how the image is laid out
	_, err = w.call("personality", unix.SYS_PERSONALITY, uint64(uint32(n)))
	return err
}

func (w *work) setNoNewPrivs(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("it can't be taken back once it is set")
	}
	_, err = w.call("prctl(PR_SET_NO_NEW_PRIVS)", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	return err
}

func (w *work) setSecurebits(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	w.again = true
	_, err = w.call("prctl(PR_SET_SECUREBITS)", unix.SYS_PRCTL, unix.PR_SET_SECUREBITS, uint64(n), 0, 0, 0)
	return err
}
