package tui

import (
	tea "charm.land/bubbletea/v2"
)

// table is the one the cursor is in, else the first one on the page.
func (p *stepPane) table() *tableView {
	if b, _ := p.page.at(); b != nil && b.table != nil {
		return b.table
	}
	for i := range p.page.blocks {
		if t := p.page.blocks[i].table; t != nil {
			return t
		}
	}
	return nil
}

// goTo puts the cursor on the first row of a table, where it is not in it yet.
func (p *stepPane) goTo(t *tableView) {
	if b, _ := p.page.at(); b != nil && b.table == t {
		return
	}
	for i := range p.page.blocks {
		if p.page.blocks[i].table == t {
			if l := p.page.next(p.page.starts[i]-1, 1); l >= 0 {
				p.page.put(l)
				p.page.show(l)
			}
			return
		}
	}
}

// sift are the keys of a table.
func (p *stepPane) sift(m tea.KeyPressMsg) (tea.Cmd, bool) {
	k, t := p.a.k, p.table()
	if t == nil {
		return nil, false
	}
	switch {
	case on(m, k.Filter):
		t.typing, p.filter = true, t
	case on(m, k.Sort):
		t.sort()
	case on(m, k.Reverse):
		t.reverse()
	case on(m, k.Noise):
		t.noise = !t.noise
		t.sift()
	case on(m, k.Copy):
		return p.copyRow(t), true
	default:
		return nil, false
	}
	p.goTo(t)
	p.stale = true
	return nil, true
}

func (p *stepPane) typing() bool { return p.filter != nil }

// write takes a key as a letter of the filter.
func (p *stepPane) write(m tea.KeyPressMsg) tea.Cmd {
	k, t := p.a.k, p.filter
	switch {
	case on(m, k.Enter):
		t.typing, p.filter = false, nil
	case on(m, k.Back):
		t.filter, t.typing, p.filter = "", false, nil
	case m.Code == tea.KeyBackspace:
		if r := []rune(t.filter); len(r) > 0 {
			t.filter = string(r[:len(r)-1])
		}
	case m.Code == tea.KeyUp || m.Code == tea.KeyDown:
		t.typing, p.filter = false, nil
		return p.key(m)
	case m.Text != "":
		t.filter += clean(m.Text)
	}
	t.sift()
	p.stale = true
	return nil
}

func (p *stepPane) paste(m tea.PasteMsg) tea.Cmd {
	if p.filter != nil {
		p.filter.filter += clean(m.Content)
		p.filter.sift()
		p.stale = true
	}
	return nil
}

// copyRow puts the row under the cursor on the clipboard, tab-separated.
func (p *stepPane) copyRow(t *tableView) tea.Cmd {
	b, i := p.page.at()
	if b == nil || b.table != t || i < 2 || i-2 >= len(t.rows) {
		return nil
	}
	text := ""
	for c, v := range t.t.Rows[t.rows[i-2]] {
		if c > 0 {
			text += "\t"
		}
		text += clean(v)
	}
	p.a.say("copied the row: " + text)
	return tea.SetClipboard(text)
}
