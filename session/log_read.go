package session

import (
	"bytes"
	"io"
	"os"
	"strings"
)

// LogText is the end of the log file: at most max bytes, from a line's
// beginning. "" where there is no log yet.
func (s *Session) LogText(max int) string {
	f, err := os.Open(s.State().LogPath)
	if err != nil || max <= 0 {
		return ""
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return ""
	}
	from := st.Size() - int64(max)
	if from <= 0 {
		b, _ := io.ReadAll(io.LimitReader(f, int64(max)))
		return strings.ToValidUTF8(string(b), "�")
	}
	b := make([]byte, max)
	n, _ := f.ReadAt(b, from)
	b = b[:n]
	if nl := bytes.IndexByte(b, '\n'); nl >= 0 {
		b = b[nl+1:]
	}
	return strings.ToValidUTF8(string(b), "�")
}
