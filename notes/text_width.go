package notes

import "github.com/charmbracelet/x/ansi"

// stringWidth is how many columns s takes on a terminal.
func stringWidth(s string) int {
	if isASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
