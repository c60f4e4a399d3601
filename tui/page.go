package tui

import (
	"sort"

	tea "charm.land/bubbletea/v2"
)

// block is a run of lines of a page. Lines are made when they are looked at,
// so a block may be long.
type block struct {
	id    string // the cursor finds its place again by it
	n     int
	line  func(i int, on bool) string // on: the cursor is on it
	picks func(i int) bool            // nil: the cursor passes by
	open  func(i int) tea.Cmd         // enter
	tick  func(i int) tea.Cmd         // space
	stays int                         // so many first lines stay on top while the rest scrolls
	table *tableView
}

// lines makes a block of text that is only read.
func lines(id string, ls ...string) block {
	return block{id: id, n: len(ls), line: func(i int, _ bool) string { return ls[i] }}
}

// page is a column of blocks that scrolls as one, with a cursor that stops where something can be done.
type page struct {
	blocks []block
	starts []int
	total  int
	top    int
	h      int
	cursor int    // line; -1: nowhere
	curID  string // where the cursor is, to find it again
	curI   int
}

// set replaces the blocks and keeps the cursor on what it was on.
func (p *page) set(bs []block) {
	p.blocks, p.starts, p.total = bs, p.starts[:0], 0
	p.cursor = -1
	for _, b := range bs {
		if b.id == p.curID && b.n > 0 && b.picks != nil {
			if i := clamp(p.curI, 0, b.n-1); b.picks(i) {
				p.cursor = p.total + i
			}
		}
		p.starts = append(p.starts, p.total)
		p.total += b.n
	}
	if p.cursor < 0 {
		p.put(p.next(-1, 1))
	}
	p.top = clamp(p.top, 0, max(0, p.total-p.h))
}

// reset forgets where the reader was.
func (p *page) reset() { p.top, p.cursor, p.curID, p.curI = 0, -1, "", 0 }

// find is the block that holds a line of the page, and which of its lines that is.
func (p *page) find(line int) (*block, int) {
	if line < 0 || line >= p.total {
		return nil, 0
	}
	k := sort.SearchInts(p.starts, line+1) - 1
	for k > 0 && p.blocks[k].n == 0 {
		k--
	}
	return &p.blocks[k], line - p.starts[k]
}

// at is what the cursor is on.
func (p *page) at() (*block, int) { return p.find(p.cursor) }

// put moves the cursor to a line, or nowhere.
func (p *page) put(line int) {
	if b, i := p.find(line); b != nil {
		p.cursor, p.curID, p.curI = line, b.id, i
	}
}

// next is the nearest line after from, in direction d, where the cursor can stop; -1 without one.
func (p *page) next(from, d int) int {
	for l := from + d; l >= 0 && l < p.total; l += d {
		if b, i := p.find(l); b.picks != nil && b.picks(i) {
			return l
		}
	}
	return -1
}

// move goes to the next stop in direction d, or scrolls a line where it is too far to be seen.
func (p *page) move(d int) {
	from := p.cursor
	if !p.seen(from) {
		from = p.top - 1
		if d < 0 {
			from = p.top + p.h
		}
	}
	to := p.next(from, d)
	if to < 0 || to < p.top-1 || to > p.top+p.h {
		p.top = clamp(p.top+d, 0, max(0, p.total-p.h))
		if to >= 0 && p.seen(to) {
			p.put(to)
		}
		return
	}
	p.put(to)
	p.show(to)
}

func (p *page) seen(l int) bool { return l >= p.top && l < p.top+p.h }

// show scrolls until the line is visible and not under lines that stay.
func (p *page) show(l int) {
	over := 0
	if b, i := p.find(l); b != nil {
		over = min(b.stays, i)
	}
	if l-over < p.top {
		p.top = l - over
	}
	if l >= p.top+p.h {
		p.top = l - p.h + 1
	}
	p.top = clamp(p.top, 0, max(0, p.total-p.h))
}

// scroll moves the page under the cursor, which stays where it can be seen.
func (p *page) scroll(d int) {
	p.top = clamp(p.top+d, 0, max(0, p.total-p.h))
	if p.seen(p.cursor) {
		return
	}
	l := p.next(p.top-1, 1)
	if d < 0 {
		l = p.next(p.top+p.h, -1)
	}
	if p.seen(l) {
		p.put(l)
	}
}

// ends goes to the first or the last stop.
func (p *page) ends(last bool) {
	if last {
		p.put(p.next(p.total, -1))
		p.top = max(0, p.total-p.h)
		return
	}
	p.top = 0
	p.put(p.next(-1, 1))
}

// view is the visible lines. focused: the cursor is shown.
func (p *page) view(h int, focused bool) []string {
	p.h = h
	p.top = clamp(p.top, 0, max(0, p.total-h))
	out := make([]string, 0, h)
	for l := p.top; l < p.total && len(out) < h; l++ {
		b, i := p.find(l)
		out = append(out, b.line(i, focused && l == p.cursor))
	}
	if b, i := p.find(p.top); b != nil && b.stays > 0 && i > 0 && len(out) > b.stays {
		for j := 0; j < b.stays && i+j < b.n; j++ {
			out[j] = b.line(j, false)
		}
	}
	return out
}
