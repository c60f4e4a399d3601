package launch

import (
	"bytes"
	"os"
	"strconv"
)

// statOf reads state and parent from /proc/PID/stat; ok is false when there is no such process.
func statOf(pid int) (state byte, parent int, ok bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, 0, false
	}
	i := bytes.LastIndexByte(b, ')') // the name before may hold anything
	if i < 0 || len(b) < i+4 {
		return 0, 0, false
	}
	rest := b[i+4:]
	end := bytes.IndexByte(rest, ' ')
	if end < 0 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(string(rest[:end]))
	return b[i+2], parent, err == nil
}

// parentOf is the parent of a process or thread; 0: there is none such.
func parentOf(pid int) int {
	_, parent, _ := statOf(pid)
	return parent
}

// descendants are all processes below pid, but for zombies.
func descendants(pid int) []int {
	d, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	children := map[int][]int{}
	zombie := map[int]bool{}
	for _, name := range names {
		n, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if state, parent, ok := statOf(n); ok {
			children[parent] = append(children[parent], n)
			zombie[n] = state == 'Z' || state == 'X'
		}
	}
	var out []int
	for next := children[pid]; len(next) > 0; {
		n := next[0]
		next = append(next[1:], children[n]...)
		if !zombie[n] {
			out = append(out, n)
		}
	}
	return out
}
