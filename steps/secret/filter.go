package secret

import "io"

// Filter masks a stream. A secret that is split across writes is held back
// until it is told from what only begins like one: never more than a key of
// 16 KiB, or the longest learned value. Flush when the stream is idle or ends.
type Filter struct {
	m    Masker
	held []byte
}

// Filter returns a filter for one stream; it learns what the Masker learns.
func (m Masker) Filter() *Filter { return &Filter{m: m} }

// Next takes the next piece of the stream and returns what may be shown. The
// result is p itself where nothing was found, and valid until the next call.
func (f *Filter) Next(p []byte) []byte { return f.next(p, false) }

// Flush returns what was held back.
func (f *Filter) Flush() []byte { return f.next(nil, true) }

func (f *Filter) next(p []byte, final bool) []byte {
	b := p
	if len(f.held) > 0 {
		b = append(f.held, p...)
	}
	spans, settled := f.m.finder().find(b, final)
	if len(spans) == 0 {
		f.held = append([]byte(nil), b[settled:]...)
		return b[:settled]
	}
	var out []byte
	at := 0
	for _, sp := range spans {
		out = append(out, b[at:sp.from]...)
		out = append(out, f.m.mark(string(b[sp.from:sp.to]))...)
		at = sp.to
	}
	out = append(out, b[at:settled]...)
	f.held = append([]byte(nil), b[settled:]...)
	return out
}

// Writer masks what is written to it and passes it on; Close flushes.
type Writer struct {
	f *Filter
	w io.Writer
}

// Writer returns a masking writer in front of w.
func (m Masker) Writer(w io.Writer) *Writer { return &Writer{m.Filter(), w} }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if out := w.f.Next(p); len(out) > 0 {
		if _, err := w.w.Write(out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// Close passes on what was held back. It does not close what is behind.
func (w *Writer) Close() error {
	out := w.f.Flush()
	if len(out) == 0 {
		return nil
	}
	_, err := w.w.Write(out)
	return err
}
