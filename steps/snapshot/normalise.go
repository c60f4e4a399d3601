package snapshot

import (
	"strconv"
	"strings"
)

// runNames are variables whose value belongs to one run or one terminal.
// That one of them is there at all is a difference like any other.
var runNames = map[string]bool{
	"SHLVL": true, "_": true, "PYTEST_CURRENT_TEST": true, "WINDOWID": true, "OLDPWD": true, "INVOCATION_ID": true,
	"JOURNAL_STREAM": true, "SSH_CLIENT": true, "SSH_CONNECTION": true, "SSH_TTY": true, "XDG_SESSION_ID": true,
	"GPG_TTY": true, "TMUX_PANE": true, "STY": true, "BASHPID": true, "RANDOM": true, "SECONDS": true, "EPOCHREALTIME": true,
}

// owner knows which numbers and names belong to one run.
type owner struct{ pids map[string]bool }

// newOwner collects the process numbers of a run.
func newOwner(s *Snapshot, t *Target) owner {
	o := owner{map[string]bool{}}
	add := func(n int) {
		if n > 9 {
			o.pids[strconv.Itoa(n)] = true
		}
	}
	for _, n := range s.Tree {
		add(n.PID)
		add(n.PPID)
	}
	for _, p := range []*Process{t.Process, t.ForkParent, t.Launcher} {
		if p != nil {
			add(p.PID)
			add(p.PPID)
			add(p.PGID)
			add(p.SID)
		}
	}
	for _, h := range t.Chain {
		add(h.PID)
		add(h.PPID)
	}
	return o
}

// general is a value without what belongs to the run: process numbers,
// terminal numbers, names of temporary files.
func (o owner) general(v string) string {
	if !strings.ContainsAny(v, "0123456789") && !strings.Contains(v, "/tmp") {
		return v
	}
	parts := strings.Split(v, "/")
	temp := 0
	for i, p := range parts {
		switch {
		case p == "tmp" && i > 0 && (parts[i-1] == "" || parts[i-1] == "var"):
			temp = tempDepth
			continue
		case i > 1 && parts[i-1] == "pts" && parts[i-2] == "dev":
			parts[i] = "<n>" + strings.TrimLeft(p, "0123456789")
			continue
		case temp > 0 && isRandom(p):
			parts[i] = "<temporary>"
		default:
			parts[i] = o.withoutPids(p)
		}
		temp--
	}
	return strings.Join(parts, "/")
}

// tempDepth is how many names below /tmp may be made up for one run.
const tempDepth = 3

func (o owner) withoutPids(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j == i {
			b.WriteByte(s[i])
			i++
			continue
		}
		if o.pids[s[i:j]] {
			b.WriteString("<pid>")
		} else {
			b.WriteString(s[i:j])
		}
		i = j
	}
	return b.String()
}

// isRandom says whether a file name looks made up: its last part has letters
// and digits, or both cases, in no order that a person would write.
func isRandom(name string) bool {
	tail := name
	if i := strings.LastIndexAny(name, ".-_"); i >= 0 {
		tail = name[i+1:]
	}
	if strings.HasPrefix(tail, "tmp") && len(tail) >= 9 {
		return true
	}
	if len(tail) < 6 {
		return false
	}
	digits, small, big := 0, 0, 0
	for i := 0; i < len(tail); i++ {
		switch c := tail[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z':
			small++
		case c >= 'A' && c <= 'Z':
			big++
		default:
			return false
		}
	}
	return digits > 0 && small+big > 0 || small > 0 && big > 1 || digits >= 6
}

// skeleton is a value with all numbers and all made-up names taken out: two
// values that are alike in it may be the same thing of two runs.
func skeleton(v string) string {
	var b strings.Builder
	for i, part := range strings.Split(v, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		if isRandom(part) {
			b.WriteByte('?')
			continue
		}
		digit := false
		for k := 0; k < len(part); k++ {
			if d := part[k] >= '0' && part[k] <= '9'; !d || !digit {
				if digit = d; d {
					b.WriteByte('0')
				} else {
					b.WriteByte(part[k])
				}
			}
		}
	}
	return b.String()
}
