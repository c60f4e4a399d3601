package tui

// scroll is a place in a long column of lines. It follows the end until
// somebody scrolls away from it.
type scroll struct {
	top    int
	h      int
	follow bool
}

// view is the visible lines.
func (s *scroll) view(ls []string, h int) []string {
	s.h = h
	most := max(0, len(ls)-h)
	if s.follow {
		s.top = most
	}
	s.top = clamp(s.top, 0, most)
	return ls[s.top:min(len(ls), s.top+h)]
}

// by moves d lines; reaching the end of n lines follows it again.
func (s *scroll) by(d, n int) {
	most := max(0, n-s.h)
	s.top = clamp(s.top+d, 0, most)
	s.follow = d > 0 && s.top == most || s.follow && d >= 0
}

func (s *scroll) ends(last bool) {
	s.follow = last
	if !last {
		s.top = 0
	}
}
