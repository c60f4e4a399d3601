//go:build linux && (amd64 || arm64)

package transplant

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// setGroups replaces the supplementary groups.
func (w *work) setGroups(c Change) error {
	w.again = true
	if len(c.Numbers) == 0 {
		_, err := w.call("setgroups", unix.SYS_SETGROUPS, 0, 0)
		return err
	}
	list := make([]byte, 0, 4*len(c.Numbers))
	for _, g := range c.Numbers {
		list = binary.NativeEndian.AppendUint32(list, uint32(g))
	}
	at, err := w.in.Write(list)
	if err != nil {
		return err
	}
	_, err = w.call("setgroups", unix.SYS_SETGROUPS, uint64(len(c.Numbers)), at)
	return err
}

// setCredentials sets real, effective, saved and filesystem id. The user comes
// after the group, since it takes the right to change the group away.
func (w *work) setCredentials(c Change) error {
	if c.Name == "uid" && !w.done(fact.Factor{Kind: fact.Credentials, Name: "gid"}) {
		for _, g := range w.plan.Changes {
			if g.Kind == fact.Credentials && g.Name == "gid" {
				if err := w.one(step{g, (*work).setIDs}); err != nil {
					return err
				}
			}
		}
	}
	if c.Name == "gid" && w.done(c.Factor) {
		return errLater // was done with the user
	}
	return w.setIDs(c)
}

func (w *work) done(f fact.Factor) bool {
	for _, o := range w.outcomes {
		if o.Factor == f {
			return true
		}
	}
	return false
}

func (w *work) setIDs(c Change) error {
	if len(c.Numbers) < 4 {
		return errors.New("the value to be set is not known")
	}
	w.again = true
	set, fs := uintptr(unix.SYS_SETRESGID), uintptr(unix.SYS_SETFSGID)
	if c.Name == "uid" {
		set, fs = unix.SYS_SETRESUID, unix.SYS_SETFSUID
	}
	n := c.Numbers
	if _, err := w.call("set "+c.Name, set, uint64(n[0]), uint64(n[1]), uint64(n[2])); err != nil {
		return err
	}
	if n[3] == n[1] { // setres*id sets it along with the effective one
		return nil
	}
	_, err := w.call("set filesystem "+c.Name, fs, uint64(n[3]))
	return err
}

// setCapabilities takes one set of capabilities. An exec computes the sets anew,
// so what is wanted of permitted, effective and inheritable is set behind it.
func (w *work) setCapabilities(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	want := uint64(n)
	switch strings.ToLower(c.Name) {
	case "bounding":
		w.again = true
		return w.eachBit(w.p.Caps.Bounding, want, "drop from the bounding set", func(bit uint64, on bool) (uint64, uint64, uint64) {
			return unix.PR_CAPBSET_DROP, bit, 0
		}, false)
	case "ambient":
		return w.eachBit(w.p.Caps.Ambient, want, "ambient capability", func(bit uint64, on bool) (uint64, uint64, uint64) {
			if on {
				return unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, bit
			}
			return unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_LOWER, bit
		}, true)
	}
	return w.later(c, (*work).capset)
}

// eachBit makes one prctl for every capability that has to change.
func (w *work) eachBit(is, want uint64, what string, call func(uint64, bool) (uint64, uint64, uint64), raise bool) error {
	for bit := range uint64(64) {
		on, wanted := is>>bit&1 == 1, want>>bit&1 == 1
		if on == wanted {
			continue
		}
		if wanted && !raise {
			return fmt.Errorf("%s: what was given up can't be taken back", what)
		}
		a, b, d := call(bit, wanted)
		if _, err := w.call(what, unix.SYS_PRCTL, a, b, d, 0, 0); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) capset(c Change) error {
	now, err := snapshot.CaptureLight(w.p.PID)
	if err != nil {
		return err
	}
	caps, n := now.Caps, uint64(c.Numbers[0])
	switch strings.ToLower(c.Name) {
	case "inheritable":
		caps.Inheritable = n
	case "permitted":
		caps.Permitted, caps.Effective = n, caps.Effective&n
	case "effective":
		caps.Effective = n
	default:
		return fmt.Errorf("no set of capabilities is called %s", c.Name)
	}
	const version3 = 0x20080522
	b := binary.NativeEndian.AppendUint64(nil, version3) // header: version, pid 0
	for shift := 0; shift <= 32; shift += 32 {
		for _, v := range []uint64{caps.Effective, caps.Permitted, caps.Inheritable} {
			b = binary.NativeEndian.AppendUint32(b, uint32(v>>shift))
		}
	}
	at, err := w.in.Write(b)
	if err != nil {
		return err
	}
	_, err = w.call("capset", unix.SYS_CAPSET, at, at+8)
	return err
}

// unshareFlags are the namespaces that a process can enter by itself at its exec.
var unshareFlags = map[string]uint64{
	"net": unix.CLONE_NEWNET, "uts": unix.CLONE_NEWUTS, "ipc": unix.CLONE_NEWIPC,
	"mnt": unix.CLONE_NEWNS, "cgroup": unix.CLONE_NEWCGROUP, "time": unix.CLONE_NEWTIME,
}

// setNamespace gives the process a fresh namespace of its own (number 1), or the
// one that the helper lives in (number 0).
func (w *work) setNamespace(c Change) error {
	flag, ok := unshareFlags[c.Name]
	if !ok {
		return fmt.Errorf("a process can't change its %s namespace at its exec", c.Name)
	}
	n, err := c.number()
	if err != nil {
		return err
	}
	for _, ns := range w.p.Namespaces {
		if ns.Kind == c.Name && int64(b2i(ns.Own)) == n {
			return nil
		}
	}
	w.again = w.again || c.Name == "time" // entered by the next exec
	if n == 1 {
		_, err = w.call("unshare", unix.SYS_UNSHARE, flag)
		return err
	}
	at, err := w.in.WriteString(fmt.Sprintf("/proc/%d/ns/%s", os.Getpid(), c.Name))
	if err != nil {
		return err
	}
	fd, err := w.call("open the namespace", unix.SYS_OPENAT, atCwd, at, unix.O_RDONLY|unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	defer w.in.Call(unix.SYS_CLOSE, fd)
	cwd := w.p.Cwd.Path
	if _, err = w.call("setns", unix.SYS_SETNS, fd, flag); err != nil || c.Name != "mnt" {
		return err
	}
	if at, err = w.in.WriteString(cwd); err != nil { // setns went to the root
		return err
	}
	_, err = w.call("chdir", unix.SYS_CHDIR, at)
	return err
}
