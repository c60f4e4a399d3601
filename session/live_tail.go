package session

import (
	"bytes"
	"strings"

	"casebook/notes/safe"
)

// What is kept of a stream for the screen.
const (
	tailLines = 2000
	tailBytes = 1 << 20
	tailLine  = 8 << 10 // a longer line is shown in pieces
)

// liveTail is the end of a stream: raw bytes, and the lines already made safe.
type liveTail struct {
	name    string
	raw     []byte // not yet made into lines; ends with an unfinished line
	lines   []string
	size    int // bytes of lines, as they came
	sizes   []int
	total   int64
	dropped int64
	ended   bool
}

func (t *liveTail) write(b []byte, dropped int64) {
	t.total += int64(len(b)) + dropped
	t.dropped += dropped
	if over := len(b) - tailBytes; over > 0 {
		b = b[over:]
		t.dropped += int64(over + len(t.raw))
		t.raw = t.raw[:0]
	}
	t.raw = append(t.raw, b...)
	if len(t.raw) > 2*tailBytes { // nobody looked for a while
		cut := len(t.raw) - tailBytes
		if nl := bytes.IndexByte(t.raw[cut:], '\n'); nl >= 0 {
			cut += nl + 1
		}
		t.dropped += int64(cut)
		t.raw = append(t.raw[:0], t.raw[cut:]...)
	}
}

func (t *liveTail) end() { t.ended = true }

// stream makes what came since the last look into lines. What has no line end
// yet is kept back until it is long or the stream has ended: half a secret is
// not recognised as one.
func (t *liveTail) stream(trial string, mask func(string) string) LiveStream {
	cut := bytes.LastIndexByte(t.raw, '\n') + 1
	if t.ended || len(t.raw)-cut > tailLine {
		cut = len(t.raw)
	}
	if cut > 0 {
		t.keep(t.raw[:cut], mask)
		t.raw = append(t.raw[:0], t.raw[cut:]...)
	}
	return LiveStream{Trial: trial, Name: t.name, Lines: append([]string(nil), t.lines...), Total: t.total, Dropped: t.dropped}
}

// keep masks a piece as a whole, since a secret may have several lines.
func (t *liveTail) keep(b []byte, mask func(string) string) {
	b = t.newest(b)
	text := strings.TrimSuffix(mask(strings.ToValidUTF8(string(b), "�")), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		for len(line) > tailLine {
			t.add(line[:tailLine])
			line = line[tailLine:]
		}
		t.add(line)
	}
	drop := 0
	for len(t.lines)-drop > tailLines || t.size > tailBytes {
		t.size -= t.sizes[drop]
		t.dropped += int64(t.sizes[drop])
		drop++
	}
	if drop > 0 {
		t.lines = append([]string(nil), t.lines[drop:]...)
		t.sizes = append([]int(nil), t.sizes[drop:]...)
	}
}

// newest leaves out what would be dropped anyway, before it costs anything.
func (t *liveTail) newest(b []byte) []byte {
	at := len(b)
	if at > 0 && b[at-1] == '\n' {
		at--
	}
	for n := 0; n < tailLines; n++ {
		nl := bytes.LastIndexByte(b[:at], '\n')
		if nl < 0 {
			return b
		}
		at = nl
	}
	t.dropped += int64(at + 1)
	return b[at+1:]
}

func (t *liveTail) add(line string) {
	t.lines = append(t.lines, safe.Line(strings.TrimSuffix(line, "\r")))
	t.sizes = append(t.sizes, len(line)+1)
	t.size += len(line) + 1
}
