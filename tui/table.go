package tui

import (
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
)

// tableView is a table as somebody looks at it: what is filtered, sorted and hidden.
type tableView struct {
	t      fact.Table
	filter string
	typing bool
	by     int // column it is sorted by; -1: as it came
	down   bool
	noise  bool // noise is shown
	rows   []int
	hidden int // rows of noise that are not shown
	marks  bool
	nat    []int // widest cell per column
	gap    int
	forW   int
	widths []int
}

// widest is how much of a cell counts when columns are measured.
const widest = 60

func newTableView(t fact.Table) *tableView {
	v := &tableView{by: -1}
	v.update(t)
	return v
}

// update takes a newer version of the table and keeps how it is looked at.
func (v *tableView) update(t fact.Table) {
	if v.nat != nil && len(t.Rows) == len(v.t.Rows) && len(t.Rows) > 0 && &t.Rows[0] == &v.t.Rows[0] {
		return
	}
	v.t = t
	v.nat = make([]int, len(t.Columns))
	for c, name := range t.Columns {
		v.nat[c] = width(clean(name))
	}
	for _, r := range t.Rows {
		for c := range min(len(r), len(v.nat)) {
			if n := len(r[c]); n > v.nat[c] {
				v.nat[c] = min(widest, max(v.nat[c], width(r[c])))
			}
		}
	}
	v.marks = false
	for _, m := range t.Marks {
		v.marks = v.marks || m != ""
	}
	v.forW = 0
	v.sift()
}

func (v *tableView) mark(row int) string {
	if row < len(v.t.Marks) {
		return v.t.Marks[row]
	}
	return ""
}

func (v *tableView) cell(row, col int) string {
	if r := v.t.Rows[row]; col < len(r) {
		return r[col]
	}
	return ""
}

// sift decides which rows are seen, and in which order.
func (v *tableView) sift() {
	v.rows, v.hidden = v.rows[:0], 0
	want := strings.ToLower(v.filter)
	for i, r := range v.t.Rows {
		if want != "" && !matches(r, want) {
			continue
		}
		if v.mark(i) == "noise" && !v.noise {
			v.hidden++
			continue
		}
		v.rows = append(v.rows, i)
	}
	if v.by < 0 {
		return
	}
	slices.SortStableFunc(v.rows, func(a, b int) int {
		c := natural(v.cell(a, v.by), v.cell(b, v.by))
		if v.down {
			return -c
		}
		return c
	})
}

func matches(row []string, want string) bool {
	for _, c := range row {
		if strings.Contains(strings.ToLower(c), want) {
			return true
		}
	}
	return false
}

// natural compares numbers as numbers, whatever unit follows, and the rest as text.
func natural(a, b string) int {
	x, okx := leading(a)
	y, oky := leading(b)
	switch {
	case okx && oky && x < y:
		return -1
	case okx && oky && x > y:
		return 1
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

func leading(s string) (float64, bool) {
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.' || n == 0 && s[n] == '-') {
		n++
	}
	f, err := strconv.ParseFloat(s[:n], 64)
	return f, err == nil
}

// sort goes on to the next column, and after the last one back to how it came.
func (v *tableView) sort() {
	v.by++
	if v.by >= len(v.t.Columns) {
		v.by = -1
	}
	v.down, v.forW = false, 0
	v.sift()
}

func (v *tableView) reverse() {
	if v.by >= 0 {
		v.down = !v.down
		v.sift()
	}
}

// fit gives every column its width: the widest ones give way until all fit,
// and columns from the end are left out where too little would be left.
func (v *tableView) fit(w int) []int {
	if v.forW == w {
		return v.widths
	}
	v.forW, v.gap = w, 2
	cols := len(v.nat)
	for cols > 2 && least(v.nat[:cols], v.gap) > w {
		cols--
	}
	ws := slices.Clone(v.nat[:cols])
	if v.by >= 0 && v.by < cols {
		ws[v.by] = max(ws[v.by], width(v.t.Columns[v.by])+2)
	}
	name := v.naming(cols)
	for over := sum(ws) + v.gap*(cols-1) - w; over > 0; over-- {
		big := -1
		for c := range ws {
			if c == name && ws[c] <= max(14, w*3/10) {
				continue
			}
			if big < 0 || ws[c] > ws[big] {
				big = c
			}
		}
		if big < 0 || ws[big] <= 6 {
			big = name
		}
		if ws[big] <= 1 {
			break
		}
		ws[big]--
	}
	if n := w - sum(ws) - v.gap*(cols-1); n > 0 && cols > 0 {
		ws[cols-1] += n
	}
	v.widths = ws
	return ws
}

// least is the room below which cells would tell nothing.
func least(nat []int, gap int) int {
	n := gap * (len(nat) - 1)
	for _, w := range nat {
		n += min(w, 14)
	}
	return n
}

func sum(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}

// naming is the column a row is called by: the first that holds more than short numbers.
func (v *tableView) naming(cols int) int {
	for c := range cols {
		if v.nat[c] > 4 {
			return c
		}
	}
	return 0
}
