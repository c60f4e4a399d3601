package tui

// shape is how the screen is divided.
type shape uint8

const (
	wide   shape = iota // plan on the left, step on the right
	strip               // the plan is one line above the step
	single              // one pane at a time
	tiny                // too small for anything
)

const (
	wideFrom  = 100 // columns
	stripFrom = 60
	foldUnder = 140 // a search that runs has two columns of its own: up to here the plan makes room
	leastW    = 32
	leastH    = 8
)

// rect is a place on the screen, in cells from the top left.
type rect struct{ x, y, w, h int }

func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// layout says where everything is.
type layout struct {
	shape      shape
	w, h       int
	plan, body rect
	rule       bool // a line above the footer, which also carries messages
}

// lay divides a screen of w by h cells. alone: the front takes all of it;
// planFront: where there is room for one, it is the plan; fold: the plan is
// a line, though there would be room for more.
func lay(w, h int, alone, planFront, fold bool) layout {
	l := layout{w: w, h: h, rule: h >= 14}
	foot := 1
	if l.rule {
		foot = 2
	}
	bodyH := h - 2 - foot
	switch {
	case w < leastW || h < leastH:
		l.shape = tiny
	case alone:
		l.shape, l.body = single, rect{0, 2, w, bodyH}
	case w >= wideFrom && !fold:
		pw := clamp(w*3/10, 30, 46)
		l.shape = wide
		l.plan = rect{0, 2, pw, bodyH}
		l.body = rect{pw + 1, 2, w - pw - 1, bodyH}
	case w >= stripFrom:
		l.shape = strip
		l.plan = rect{0, 1, w, 1}
		l.body = rect{0, 3, w, bodyH - 1}
	case planFront:
		l.shape, l.plan = single, rect{0, 2, w, bodyH}
	default:
		l.shape, l.body = single, rect{0, 2, w, bodyH}
	}
	return l
}
