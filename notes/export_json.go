package notes

import (
	"bytes"
	"encoding/json"
	"fmt"

	"casebook/notes/safe"
)

// ReportJSON renders a report for programs. Control characters that JSON lets
// through (C1, DEL, bidi) are escaped too: people print JSON to terminals.
func ReportJSON(r Report) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("report as JSON: %w", err)
	}
	return HarmlessJSON(b.Bytes()), nil
}

// HarmlessJSON escapes what a terminal would obey in JSON text. Outside of its
// strings JSON has no such characters.
func HarmlessJSON(b []byte) []byte {
	if bytes.IndexFunc(b, escapeInJSON) < 0 {
		return b
	}
	var out bytes.Buffer
	for _, r := range string(b) {
		switch {
		case !escapeInJSON(r):
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}

func escapeInJSON(r rune) bool { return r >= 0x7f && safe.Forbidden(r) }
