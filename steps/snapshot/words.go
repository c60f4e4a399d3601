package snapshot

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// clean makes a text harmless for one line of a screen: control characters,
// what reorders text and what is no UTF-8 are spelled out.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + hexByte(s[i]))
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || hides(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// hides says whether a rune is not seen itself but changes how others are.
func hides(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff
}

// signalNames are Linux's, by number.
var signalNames = [...]string{
	1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
	10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 16: "SIGSTKFLT", 17: "SIGCHLD",
	18: "SIGCONT", 19: "SIGSTOP", 20: "SIGTSTP", 21: "SIGTTIN", 22: "SIGTTOU", 23: "SIGURG", 24: "SIGXCPU", 25: "SIGXFSZ",
	26: "SIGVTALRM", 27: "SIGPROF", 28: "SIGWINCH", 29: "SIGIO", 30: "SIGPWR", 31: "SIGSYS",
}

// signalName is the name of signal n.
func signalName(n int) string {
	if n > 0 && n < len(signalNames) {
		return signalNames[n]
	}
	if n < 34 {
		return "SIG" + strconv.Itoa(n)
	}
	return "SIGRTMIN+" + strconv.Itoa(n-34)
}

// signalsOf lists the names in a set.
func signalsOf(set uint64) []string {
	var out []string
	for n := 1; n <= 64; n++ {
		if set&(1<<(n-1)) != 0 {
			out = append(out, signalName(n))
		}
	}
	return out
}

var capNames = strings.Fields(`chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin
sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog
wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`)

// capWords is a capability set in words, against the set of all that there are.
func capWords(set, all uint64) string {
	switch {
	case set == 0:
		return "none"
	case set == all:
		return "all"
	}
	has, missing := capList(set), capList(all&^set)
	if len(missing) < len(has) {
		return "all but " + strings.Join(missing, ",")
	}
	return strings.Join(has, ",")
}

func capList(set uint64) []string {
	var out []string
	for n := range 64 {
		if set&(1<<n) == 0 {
			continue
		}
		name := "cap_" + strconv.Itoa(n)
		if n < len(capNames) {
			name = capNames[n]
		}
		out = append(out, name)
	}
	return out
}

var personalityFlags = []struct {
	bit  uint64
	name string
}{
	{0x0040000, "ADDR_NO_RANDOMIZE"}, {0x0080000, "FDPIC_FUNCPTRS"}, {0x0100000, "MMAP_PAGE_ZERO"},
	{0x0200000, "ADDR_COMPAT_LAYOUT"}, {0x0400000, "READ_IMPLIES_EXEC"}, {0x0800000, "ADDR_LIMIT_32BIT"},
	{0x1000000, "SHORT_INODE"}, {0x2000000, "WHOLE_SECONDS"}, {0x4000000, "STICKY_TIMEOUTS"},
	{0x8000000, "ADDR_LIMIT_3GB"}, {0x0020000, "UNAME26"},
}

func personalityWords(p uint64) string {
	var words []string
	for _, f := range personalityFlags {
		if p&f.bit != 0 {
			words = append(words, f.name)
			p &^= f.bit
		}
	}
	switch {
	case p == 8:
		words = append(words, "LINUX32")
	case p != 0:
		words = append(words, "0x"+strconv.FormatUint(p, 16))
	}
	if len(words) == 0 {
		return "LINUX"
	}
	return strings.Join(words, " ")
}

func limitWords(n uint64) string {
	if n == Unlimited {
		return "unlimited"
	}
	return strconv.FormatUint(n, 10)
}

func umaskWords(n int) string {
	s := strconv.FormatInt(int64(n), 8)
	for len(s) < 3 {
		s = "0" + s
	}
	return s
}

// cpuWords is "0-3,8".
func cpuWords(cpus []int) string {
	var b strings.Builder
	for i := 0; i < len(cpus); {
		j := i
		for j+1 < len(cpus) && cpus[j+1] == cpus[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(cpus[i]))
		if j > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(cpus[j]))
		}
		i = j + 1
	}
	return b.String()
}

// idWords is one number where all four agree, else each by name.
func idWords(ids [4]int) string {
	if ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3] {
		return strconv.Itoa(ids[0])
	}
	return "real " + strconv.Itoa(ids[0]) + ", effective " + strconv.Itoa(ids[1]) + ", saved " + strconv.Itoa(ids[2])
}

// quoteWords is a list of words as a shell would take them.
func quoteWords(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quoteWord(w)
	}
	return strings.Join(out, " ")
}

func quoteWord(w string) string {
	if w != "" && !strings.ContainsAny(w, " \t\n'\"\\$`*?[]{}()<>|&;#~!") {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

// firstOf is the first word that is not empty.
func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
