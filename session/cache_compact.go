package session

import (
	"encoding/binary"
	"math"
	"time"

	"casebook/steps/fact"
)

// compactWriter writes texts with their length in front, and numbers as varints.
type compactWriter struct{ b []byte }

func (w *compactWriter) text(s string) {
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *compactWriter) number(n int64) { w.b = binary.AppendVarint(w.b, n) }

const noTime = math.MinInt64

func (w *compactWriter) time(t time.Time) {
	if t.IsZero() {
		w.number(noTime)
		return
	}
	w.number(t.UnixNano())
}

func (w *compactWriter) texts(all []string) {
	w.number(int64(len(all)))
	for _, s := range all {
		w.text(s)
	}
}

func (w *compactWriter) trial(t *fact.Trial) {
	for _, s := range []string{t.ID, string(t.Side), t.Role, t.Label, t.Command, string(t.Verdict), t.Reason, t.Evidence, t.Print, t.Exit} {
		w.text(s)
	}
	traced := int64(0)
	if t.Traced {
		traced = 1
	}
	w.number(traced)
	w.time(t.Started)
	w.number(int64(t.Took))
	w.number(int64(len(t.Changes)))
	for _, c := range t.Changes {
		w.text(string(c.Kind))
		w.text(c.Name)
		w.number(int64(c.To.State))
		w.text(c.To.Shown)
	}
}

func (w *compactWriter) finding(f Found) {
	w.text(f.Text)
	w.texts(f.Trials)
	w.text(f.Level)
	w.text(f.Step)
	w.time(f.At)
}

func (w *compactWriter) note(n Note) {
	w.text(n.Step)
	w.text(n.Text)
	w.time(n.At)
}

// compactReader reads what compactWriter wrote. Texts are parts of s, not copies.
// What can't be is read as nothing, and broken says so.
type compactReader struct {
	s      string
	at     int
	broken bool
}

func (r *compactReader) uvarint() uint64 {
	var v uint64
	for shift := 0; shift < 64 && r.at < len(r.s); shift += 7 {
		c := r.s[r.at]
		r.at++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	r.broken = true
	return 0
}

func (r *compactReader) number() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *compactReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.s)-r.at) {
		r.broken = true
		return ""
	}
	s := r.s[r.at : r.at+int(n)]
	r.at += int(n)
	return s
}

func (r *compactReader) time() time.Time {
	n := r.number()
	if n == noTime {
		return time.Time{}
	}
	return time.Unix(0, n)
}

func (r *compactReader) trial() fact.Trial {
	t := fact.Trial{ID: r.text(), Side: fact.Side(r.text()), Role: r.text(), Label: r.text(), Command: r.text(),
		Verdict: fact.Verdict(r.text()), Reason: r.text(), Evidence: r.text(), Print: r.text(), Exit: r.text(),
		Traced: r.number() == 1, Started: r.time(), Took: time.Duration(r.number())}
	t.Changes = list(r, int(r.number()), r.change)
	return t
}

func (r *compactReader) change() fact.Change {
	var c fact.Change
	c.Kind, c.Name = fact.Kind(r.text()), r.text()
	c.To.State, c.To.Shown = fact.State(r.number()), r.text()
	return c
}

func (r *compactReader) finding() Found {
	var f Found
	f.Text = r.text()
	f.Trials = list(r, int(r.number()), r.text)
	f.Level, f.Step, f.At = r.text(), r.text(), r.time()
	return f
}

func (r *compactReader) note() Note { return Note{Step: r.text(), Text: r.text(), At: r.time()} }
