package notes

import (
	"github.com/mattn/go-runewidth"
)

// stringWidth is how many columns s takes on a terminal.
func stringWidth(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return runewidth.StringWidth(s)
		}
	}
	return len(s)
}
