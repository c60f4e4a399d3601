package snapshot

import (
	"crypto/sha256"
	stdhex "encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// proc reads one /proc/PID through a descriptor of that directory, so that a
// pid that was reused meanwhile fails instead of answering for another process.
type proc struct {
	pid int
	dir int
	buf []byte
	p   *Process
}

// CaptureProcess reads everything that /proc gives about pid. It fails only
// where there is no such process; what else can't be read is Unknown.
func CaptureProcess(pid int) (*Process, error) { return capture(pid, false) }

// CaptureLight reads what a hop needs: no descriptors but 0 to 2, no mounts,
// none of the fields that only the target is asked for.
func CaptureLight(pid int) (*Process, error) { return capture(pid, true) }

func capture(pid int, light bool) (*Process, error) {
	r, err := openProc(pid)
	if err != nil {
		return nil, err
	}
	defer r.close()
	p := r.p
	p.Light = light
	stat, err := r.read("stat")
	if err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	parseStat(stat, p)
	p.PID = pid
	p.TTY = ttyName(p.TTYNr)
	r.readStatus()
	r.readStrings()
	p.Exe, p.Cwd, p.Root = r.file("exe"), r.file("cwd"), r.file("root")
	r.readPlain()
	p.IOPrio = r.ioprio()
	p.Namespaces = r.namespaces()
	p.Unknown["securebits"] = "the kernel tells them to the process itself only"
	if light {
		r.fds(func(n int) bool { return n <= 2 }, true)
		return p, nil
	}
	r.readCgroup()
	if slices.ContainsFunc(p.Namespaces, func(n Namespace) bool { return n.Kind == "mnt" && n.Own }) {
		r.readMounts() // in our own namespace the table is ours and tells nothing
	}
	r.fds(func(int) bool { return true }, false)
	return p, nil
}

func openProc(pid int) (*proc, error) {
	dir, err := unix.Open("/proc/"+strconv.Itoa(pid), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	p := &Process{PID: pid, Umask: -1, LoginUID: -1, TPGID: -1, Unknown: map[string]string{}}
	return &proc{pid: pid, dir: dir, buf: make([]byte, 16<<10), p: p}, nil
}

func (r *proc) close() { _ = unix.Close(r.dir) }

// mostBytes bounds one file of /proc; an environment block can't be larger
// than the kernel's limit for argv and environment together.
const mostBytes = 16 << 20

// manyRecords are the files that the kernel gives piece by piece; of all others
// a read that leaves room in the buffer has seen the end.
const manyRecords = "mountinfo"

// read returns a file's content, valid until the next read.
func (r *proc) read(name string) ([]byte, error) {
	fd, err := unix.Openat(r.dir, name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	for n := 0; ; {
		got, err := unix.Read(fd, r.buf[n:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, err
		case got == 0:
			return r.buf[:n], nil
		}
		n += got
		if n < len(r.buf) && name != manyRecords {
			return r.buf[:n], nil
		}
		if n == len(r.buf) {
			if n >= mostBytes {
				return r.buf[:n], nil
			}
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
	}
}

// unknown notes why a field could not be read.
func (r *proc) unknown(field string, err error) { r.p.Unknown[field] = whyNot(err) }

func whyNot(err error) string {
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return "not permitted: the process belongs to another user, or gave itself away less"
	case errors.Is(err, unix.ENOENT):
		return "this kernel does not tell"
	case errors.Is(err, unix.ESRCH):
		return "the process was gone"
	}
	return err.Error()
}

func (r *proc) readStatus() {
	b, err := r.read("status")
	if err != nil {
		r.unknown("status", err)
		return
	}
	parseStatus(b, r.p)
}

func (r *proc) readStrings() {
	if b, err := r.read("environ"); err != nil {
		r.unknown("env", err)
	} else {
		r.p.Env = parseEnviron(string(b))
	}
	if b, err := r.read("cmdline"); err != nil {
		r.unknown("argv", err)
	} else {
		r.p.Argv = parseArgv(string(b))
	}
}

// readPlain reads the files that hold one number, or lines of them.
func (r *proc) readPlain() {
	p := r.p
	r.each("limits", "rlimit", func(b []byte) { p.Rlimits = parseLimits(b) })
	r.each("oom_score_adj", "oom_score_adj", func(b []byte) { p.OOMScoreAdj = int(number(b)) })
	r.each("personality", "personality", func(b []byte) { p.Personality = hex(b) })
	r.each("loginuid", "loginuid", func(b []byte) {
		if p.LoginUID = number(b); p.LoginUID == 1<<32-1 {
			p.LoginUID = -1
		}
	})
	if p.Light {
		return
	}
	r.each("timerslack_ns", "timerslack", func(b []byte) { p.TimerSlack = unsigned(b) })
	r.each("coredump_filter", "coredump_filter", func(b []byte) { p.CoredumpFilter = hex(b) })
}

func (r *proc) each(file, field string, take func([]byte)) {
	b, err := r.read(file)
	if err != nil {
		r.unknown(field, err)
		return
	}
	take(b)
}

func (r *proc) readCgroup() {
	r.each("cgroup", "cgroup", func(b []byte) { r.p.Cgroups = parseCgroup(b) })
}

// readMounts keeps a hash of the mount table without the ids that every mount
// namespace counts anew.
func (r *proc) readMounts() {
	r.each("mountinfo", "mounts", func(b []byte) {
		h := sha256.New()
		for len(b) > 0 {
			var line []byte
			line, b = cutByte(b, '\n')
			_, rest := field(line)
			_, rest = field(rest)
			h.Write(rest)
			h.Write([]byte{'\n'})
			r.p.Mounts++
		}
		r.p.MountsHash = stdhex.EncodeToString(h.Sum(nil)[:8])
	})
}

// link reads a magic link.
func (r *proc) link(name string) (string, error) {
	for {
		n, err := unix.Readlinkat(r.dir, name, r.buf)
		if err != nil {
			return "", err
		}
		if n < len(r.buf) {
			return string(r.buf[:n]), nil
		}
		r.buf = make([]byte, 2*len(r.buf))
	}
}

func (r *proc) file(name string) File {
	path, err := r.link(name)
	if err != nil {
		r.unknown(name, err)
		return File{}
	}
	f := File{Path: path}
	var st unix.Stat_t
	if unix.Fstatat(r.dir, name, &st, 0) == nil {
		f.Dev, f.Ino = st.Dev, st.Ino
		f.Deleted = st.Nlink == 0 && strings.HasSuffix(path, deletedMark)
	}
	if f.Deleted {
		f.Path = strings.TrimSuffix(path, deletedMark)
	}
	return f
}

func (r *proc) ioprio() string {
	const whoProcess, classShift = 1, 13
	v, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, whoProcess, uintptr(r.pid), 0)
	if errno != 0 {
		r.unknown("ioprio", errno)
		return ""
	}
	level := strconv.Itoa(int(v & (1<<classShift - 1) & 7))
	switch v >> classShift {
	case 0:
		return "none"
	case 1:
		return "realtime " + level
	case 2:
		return "best-effort " + level
	case 3:
		return "idle"
	}
	return "class " + strconv.Itoa(int(v>>classShift))
}

// namespaceKinds are the links of /proc/PID/ns that name what the process lives in.
var namespaceKinds = []string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}

// ownNamespaces are those of this program, against which "own" is meant.
var ownNamespaces = sync.OnceValue(func() map[string]uint64 {
	own := map[string]uint64{}
	r, err := openProc(os.Getpid())
	if err != nil {
		return own
	}
	defer r.close()
	for _, kind := range namespaceKinds {
		if ino, err := r.namespace(kind); err == nil {
			own[kind] = ino
		}
	}
	return own
})

func (r *proc) namespaces() []Namespace {
	own := ownNamespaces()
	out := make([]Namespace, 0, len(namespaceKinds))
	for _, kind := range namespaceKinds {
		ino, err := r.namespace(kind)
		if err != nil {
			r.unknown("namespace "+kind, err)
			continue
		}
		out = append(out, Namespace{Kind: kind, Ino: ino, Own: ino != own[kind]})
	}
	return out
}

// namespace reads the number out of "net:[4026531840]": cheaper than a stat,
// which would open the namespace.
func (r *proc) namespace(kind string) (uint64, error) {
	text, err := r.link("ns/" + kind)
	if err != nil {
		return 0, err
	}
	return bracketed(text), nil
}

// bracketed is the number in "pipe:[123]"; 0 where there is none.
func bracketed(s string) uint64 {
	_, rest, _ := strings.Cut(s, ":[")
	return unsigned([]byte(rest))
}
