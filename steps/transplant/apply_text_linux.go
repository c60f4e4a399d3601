//go:build linux && (amd64 || arm64)

package transplant

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// text is the wanted text with this run's own values put in.
func (w *work) text(c Change) (string, error) {
	s := fill(c.Text, c.Refs, func(to RefTo) string {
		if name, ok := strings.CutPrefix(string(to), refEnv); ok {
			v, _ := lookup(w.p, name)
			return secret.Reveal(v)
		}
		switch to {
		case RefParent:
			return strconv.Itoa(w.p.PPID)
		case RefSID:
			return strconv.Itoa(w.p.SID)
		case RefLaunch:
			return strconv.Itoa(w.helper.launch)
		}
		return strconv.Itoa(w.p.PID)
	})
	if len(c.Refs) > 0 && strings.HasPrefix(s, "/") && s != "" {
		if _, err := os.Lstat(s); err != nil {
			return "", errStale
		}
	}
	return s, nil
}

// setCwd changes the directory after the image was started again, since the
// file to start may be named relative to the old one; before, where rights are
// given away on the way.
func (w *work) setCwd(c Change) error {
	if w.again && !w.changes(fact.Credentials) && !w.changes(fact.Root) {
		return w.later(c, (*work).chdir)
	}
	return w.chdir(c)
}

func (w *work) chdir(c Change) error { return w.withPath("chdir", unix.SYS_CHDIR, c) }

func (w *work) setRoot(c Change) error { return w.withPath("chroot", unix.SYS_CHROOT, c) }

func (w *work) withPath(what string, nr uintptr, c Change) error {
	path, err := w.text(c)
	if err != nil {
		return err
	}
	at, err := w.in.WriteString(path)
	if err != nil {
		return err
	}
	_, err = w.call(what, nr, at)
	return err
}

// changes says whether the plan changes anything of a kind.
func (w *work) changes(kind fact.Kind) bool {
	for _, c := range w.plan.Changes {
		if c.Kind == kind {
			return true
		}
	}
	return false
}

func (w *work) setUmask(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	_, err = w.call("umask", unix.SYS_UMASK, uint64(n))
	return err
}

// setLoginUID writes the file in the process's own name: the kernel lets nobody else.
func (w *work) setLoginUID(c Change) error {
	n := int64(-1)
	if !c.Absent {
		var err error
		if n, err = c.number(); err != nil {
			return err
		}
	}
	return w.writeFile("/proc/self/loginuid", strconv.FormatUint(uint64(uint32(n)), 10))
}

// writeFile writes a file in the process's name.
func (w *work) writeFile(path, text string) error {
	at, err := w.in.WriteString(path)
	if err != nil {
		return err
	}
	fd, err := w.call("open "+path, unix.SYS_OPENAT, atCwd, at, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer w.in.Call(unix.SYS_CLOSE, fd)
	data, err := w.in.WriteString(text)
	if err != nil {
		return err
	}
	_, err = w.call("write "+path, unix.SYS_WRITE, fd, data, uint64(len(text)))
	return err
}

const atCwd = ^uint64(99) // AT_FDCWD, -100

// setCgroup moves the process from outside, through the group's own file.
func (w *work) setCgroup(c Change) error {
	root := "/sys/fs/cgroup"
	if c.Name != "" && c.Name != "unified" {
		root += "/" + c.Name
	}
	path := root + secret.Reveal(c.Text) + "/cgroup.procs"
	return os.WriteFile(path, strconv.AppendInt(nil, int64(w.p.PID), 10), 0)
}

func (w *work) setOOM(c Change) error {
	n, err := c.number()
	if err != nil {
		return err
	}
	return os.WriteFile("/proc/"+strconv.Itoa(w.p.PID)+"/oom_score_adj", strconv.AppendInt(nil, n, 10), 0)
}
