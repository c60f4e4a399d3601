package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// helpPane is every key, in groups, made from the key map.
type helpPane struct {
	still
	a    *App
	at   scroll
	rows int
}

func (p *helpPane) title() string { return "Keys" }

func (p *helpPane) view(w, h int) []string {
	st := p.a.st
	cols := clamp(w/48, 1, 3)
	cw := w / cols
	var blocks [][]string
	total := 0
	for _, g := range p.a.k.groups() {
		b := []string{"  " + st.mark.Render(g.name)}
		for _, k := range g.keys {
			b = append(b, "  "+st.strong.Render(pad(k.Help().Key, 12))+" "+cut(k.Help().Desc, cw-16))
		}
		b = append(b, "")
		blocks, total = append(blocks, b), total+len(b)
	}
	columns := make([][]string, cols)
	c := 0
	for _, b := range blocks {
		if len(columns[c]) > 0 && len(columns[c])+len(b) > (total+cols-1)/cols+4 && c < cols-1 {
			c++
		}
		columns[c] = append(columns[c], b...)
	}
	var ls []string
	for i := 0; ; i++ {
		line, any := "", false
		for _, col := range columns {
			t := ""
			if i < len(col) {
				t, any = col[i], true
			}
			line += pad(t, cw)
		}
		if !any {
			break
		}
		ls = append(ls, line)
	}
	ls = append([]string{""}, append(ls, p.legend(w)...)...)
	p.rows = len(ls)
	return p.at.view(ls, h)
}

// legend says what the signs mean.
func (p *helpPane) legend(w int) []string {
	t := "✓ done, passes   ▸ running   ○ to do   ◌ only if   – skipped   ■ blocked   ! interrupted, look here   ✗ fails   ? unresolved   ▌ looks guilty   · noise"
	return append([]string{"  " + p.a.st.mark.Render("signs")}, hang("  ", t, w-2)...)
}

func (p *helpPane) key(m tea.KeyPressMsg) tea.Cmd {
	if !p.a.scrolled(&p.at, p.rows, m) && on(m, p.a.k.Back) {
		p.a.back()
	}
	return nil
}

func (p *helpPane) keys() []key.Binding {
	k := p.a.k
	return []key.Binding{as(k.Back, "back"), pair(k.Up, k.Down, "scroll"), k.Quit}
}

func (p *helpPane) wheel(d int) { p.at.by(d, p.rows) }
