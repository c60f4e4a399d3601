package isolate

import (
	"encoding/binary"
	"math/bits"
)

// set is a set of small integers. Sets of one universe have the same length.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)  { s[i/64] |= 1 << (i % 64) }
func (s set) clone() set { return append(set(nil), s...) }

func (s set) or(t set) set {
	r := s.clone()
	for i := range r {
		r[i] |= t[i]
	}
	return r
}

func (s set) minus(t set) set {
	r := s.clone()
	for i := range r {
		r[i] &^= t[i]
	}
	return r
}

func (s set) in(t set) bool {
	for i := range s {
		if s[i]&^t[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s set) equal(t set) bool { return s.in(t) && t.in(s) }

// key is the set as something that can be compared.
func (s set) key() string {
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}
