package notes

// Style names how a piece of text is meant; only the face knows its colour.
type Style string

const (
	StylePlain    Style = ""
	StyleHeading1 Style = "heading1"
	StyleHeading2 Style = "heading2"
	StyleHeading3 Style = "heading3" // and deeper ones
	StyleStrong   Style = "strong"
	StyleEmph     Style = "emph"
	StyleCode     Style = "code" // a code span
	StyleQuote    Style = "quote"
	StyleLink     Style = "link"
	StyleFence    Style = "fence" // a line of a code block
	StyleListMark Style = "listmark"
	StyleTable    Style = "table" // the head of a table
	StyleDim      Style = "dim"   // rules, table lines, addresses of links
)

// Span is text of one style; it has no line ends and no control characters.
type Span struct {
	Text  string
	Style Style
}

// Line is one row of a screen.
type Line []Span

// String is the line without its styles.
func (l Line) String() string {
	n := 0
	for _, s := range l {
		n += len(s.Text)
	}
	b := make([]byte, 0, n)
	for _, s := range l {
		b = append(b, s.Text...)
	}
	return string(b)
}
