package notes

import (
	"bytes"
	"fmt"
	"strings"
)

// replaceBlock puts body between the markers of id, or adds both at the end of
// the file. Nothing outside the markers changes, and the file's line ends stay.
// Markers that don't match are an error with file and line: guessing where a
// block ends would cost somebody's text.
func replaceBlock(file string, data []byte, id, body string) ([]byte, error) {
	from, to, err := findBlock(file, data, id)
	if err != nil {
		return nil, err
	}
	eol := lineEndOf(data)
	if from >= 0 { // the block keeps its own, in a file of both kinds
		eol = lineEndOf(data[from:to])
	}
	block := beginMark(id) + "\n" + strings.TrimRight(body, "\n") + "\n" + endMark(id)
	block = strings.ReplaceAll(block, "\n", eol)
	if from >= 0 {
		return splice(data, from, to, block), nil
	}
	out := bytes.Clone(data)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, eol...)
	}
	if len(out) > 0 && !bytes.HasSuffix(out, []byte(eol+eol)) {
		out = append(out, eol...)
	}
	return append(out, block+eol...), nil
}

// lineEndOf is the line end that most lines have.
func lineEndOf(data []byte) string {
	if crlf := bytes.Count(data, []byte("\r\n")); 2*crlf > bytes.Count(data, []byte("\n")) {
		return "\r\n"
	}
	return "\n"
}

func beginMark(id string) string { return "<!-- casebook:begin " + cleanID(id) + " -->" }
func endMark(id string) string   { return "<!-- casebook:end " + cleanID(id) + " -->" }

// findBlock is the stretch from the begin marker to the end of the end marker,
// from -1 where there is none.
func findBlock(file string, data []byte, id string) (from, to int, err error) {
	from = -1
	begun, ended, pos := 0, 0, 0
	for n, l := range bytes.SplitAfter(data, []byte("\n")) {
		text := strings.TrimSpace(string(l))
		switch {
		case text == beginMark(id) && begun > 0:
			return 0, 0, fmt.Errorf("%s:%d: a second %q, the first is in line %d; remove one of the blocks and export again", file, n+1, text, begun)
		case text == beginMark(id):
			begun, from = n+1, pos+bytes.Index(l, []byte("<!--"))
		case text == endMark(id) && (begun == 0 || ended > 0):
			return 0, 0, fmt.Errorf("%s:%d: %q has no begin before it; remove the line and export again", file, n+1, text)
		case text == endMark(id):
			ended = n + 1
			to = pos + bytes.LastIndex(l, []byte("-->")) + len("-->")
		case begun > 0 && ended == 0 && strings.HasPrefix(text, "<!-- casebook:begin "):
			return 0, 0, fmt.Errorf("%s:%d: the block that begins in line %d has no end before the next one; write %q where it ends and export again", file, n+1, begun, endMark(id))
		}
		pos += len(l)
	}
	if begun > 0 && ended == 0 {
		return 0, 0, fmt.Errorf("%s:%d: the block that begins here has no end; write %q where it ends and export again", file, begun, endMark(id))
	}
	return from, to, nil
}
