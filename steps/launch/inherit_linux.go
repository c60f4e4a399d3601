package launch

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"casebook/steps/snapshot"
)

// CanInherit says whether the profile Inherit can be had on this system.
const CanInherit = true

// Rules of this file:
//
//   - a launch of the profile Inherit gets what this program was given, and
//     nothing of ours: descriptors (also those above 2), session, process group,
//     terminal, limits, signal mask and environment, all untouched;
//   - nobody reads its output, and signals of the terminal reach it as they reach
//     us; the helper takes no notice of them;
//   - what the Go runtime changes before anybody can look is not claimed: which
//     signals were ignored, but for SIGHUP and SIGINT.

// startInheriting starts a helper in this program's own session and group.
// Inherited descriptors pass by themselves, under their own numbers; the helper's
// pipe takes the first two numbers that are free.
func startInheriting() (*helperProcess, error) {
	given, err := inherited()
	if err != nil {
		return nil, err
	}
	var below []*os.File
	n := 3
	for ; given[n] || given[n+1]; n++ {
		var f *os.File
		if given[n] {
			f = os.NewFile(uintptr(n), strconv.Itoa(n))
		}
		below = append(below, f)
	}
	return startHelperAs(func(c *exec.Cmd, inR, outW *os.File) {
		c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
		c.SysProcAttr = nil
		c.ExtraFiles = append(below, inR, outW)
		c.Env = append(c.Env, helperMark+"="+strconv.Itoa(n))
	})
}

// inherited are the descriptors from 3 on that this program was started with.
// Its own are all close-on-exec.
func inherited() (map[int]bool, error) {
	d, err := os.Open("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	given := map[int]bool{}
	for _, name := range names {
		fd, err := strconv.Atoi(name)
		if err != nil || fd < 3 {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			given[fd] = true
		}
	}
	return given, nil
}

// givenEnv is the environment exactly as it was given, also what the standard
// library leaves out of it.
func givenEnv(environ []string) []string {
	b, err := os.ReadFile("/proc/self/environ")
	if err != nil {
		return environ
	}
	var env []string
	for e := range bytes.SplitSeq(bytes.TrimSuffix(b, []byte{0}), []byte{0}) {
		env = append(env, string(e))
	}
	if len(b) == 0 {
		env = nil
	}
	return slices.Clip(env)
}

// given is what the launched command keeps of the helper's own signals.
type given struct {
	ignore uint64 // signals that are ignored
	mask   uint64 // signals that are blocked
}

// readGiven is called on the thread that forks, before anything asks for signals.
func readGiven() given {
	var g given
	for _, s := range []syscall.Signal{unix.SIGHUP, unix.SIGINT} {
		if signal.Ignored(s) {
			g.ignore |= 1 << (s - 1)
		}
	}
	var set unix.Sigset_t
	if unix.PthreadSigmask(unix.SIG_BLOCK, nil, &set) == nil {
		g.mask = set.Val[0]
	}
	return g
}

// deafen lets the signals pass by that the launch gets too.
func deafen() {
	for _, s := range []os.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

const hiddenSignals = "the Go runtime hides from casebook which signals it was started with ignored, but for SIGHUP and SIGINT"

// unclaimed marks what can't be known of a process that got what we were given.
func unclaimed(p *snapshot.Process) {
	if p == nil {
		return
	}
	if p.Unknown == nil {
		p.Unknown = map[string]string{}
	}
	p.Unknown["signal_disposition"] = hiddenSignals
}

// openGiven is the helper's own ends, which the launch gets as they are.
func openGiven() *stdio { return &stdio{given: true} }
