package launch

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync/atomic"
)

const (
	lineMost    = 64 << 10 // a longer line is matched in pieces of this size ...
	lineOverlap = 4 << 10  // ... that overlap by this
	shownMost   = 400      // of a matched line that is told
	hitsMost    = 16       // matches of one watch that are told
)

// watcher looks for one pattern in the lines of one stream.
type watcher struct {
	id      int
	re      *regexp.Regexp
	literal []byte      // every match contains it; nil: none is known
	active  atomic.Bool // target watches begin when the target is known to write there
	hits    int
}

func newWatcher(w Watch, active bool) (*watcher, error) {
	re, err := regexp.Compile(w.Regexp)
	if err != nil {
		return nil, err
	}
	m := &watcher{id: w.ID, re: re, literal: requiredLiteral(w.Regexp)}
	m.active.Store(active)
	return m, nil
}

// find calls hit for every line of block that matches. Lines end with \n.
func (m *watcher) find(block []byte, hit func(line []byte)) {
	for len(block) > 0 && m.hits < hitsMost {
		from := 0
		if m.literal != nil {
			i := bytes.Index(block, m.literal)
			if i < 0 {
				return
			}
			from = bytes.LastIndexByte(block[:i], '\n') + 1
		}
		end := bytes.IndexByte(block[from:], '\n')
		rest := len(block)
		line := block[from:]
		if end >= 0 {
			line, rest = block[from:from+end], from+end+1
		}
		m.line(line, hit)
		block = block[rest:]
	}
}

func (m *watcher) line(line []byte, hit func([]byte)) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if m.hits < hitsMost && m.re.Match(line) {
		m.hits++
		hit(line)
	}
}

// lines cuts a stream into lines for its watchers, however it was read.
type lines struct {
	watchers []*watcher
	partial  []byte
}

// feed takes what was read; hit is told the watch and the line.
func (l *lines) feed(b []byte, hit func(id int, line string)) {
	if len(l.watchers) == 0 {
		return
	}
	if len(l.partial) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			l.hold(b, hit)
			return
		}
		l.hold(b[:end], hit)
		l.match(append(l.partial, '\n'), hit)
		l.partial, b = l.partial[:0], b[end+1:]
	}
	last := bytes.LastIndexByte(b, '\n')
	if last >= 0 {
		l.match(b[:last+1], hit)
	}
	l.hold(b[last+1:], hit)
}

func (l *lines) hold(b []byte, hit func(int, string)) {
	for len(b) > 0 {
		n := min(len(b), lineMost-len(l.partial))
		l.partial, b = append(l.partial, b[:n]...), b[n:]
		if len(l.partial) == lineMost {
			l.match(l.partial, hit)
			l.partial = l.partial[:copy(l.partial, l.partial[lineMost-lineOverlap:])]
		}
	}
}

// end matches the last line, which has no end.
func (l *lines) end(hit func(int, string)) {
	if len(l.partial) > 0 {
		l.match(l.partial, hit)
		l.partial = nil
	}
}

func (l *lines) match(block []byte, hit func(int, string)) {
	for _, m := range l.watchers {
		if m.active.Load() {
			m.find(block, func(line []byte) { hit(m.id, shown(line)) })
		}
	}
}

func shown(line []byte) string {
	if len(line) > shownMost {
		return string(line[:shownMost]) + "…"
	}
	return string(line)
}

// requiredLiteral is the longest string that every match of a pattern
// contains: searching for it first is what keeps up with a fast writer.
func requiredLiteral(pattern string) []byte {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	if s := longestLiteral(re.Simplify()); s != "" && !strings.Contains(s, "\n") {
		return []byte(s)
	}
	return nil
}

func longestLiteral(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return string(re.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return longestLiteral(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return longestLiteral(re.Sub[0])
		}
	case syntax.OpConcat:
		best := ""
		for _, sub := range re.Sub {
			if s := longestLiteral(sub); len(s) > len(best) {
				best = s
			}
		}
		return best
	}
	return ""
}
