package tui

import (
	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	"charm.land/lipgloss/v2"

	"casebook/notes"
)

// styles is every way text can look. There is one accent and it means: look here.
type styles struct {
	text   lipgloss.Style // the default
	strong lipgloss.Style
	dim    lipgloss.Style // said once, not to be read again
	rule   lipgloss.Style // lines between panes
	accent lipgloss.Style
	mark   lipgloss.Style // accent and bold: the cursor, a title that has the keys
	code   lipgloss.Style
	under  lipgloss.Style
	md     map[notes.Style]lipgloss.Style // by the style names of notes
	area   textarea.Styles
	input  textinput.Styles
}

// newStyles makes the styles for a dark or a light background.
func newStyles(dark bool) *styles {
	ld := lipgloss.LightDark(dark)
	accent := ld(lipgloss.Color("#B3460F"), lipgloss.Color("#F2955C"))
	grey := ld(lipgloss.Color("#6C6C6C"), lipgloss.Color("#969696"))
	line := ld(lipgloss.Color("#C2C2C2"), lipgloss.Color("#4E4E4E"))
	code := ld(lipgloss.Color("#3D4A63"), lipgloss.Color("#C9D1E4"))
	base := lipgloss.NewStyle()
	s := &styles{
		text:   base,
		strong: base.Bold(true),
		dim:    base.Foreground(grey),
		rule:   base.Foreground(line),
		accent: base.Foreground(accent),
		mark:   base.Foreground(accent).Bold(true),
		code:   base.Foreground(code),
		under:  base.Underline(true),
	}
	s.md = s.markdown()
	s.area, s.input = textarea.DefaultStyles(dark), textinput.DefaultStyles(dark)
	for _, st := range []*textarea.StyleState{&s.area.Focused, &s.area.Blurred} {
		st.Base, st.CursorLine, st.Prompt, st.Text = base, base, s.accent, base
		st.Placeholder, st.EndOfBuffer = s.dim, base
	}
	for _, st := range []*textinput.StyleState{&s.input.Focused, &s.input.Blurred} {
		st.Prompt, st.Text, st.Placeholder = s.accent, base, s.dim
	}
	return s
}

// markdown says how the style names look that notes gives to spans. A name
// that is missing here looks like text.
func (s *styles) markdown() map[notes.Style]lipgloss.Style {
	return map[notes.Style]lipgloss.Style{
		notes.StyleHeading1: s.mark,
		notes.StyleHeading2: s.strong.Underline(true),
		notes.StyleHeading3: s.strong,
		notes.StyleStrong:   s.strong,
		notes.StyleEmph:     s.text.Italic(true),
		notes.StyleCode:     s.code,
		notes.StyleQuote:    s.dim,
		notes.StyleLink:     s.under,
		notes.StyleFence:    s.code,
		notes.StyleListMark: s.dim,
		notes.StyleTable:    s.strong,
		notes.StyleDim:      s.dim,
	}
}
