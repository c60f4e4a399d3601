package snapshot

import (
	"bytes"
	"strings"

	"casebook/steps/secret"
)

// These parsers read the text of /proc without regular expressions or fmt:
// a launch may exec hundreds of times and each is read. None of them fails: a
// field that is not there stays as it was, and whoever reads says so.

// parseEnviron takes an environment block apart; entries end in NUL.
func parseEnviron(block string) []Var {
	if block == "" {
		return nil
	}
	block = strings.TrimSuffix(block, "\x00")
	vars := make([]Var, 0, strings.Count(block, "\x00")+1)
	for more := true; more; {
		var entry string
		entry, block, more = strings.Cut(block, "\x00")
		name, value, ok := strings.Cut(entry, "=")
		vars = append(vars, Var{Name: name, Value: secret.New(value), Naked: !ok})
	}
	return vars
}

// parseArgv takes the argument block apart. An empty block is an empty argv.
func parseArgv(block string) []secret.Text {
	if block == "" {
		return nil
	}
	block = strings.TrimSuffix(block, "\x00")
	argv := make([]secret.Text, 0, strings.Count(block, "\x00")+1)
	for more := true; more; {
		var arg string
		arg, block, more = strings.Cut(block, "\x00")
		argv = append(argv, secret.New(arg))
	}
	return argv
}

// parseStat reads /proc/PID/stat. The name in parentheses may hold blanks and
// parentheses of its own: the last ')' ends it.
func parseStat(b []byte, p *Process) bool {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return false
	}
	p.PID = int(number(bytes.TrimSpace(b[:open])))
	p.Comm = string(b[open+1 : end])
	rest := b[end+1:]
	for i := 3; ; i++ { // fields are numbered as in proc(5): state is 3
		var f []byte
		if f, rest = field(rest); len(f) == 0 {
			return i > 22
		}
		setStat(p, i, f)
	}
}

func setStat(p *Process, i int, f []byte) {
	switch i {
	case 3:
		p.State = string(f)
	case 4:
		p.PPID = int(number(f))
	case 5:
		p.PGID = int(number(f))
	case 6:
		p.SID = int(number(f))
	case 7:
		p.TTYNr = int(number(f))
	case 8:
		p.TPGID = int(number(f))
	case 19:
		p.Nice = int(number(f))
	case 20:
		p.Threads = int(number(f))
	case 22:
		p.StartTime = uint64(number(f))
	case 40:
		p.RTPrio = int(number(f))
	case 41:
		p.Sched = schedName(int(number(f)))
	}
}

func schedName(policy int) string {
	switch policy {
	case 0:
		return "other"
	case 1:
		return "fifo"
	case 2:
		return "rr"
	case 3:
		return "batch"
	case 5:
		return "idle"
	case 6:
		return "deadline"
	case 7:
		return "ext"
	}
	return "unknown"
}

// parseStatus reads /proc/PID/status.
func parseStatus(b []byte, p *Process) {
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		key, value := cutByte(line, ':')
		value = bytes.TrimSpace(value)
		switch string(key) {
		case "Umask":
			p.Umask = int(octal(value))
		case "Uid":
			four(value, &p.UIDs)
		case "Gid":
			four(value, &p.GIDs)
		case "Groups":
			p.Groups = numbers(value)
		case "ShdPnd", "SigPnd":
			p.Signals.Pending |= hex(value)
		case "SigBlk":
			p.Signals.Blocked = hex(value)
		case "SigIgn":
			p.Signals.Ignored = hex(value)
		case "SigCgt":
			p.Signals.Caught = hex(value)
		case "CapInh":
			p.Caps.Inheritable = hex(value)
		case "CapPrm":
			p.Caps.Permitted = hex(value)
		case "CapEff":
			p.Caps.Effective = hex(value)
		case "CapBnd":
			p.Caps.Bounding = hex(value)
		case "CapAmb":
			p.Caps.Ambient = hex(value)
		case "NoNewPrivs":
			p.NoNewPrivs = string(value) == "1"
		case "Seccomp":
			p.Seccomp = int(number(value))
		case "Seccomp_filters":
			p.SeccompFilters = int(number(value))
		case "THP_enabled":
			p.THPDisabled = string(value) == "0"
		case "Cpus_allowed_list":
			p.Affinity = cpuList(value)
		}
	}
}

// limitNames are the resources of /proc/PID/limits under the names that people
// know from RLIMIT_*.
var limitNames = map[string]string{
	"Max cpu time": "CPU", "Max file size": "FSIZE", "Max data size": "DATA", "Max stack size": "STACK",
	"Max core file size": "CORE", "Max resident set": "RSS", "Max processes": "NPROC", "Max open files": "NOFILE",
	"Max locked memory": "MEMLOCK", "Max address space": "AS", "Max file locks": "LOCKS",
	"Max pending signals": "SIGPENDING", "Max msgqueue size": "MSGQUEUE", "Max nice priority": "NICE",
	"Max realtime priority": "RTPRIO", "Max realtime timeout": "RTTIME",
}

// parseLimits reads /proc/PID/limits, whose columns are at fixed places:
// 26 for the name, then soft and hard.
func parseLimits(b []byte) []Rlimit {
	out := make([]Rlimit, 0, len(limitNames))
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		if len(line) < 27 {
			continue
		}
		name, known := limitNames[string(bytes.TrimSpace(line[:26]))]
		if !known {
			continue
		}
		soft, rest := field(line[26:])
		hard, _ := field(rest)
		out = append(out, Rlimit{name, limit(soft), limit(hard)})
	}
	return out
}

func limit(f []byte) uint64 {
	if string(f) == "unlimited" {
		return Unlimited
	}
	return unsigned(f)
}

// parseCgroup reads /proc/PID/cgroup: "4:cpu,cpuacct:/path", "0::/path".
func parseCgroup(b []byte) []Cgroup {
	var out []Cgroup
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		_, rest := cutByte(line, ':')
		names, path := cutByte(rest, ':')
		if len(path) == 0 {
			continue
		}
		for _, name := range bytes.Split(names, []byte{','}) {
			out = append(out, Cgroup{string(name), string(path)})
		}
	}
	return out
}

// openCloexec is O_CLOEXEC as fdinfo shows it.
const openCloexec = 0o2000000

// parseFdinfo reads /proc/PID/fdinfo/N.
func parseFdinfo(b []byte, fd *FD) {
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		key, value := cutByte(line, ':')
		value = bytes.TrimSpace(value)
		switch string(key) {
		case "pos":
			fd.Pos = number(value)
		case "flags":
			flags := int(octal(value))
			fd.Cloexec, fd.Flags = flags&openCloexec != 0, flags&^openCloexec
		case "lock":
			fd.Locks = append(fd.Locks, lockWords(value))
		}
	}
}

// lockWords keeps what a lock is ("FLOCK ADVISORY WRITE") and drops whose and where.
func lockWords(value []byte) string {
	words := bytes.Fields(value)
	if len(words) < 4 {
		return string(value)
	}
	return string(bytes.Join(words[1:4], []byte{' '}))
}
