package tui

import tea "charm.land/bubbletea/v2"

// scrolled moves a scroll over n lines by a key, and says whether the key was one for it.
func (a *App) scrolled(s *scroll, n int, m tea.KeyPressMsg) bool {
	k := a.k
	switch {
	case on(m, k.Up):
		s.by(-1, n)
	case on(m, k.Down):
		s.by(1, n)
	case on(m, k.PageUp):
		s.by(-max(1, s.h-2), n)
	case on(m, k.PageDown):
		s.by(max(1, s.h-2), n)
	case on(m, k.Top):
		s.ends(false)
	case on(m, k.Bottom):
		s.ends(true)
	default:
		return false
	}
	return true
}
