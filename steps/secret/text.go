// Package secret keeps what must not be shown.
//
// A Text holds a string that came out of somebody's process: an environment
// value, an argument, a URL. However it is printed (fmt, JSON, slog), it comes
// out masked. Two doors carry the exact bytes:
//
//   - encoding/gob, the private format of the helper's pipe and of the store's
//     raw records, neither of which anybody reads;
//   - Reveal, for the one place that must write the bytes into a process.
//
// A test in cmd/casebook names the packages that may use either door.
package secret

import (
	"fmt"
	"io"
	"strconv"
)

// Masked is what a Text prints as when nothing better is known about it.
const Masked = "‹masked›"

// Text is an exact string that prints masked. The zero Text is the empty string.
type Text struct{ raw string }

// New wraps a string that was read from a process.
func New(raw string) Text { return Text{raw} }

// Reveal returns the exact string.
func Reveal(t Text) string { return t.raw }

// Len is the number of bytes of the exact string.
func (t Text) Len() int { return len(t.raw) }

// Equal says whether two texts hold the same bytes.
func (t Text) Equal(u Text) bool { return t.raw == u.raw }

// String implements fmt.Stringer with a mask.
func (t Text) String() string { return Masked }

// Format implements fmt.Formatter, so that no verb prints the bytes.
func (t Text) Format(s fmt.State, verb rune) { _, _ = io.WriteString(s, Masked) }

// MarshalJSON writes the mask.
func (t Text) MarshalJSON() ([]byte, error) { return strconv.AppendQuote(nil, Masked), nil }

// UnmarshalJSON refuses: a mask is not a value.
func (t *Text) UnmarshalJSON([]byte) error {
	return fmt.Errorf("secret: a masked value can't be read back from JSON")
}

// GobEncode carries the exact bytes through a private pipe or the store.
func (t Text) GobEncode() ([]byte, error) { return []byte(t.raw), nil }

// GobDecode is the inverse of GobEncode.
func (t *Text) GobDecode(b []byte) error { t.raw = string(b); return nil }
