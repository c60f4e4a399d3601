package safe

import "html"

// HTML is s for the text of an HTML element or a quoted attribute.
func HTML(s string) string { return html.EscapeString(Text(s)) }
