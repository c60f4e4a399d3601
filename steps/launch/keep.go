package launch

import "casebook/steps/fact"

// keeper keeps the head and the tail of a stream in bounded memory.
type keeper struct {
	head     []byte
	headMost int
	ring     []byte // the last bytes, once the head is full
	tailMost int
	next     int // where the next byte goes, once the ring is full
	total    int64
}

func newKeeper(head, tail int) *keeper {
	return &keeper{headMost: max(head, 0), tailMost: max(tail, 0)}
}

func (k *keeper) write(b []byte) {
	k.total += int64(len(b))
	if room := k.headMost - len(k.head); room > 0 {
		n := min(room, len(b))
		k.head = append(k.head, b[:n]...)
		b = b[n:]
	}
	if len(b) > k.tailMost {
		b = b[len(b)-k.tailMost:]
	}
	if room := k.tailMost - len(k.ring); room > 0 {
		n := min(room, len(b))
		k.ring = append(k.ring, b[:n]...)
		b = b[n:]
	}
	for len(b) > 0 {
		n := copy(k.ring[k.next:], b)
		b = b[n:]
		k.next = (k.next + n) % k.tailMost
	}
}

// stream is what was kept.
func (k *keeper) stream(name string) fact.Stream {
	tail := append(append([]byte(nil), k.ring[k.next:]...), k.ring[:k.next]...)
	s := fact.Stream{Name: name, Head: k.head, Tail: tail, Total: k.total}
	s.Dropped = s.Total - int64(len(s.Head)) - int64(len(s.Tail))
	return s
}
