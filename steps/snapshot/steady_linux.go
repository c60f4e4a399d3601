package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Bounds of one sample: a program may have any number of each.
const (
	threadsMost  = 256
	childrenMost = 256
	holdersMost  = 64
)

// CaptureSteady reads what pid looks like now: sockets with their peers, open
// files, threads, children, libraries, how full its pipes are and who holds
// their other ends. tree are the pids of the whole launch, among which those
// holders are looked for; the calling process is one more.
func CaptureSteady(pid int, tree []int) (*Steady, error) {
	p, err := capture(pid, false)
	if err != nil {
		return nil, err
	}
	r, err := openProc(pid)
	if err != nil {
		return nil, err
	}
	defer r.close()
	r.p.Unknown = p.Unknown
	s := &Steady{PID: pid, Process: p, Unknown: p.Unknown}
	s.Files = openFiles(p.FDs)
	s.Sockets = r.sockets(p.FDs)
	s.Threads = r.threads()
	s.Tree = descendants(pid)
	if b, err := r.read("maps"); err != nil {
		r.unknown("libraries", err)
	} else {
		s.Libs = parseLibraries(b)
	}
	s.Pipes = r.pipes(p.FDs, append(slices.Clone(tree), os.Getpid()))
	return s, nil
}

func openFiles(fds []FD) []OpenFile {
	var out []OpenFile
	for _, fd := range fds {
		if fd.Kind == FDFile || fd.Kind == FDDir {
			out = append(out, OpenFile{FD: fd.Num, Path: fd.Target, Mode: fd.mode()})
		}
	}
	return out
}

// sockets finds the sockets among fds in the tables of the process's own network namespace.
func (r *proc) sockets(fds []FD) []Socket {
	wanted := map[uint64]int{}
	for _, fd := range fds {
		if fd.Kind == FDSocket {
			wanted[fd.Ino] = fd.Num
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	var out []Socket
	for _, proto := range []string{"tcp", "tcp6", "udp", "udp6"} {
		if b, err := r.read("net/" + proto); err == nil {
			out = append(out, parseInet(b, proto, wanted)...)
		}
	}
	if b, err := r.read("net/unix"); err == nil {
		out = append(out, parseUnix(b, wanted)...)
	}
	for _, s := range out {
		delete(wanted, s.Inode)
	}
	for inode, fd := range wanted {
		out = append(out, Socket{FD: fd, Proto: "other", Inode: inode})
	}
	return out
}

func (r *proc) threads() []Thread {
	tids, err := numberedEntries("/proc/" + strconv.Itoa(r.pid) + "/task")
	if err != nil {
		r.unknown("threads", err)
		return nil
	}
	if len(tids) > threadsMost {
		r.p.Unknown["threads beyond "+strconv.Itoa(threadsMost)] = strconv.Itoa(len(tids)) + " threads; only the first were looked at"
		tids = tids[:threadsMost]
	}
	out := make([]Thread, 0, len(tids))
	for _, tid := range tids {
		t, _, _ := r.thread(tid)
		out = append(out, t)
	}
	return out
}

// thread says what one thread waits for, and the call it is in.
func (r *proc) thread(tid int) (t Thread, nr int64, args [6]uint64) {
	base := "task/" + strconv.Itoa(tid) + "/"
	t.TID, nr = tid, -1
	var p Process
	if b, err := r.read(base + "stat"); err == nil && parseStat(b, &p) {
		t.Comm, t.State = p.Comm, p.State
	}
	if b, err := r.read(base + "wchan"); err == nil && string(b) != "0" {
		t.Wchan = string(b)
	}
	b, err := r.read(base + "syscall")
	if err != nil {
		return t, nr, args
	}
	if n, a, in := parseSyscall(b); in {
		nr, args = n, a
		t.Syscall = syscallWords(uint64(n), a)
	}
	return t, nr, args
}

func numberedEntries(dir string) ([]int, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	var out []int
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil {
			out = append(out, n)
		}
	}
	return out, err
}

// descendants walks the children files of the kernel, breadth first, bounded.
func descendants(pid int) []Child {
	var out []Child
	for queue := []int{pid}; len(queue) > 0 && len(out) < childrenMost; queue = queue[1:] {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", queue[0]))
		for _, file := range tasks {
			b, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			for _, kid := range numbers(b) {
				if c, ok := readChild(kid); ok {
					out = append(out, c)
					queue = append(queue, kid)
				}
			}
		}
	}
	return out
}

func readChild(pid int) (Child, bool) {
	r, err := openProc(pid)
	if err != nil {
		return Child{}, false
	}
	defer r.close()
	stat, err := r.read("stat")
	if err != nil || !parseStat(stat, r.p) {
		return Child{}, false
	}
	c := Child{PID: pid, PPID: r.p.PPID, Comm: r.p.Comm, State: r.p.State}
	if b, err := r.read("cmdline"); err == nil {
		c.Argv = parseArgv(string(b))
	}
	return c, true
}

// pipes looks at what descriptors 0 to 2 are connected to.
func (r *proc) pipes(fds []FD, tree []int) []Pipe {
	var out []Pipe
	for _, fd := range fds {
		if fd.Num > 2 || fd.Kind != FDPipe && fd.Kind != FDFifo {
			continue
		}
		p := Pipe{FD: fd.Num, Ino: fd.Ino, Fill: -1, Capacity: -1}
		r.pipeFill(&p)
		wantRead := fd.Num != 0
		p.Ends = pipeEnds(fd, wantRead, tree)
		p.Blocked = blockedOn(fd, tree)
		out = append(out, p)
	}
	return out
}

// pipeFill asks through a descriptor of our own. It is opened for reading
// without waiting and nothing is read from it.
func (r *proc) pipeFill(p *Pipe) {
	fd, err := unix.Openat(r.dir, "fd/"+strconv.Itoa(p.FD), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		r.unknown("fill of the pipe on "+strconv.Itoa(p.FD), err)
		return
	}
	defer unix.Close(fd)
	if n, err := unix.IoctlGetInt(fd, unix.TIOCINQ); err == nil {
		p.Fill = n
	}
	if n, err := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0); err == nil {
		p.Capacity = n
	}
}
