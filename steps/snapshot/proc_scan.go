package snapshot

import (
	"bytes"
	"math"
)

func cutByte(b []byte, sep byte) (before, after []byte) {
	if i := bytes.IndexByte(b, sep); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// field returns the first word of b, separated by blanks or tabs, and the rest.
func field(b []byte) (word, rest []byte) {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n') {
		i++
	}
	j := i
	for j < len(b) && b[j] != ' ' && b[j] != '\t' && b[j] != '\n' {
		j++
	}
	return b[i:j], b[j:]
}

// number reads a decimal; what is no digit ends it, and it stops at the ends of int64.
func number(b []byte) int64 {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	n := unsigned(b)
	if n > math.MaxInt64 {
		n = math.MaxInt64
	}
	if neg {
		return -int64(n)
	}
	return int64(n)
}

func unsigned(b []byte) uint64 { return inBase(b, 10) }
func octal(b []byte) uint64    { return inBase(b, 8) }
func hex(b []byte) uint64      { return inBase(b, 16) }

func inBase(b []byte, base uint64) uint64 {
	var n uint64
	for _, c := range b {
		d := digit(c)
		if d >= base {
			break
		}
		if n > (math.MaxUint64-d)/base {
			return math.MaxUint64
		}
		n = n*base + d
	}
	return n
}

func digit(c byte) uint64 {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0')
	case c >= 'a' && c <= 'f':
		return uint64(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return uint64(c-'A') + 10
	}
	return 99
}

func numbers(b []byte) []int {
	var out []int
	for {
		var w []byte
		if w, b = field(b); len(w) == 0 {
			return out
		}
		out = append(out, int(number(w)))
	}
}

func four(b []byte, to *[4]int) {
	for i := range to {
		var w []byte
		w, b = field(b)
		to[i] = int(number(w))
	}
}

// cpuMost bounds what a list such as "0-4095" expands to.
const cpuMost = 8192

// cpuList expands "0-3,8".
func cpuList(b []byte) []int {
	var out []int
	for len(b) > 0 {
		var part []byte
		part, b = cutByte(b, ',')
		from, to := cutByte(bytes.TrimSpace(part), '-')
		if len(from) == 0 {
			continue
		}
		last := number(from)
		if len(to) > 0 {
			last = number(to)
		}
		for cpu := number(from); cpu <= last && len(out) < cpuMost; cpu++ {
			out = append(out, int(cpu))
		}
	}
	return out
}
