package secret

import (
	"sort"
	"sync"
)

// span is a secret within a buffer; at is where it was recognised, before it.
type span struct{ from, to, at int }

// verdict is what a pattern says about a place.
type verdict uint8

const (
	nothing verdict = iota
	found
	needMore // can't tell before more of the text is there
)

// pattern begins at a place whose bytes start with head. A literal is all head;
// a shape looks on from there.
type pattern struct {
	head  string
	fold  bool // head matches in either case; it is in small letters
	shape func(b []byte, at int, final bool) (span, verdict)
}

// finder looks for all patterns in one pass: three bytes, without their case,
// are hashed into a bitmap that holds the beginnings of all heads. Most text
// never gets past it, whatever the number of secrets.
type finder struct {
	bits  [1 << 11]uint64 // 2^17 bits, 16 KiB: fits the first cache
	heads map[uint32][]pattern
}

const headLeast = 3

func fold3(a, b, c byte) uint32 {
	return uint32(a|0x20) | uint32(b|0x20)<<8 | uint32(c|0x20)<<16
}

// slot is 17 bits of a multiplicative hash.
func slot(v uint32) uint32 { return v * 0x9E3779B1 >> 15 }

// newFinder looks for shapes and for literals, the keys of values.
func newFinder(values map[string]string) *finder {
	f := &finder{heads: map[uint32][]pattern{}}
	for v := range values {
		f.add(pattern{head: v})
	}
	for _, p := range shapePatterns {
		f.add(p)
	}
	for _, ps := range f.heads { // the longest literal wins
		sort.SliceStable(ps, func(i, j int) bool { return len(ps[i].head) > len(ps[j].head) })
	}
	return f
}

// shapes is the finder that has learned nothing.
var shapes = sync.OnceValue(func() *finder { return newFinder(nil) })

func (f *finder) add(p pattern) {
	v := fold3(p.head[0], p.head[1], p.head[2])
	f.heads[v] = append(f.heads[v], p)
	s := slot(v)
	f.bits[s>>6] |= 1 << (s & 63)
}

// find returns the secrets of b, apart from each other and in order, and the
// place up to which they are settled: from there on b has to wait for more,
// unless it is final.
func (f *finder) find(b []byte, final bool) ([]span, int) {
	var all []span
	n := len(b)
	settled := n
	if n >= headLeast {
		key := uint32(b[0]|0x20)<<8 | uint32(b[1]|0x20)<<16
		for j := 2; j < n; j++ {
			key = key>>8 | uint32(b[j]|0x20)<<16
			s := key * 0x9E3779B1 >> 15
			if f.bits[s>>6]&(1<<(s&63)) == 0 {
				continue
			}
			switch sp, v := f.at(b, j-2, key, final); v {
			case found:
				all = append(all, sp)
			case needMore:
				settled = min(settled, j-2)
			}
		}
	}
	if !final {
		for i := max(0, n-headLeast+1); i < settled; i++ {
			if f.startsWith(b[i:]) {
				settled = i
			}
		}
	}
	return join(all, settled)
}

// join drops what is not settled, and everything that began before but reaches
// over the edge moves the edge; what overlaps becomes one.
func join(all []span, settled int) ([]span, int) {
	for moved := true; moved; {
		moved = false
		for _, sp := range all {
			if sp.at < settled && sp.to > settled {
				settled, moved = sp.at, true
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].from < all[j].from })
	out := all[:0]
	for _, sp := range all {
		switch {
		case sp.at >= settled:
		case len(out) > 0 && sp.from < out[len(out)-1].to:
			out[len(out)-1].to = max(out[len(out)-1].to, sp.to)
		default:
			out = append(out, sp)
		}
	}
	return out, settled
}

// at tries all patterns of a place.
func (f *finder) at(b []byte, i int, key uint32, final bool) (span, verdict) {
	var best span
	wait := false
	for _, p := range f.heads[key] {
		full, possible := matches(b[i:], p)
		if !full {
			wait = wait || possible
			continue
		}
		sp, v := span{from: i, to: i + len(p.head)}, found
		if p.shape != nil {
			sp, v = p.shape(b, i, final)
		}
		wait = wait || v == needMore
		if v == found && sp.to > best.to {
			best = sp
		}
	}
	switch {
	case wait && !final:
		return span{}, needMore
	case best.to > 0:
		best.at = i
		return best, found
	}
	return span{}, nothing
}

// matches says whether b begins with the head, or is a beginning of it.
func matches(b []byte, p pattern) (full, possible bool) {
	for k := 0; k < len(p.head); k++ {
		if k == len(b) {
			return false, true
		}
		c := b[k]
		if p.fold && c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != p.head[k] {
			return false, false
		}
	}
	return true, true
}

// startsWith says whether one or two last bytes may begin a head.
func (f *finder) startsWith(b []byte) bool {
	for _, ps := range f.heads {
		for _, p := range ps {
			if _, possible := matches(b, p); possible {
				return true
			}
		}
	}
	return false
}
