//go:build linux && (amd64 || arm64)

package transplant

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// setProcessGroup gives the process a group of its own, or puts it into the one
// of the launched command. The group of a hop that this launch does not have is
// stood in for by one of its own: what counts is that it is not the launcher's.
func (w *work) setProcessGroup(c Change) error {
	if err := w.enterGroup(c); err != nil {
		return err
	}
	if len(c.Numbers) < 2 || c.Numbers[1] == noTerminal || w.p.TTYNr == 0 {
		return nil
	}
	return w.setGround(c.Numbers[1] == foreground)
}

// setGround makes the process's group the one that may use the terminal, or
// gives that to the session's leader. No SIGTTOU comes of it: signals are held.
func (w *work) setGround(front bool) error {
	group, err := unix.Getpgid(w.p.PID)
	if err != nil {
		return err
	}
	if !front {
		leader, err := unix.Getpgid(w.p.SID)
		if err != nil || leader == group {
			return errors.New("there is no other process group that the terminal could go to")
		}
		group = leader
	}
	tty, err := w.in.WriteString("/dev/tty")
	if err != nil {
		return err
	}
	fd, err := w.call("open its terminal", unix.SYS_OPENAT, atCwd, tty, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	defer w.in.Call(unix.SYS_CLOSE, fd)
	at, err := w.in.Write([]byte{byte(group), byte(group >> 8), byte(group >> 16), byte(group >> 24)})
	if err != nil {
		return err
	}
	_, err = w.call("tcsetpgrp", unix.SYS_IOCTL, fd, unix.TIOCSPGRP, at)
	return err
}

func (w *work) enterGroup(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	switch {
	case n == parentsGroup && w.joinGroupOf(w.p.PPID, true):
		return nil
	case n != launchersGroup && w.p.PGID == w.p.PID:
		return nil
	case n != launchersGroup:
		_, err = w.call("setpgid", unix.SYS_SETPGID, 0, 0)
		return err
	}
	if launch, err := unix.Getpgid(w.helper.launch); err == nil && launch == w.p.PGID {
		return nil
	}
	return w.joinLauncher()
}

// joinLauncher enters the process group of the launched command, or of the
// nearest that is left of it in the same session.
func (w *work) joinLauncher() error {
	for _, pid := range []int{w.helper.launch, w.p.SID, w.p.PPID} {
		if w.joinGroupOf(pid, false) {
			return nil
		}
	}
	return errors.New("its launcher lives in another session, or leads this one and can't be joined")
}

// joinGroupOf enters the group of a process of the same session. other: only if
// it is not the launched command's.
func (w *work) joinGroupOf(pid int, other bool) bool {
	sid, err := unix.Getsid(pid)
	if pid <= 0 || err != nil || sid != w.p.SID {
		return false
	}
	group, err := unix.Getpgid(pid)
	if err != nil {
		return false
	}
	if launch, err := unix.Getpgid(w.helper.launch); other && (err != nil || launch == group) {
		return false
	}
	_, err = w.call("setpgid", unix.SYS_SETPGID, 0, uint64(group))
	return err == nil
}

// setSession gives the process a session of its own. The way back does not
// exist: that is what omissions are for.
func (w *work) setSession(c Change) error {
	n, err := c.number()
	switch {
	case err != nil:
		return err
	case w.p.SID == w.p.PID && n == 1:
		return nil
	case n != 1:
		return errors.New("a session can't be left after it was begun; leave setsid out instead")
	}
	return w.setsid()
}

func (w *work) setsid() error {
	if group, err := unix.Getpgid(w.p.PID); err == nil && group == w.p.PID {
		if err := w.joinLauncher(); err != nil {
			return fmt.Errorf("leave the process group that it leads: %w", err)
		}
	}
	_, err := w.call("setsid", unix.SYS_SETSID)
	return err
}

// setCTTY takes the controlling terminal away, or gives it a new one.
func (w *work) setCTTY(c Change) error {
	if !c.Absent && w.p.TTYNr != 0 {
		return nil // the launched command took it for the whole session
	}
	if !c.Absent {
		return w.newCTTY(c)
	}
	if sid, _ := unix.Getsid(w.p.PID); sid == w.p.PID && w.p.SID != w.p.PID {
		return nil // a session of its own was begun a moment ago, and has no terminal
	}
	at, err := w.in.WriteString("/dev/tty")
	if err != nil {
		return err
	}
	fd, err := w.in.Call(unix.SYS_OPENAT, atCwd, at, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errors.Is(err, unix.ENXIO) {
		return nil // it has none
	}
	if err != nil {
		return fmt.Errorf("open its terminal: %w", err)
	}
	defer w.in.Call(unix.SYS_CLOSE, fd)
	if _, err = w.call("give the terminal up", unix.SYS_IOCTL, fd, unix.TIOCNOTTY); err != nil {
		return err
	}
	return w.forget(unix.SIGHUP, unix.SIGCONT)
}

// forget drops signals that are pending because of what was just done: ignoring
// a signal for a moment does that.
func (w *work) forget(signals ...unix.Signal) error {
	for _, sig := range signals {
		name := unix.SignalName(sig)
		ignored := w.p.Signals.Ignored>>(sig-1)&1 == 1
		if err := w.setDisposition(change(name, false)); err != nil {
			return err
		}
		if ignored {
			continue
		}
		if err := w.setDisposition(change(name, true)); err != nil {
			return err
		}
	}
	return nil
}

func change(name string, absent bool) Change {
	c := Change{Absent: absent}
	c.Name = name
	return c
}

// newCTTY makes a terminal of ours the controlling one. Only a session's leader
// without a terminal can take one.
func (w *work) newCTTY(c Change) error {
	sid, err := unix.Getsid(w.p.PID)
	if err != nil {
		return err
	}
	if sid != w.p.PID {
		if err := w.setsid(); err != nil {
			return err
		}
	}
	t, err := w.terminal(c.FD.Rows, c.FD.Cols)
	if err != nil {
		return err
	}
	fd, err := w.openTerminal(t)
	if err != nil {
		return err
	}
	defer w.in.Call(unix.SYS_CLOSE, fd)
	_, err = w.call("take the terminal", unix.SYS_IOCTL, fd, unix.TIOCSCTTY, 0)
	return err
}
