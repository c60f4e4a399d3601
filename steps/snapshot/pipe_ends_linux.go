package snapshot

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// pipeEnds finds who in the tree holds the pipe of fd open for reading (or,
// for a stdin, for writing), and what they are doing.
func pipeEnds(fd FD, reading bool, tree []int) []End {
	var out []End
	seen := map[int]bool{}
	for _, pid := range tree {
		if seen[pid] || len(out) >= holdersMost {
			continue
		}
		seen[pid] = true
		out = append(out, holderEnds(pid, fd, reading)...)
	}
	return out
}

func holderEnds(pid int, pipe FD, reading bool) []End {
	r, err := openProc(pid)
	if err != nil {
		return nil
	}
	defer r.close()
	nums, err := r.fdNumbers()
	if err != nil {
		return nil
	}
	var out []End
	for _, n := range nums[:min(len(nums), fdMost)] {
		target, err := r.link("fd/" + strconv.Itoa(n))
		if err != nil || target != pipe.Target {
			continue
		}
		fd := FD{Num: n, Flags: -1}
		r.fdinfo(&fd)
		if !fd.opens(reading) {
			continue
		}
		e := End{PID: pid, FD: n}
		r.describe(&e)
		out = append(out, e)
	}
	return out
}

// describe says what the holder of an end does: who waits to read from it, or
// is running, reads; who waits for something else does not.
func (r *proc) describe(e *End) {
	if e.PID == os.Getpid() {
		e.Comm, e.Reads, e.Wait = "casebook", true, "relays it"
		return
	}
	tids, _ := numberedEntries("/proc/" + strconv.Itoa(e.PID) + "/task")
	for _, tid := range tids[:min(len(tids), threadsMost)] {
		t, nr, args := r.thread(tid)
		if e.Comm == "" || tid == e.PID {
			e.Comm = t.Comm
		}
		if readsFrom(t, nr, args, e.FD) {
			e.Reads, e.Wait = true, t.Syscall
			return
		}
		if e.Wait == "" {
			e.Wait = firstOf(t.Syscall, t.Wchan, "state "+t.State)
		}
	}
}

// readCalls take the descriptor as their first argument.
var readCalls = []int64{unix.SYS_READ, unix.SYS_READV, unix.SYS_SPLICE, unix.SYS_TEE, unix.SYS_PREAD64}

func readsFrom(t Thread, nr int64, args [6]uint64, fd int) bool {
	if slices.Contains(readCalls, nr) {
		return int(args[0]) == fd
	}
	name := CallName(uint64(nr))
	return strings.Contains(name, "poll") || strings.Contains(name, "select")
}

// blockedOn says whether somebody in the tree is blocked writing into the pipe.
func blockedOn(pipe FD, tree []int) bool {
	for _, pid := range tree {
		if pid != os.Getpid() && writesInto(pid, pipe) {
			return true
		}
	}
	return false
}

func writesInto(pid int, pipe FD) bool {
	r, err := openProc(pid)
	if err != nil {
		return false
	}
	defer r.close()
	tids, _ := numberedEntries("/proc/" + strconv.Itoa(pid) + "/task")
	for _, tid := range tids[:min(len(tids), threadsMost)] {
		t, nr, args := r.thread(tid)
		if nr != unix.SYS_WRITE && nr != unix.SYS_WRITEV || !strings.Contains(t.Wchan, "pipe") && t.State != "S" {
			continue
		}
		if target, err := r.link("fd/" + strconv.Itoa(int(args[0]))); err == nil && target == pipe.Target {
			return true
		}
	}
	return false
}
