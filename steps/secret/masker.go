package secret

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Masker makes exact strings showable: what is secret becomes a keyed
// fingerprint and a length, so that two values can still be told apart. Copies
// share what was learned and may be used from several goroutines. The zero
// Masker masks by the same rules, without fingerprints, and learns nothing.
//
// Who holds the key and a mark can try guesses: a mark hides a random token,
// not a word of a dictionary.
type Masker struct{ s *state }

type state struct {
	key  []byte
	mu   sync.Mutex             // serialises Learn
	seen map[string]string      // exact value -> the variable it was learned from
	m    atomic.Pointer[finder] // nil: nothing learned yet
}

// NewMasker returns a Masker with its key; marks of two maskers with the same
// key compare. An empty key is replaced by a random one.
func NewMasker(key []byte) Masker {
	k := append([]byte(nil), key...)
	if len(k) == 0 {
		k = make([]byte, 32)
		_, _ = rand.Read(k) // never fails: the program would end
	}
	return Masker{&state{key: k, seen: map[string]string{}}}
}

// Key is what marks are made with; empty for the zero Masker.
func (m Masker) Key() []byte {
	if m.s == nil {
		return nil
	}
	return append([]byte(nil), m.s.key...)
}

// Mark is what is shown for a secret value: "‹secret 3f9a1c · 24 bytes›".
func (m Masker) Mark(t Text) string { return m.mark(t.raw) }

func (m Masker) mark(raw string) string {
	size := " bytes"
	if len(raw) == 1 {
		size = " byte"
	}
	if m.s == nil {
		return markOpen + "· " + strconv.Itoa(len(raw)) + size + markEnd
	}
	h := hmac.New(sha256.New, m.s.key)
	_, _ = h.Write([]byte(raw))
	return markOpen + hex.EncodeToString(h.Sum(nil)[:3]) + " · " + strconv.Itoa(len(raw)) + size + markEnd
}

const (
	markOpen = "‹secret "
	markEnd  = "›"
)

// IsMark says whether s is one mark and nothing else, or holds one.
func IsMark(s string) bool {
	_, rest, ok := strings.Cut(s, markOpen)
	return ok && strings.Contains(rest, markEnd)
}

// WithoutPrint is s with the fingerprints of its marks taken out, lengths kept:
// all that can be compared between marks of different keys.
func WithoutPrint(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, markOpen)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "· ")
		b.WriteString(markOpen)
	}
}

// LearnVar looks at a variable, option or header: its value is learned where
// the name is secret, and so is what its shape gives away (the password of a URL).
func (m Masker) LearnVar(name string, value Text) {
	if SecretName(name) && !commonValues[strings.ToLower(value.raw)] {
		m.learn(name, value.raw)
	}
	m.LearnText(name, value)
}

// LearnText learns the passwords of URLs and the tokens that stand in a text.
func (m Masker) LearnText(from string, t Text) {
	if m.s == nil || IsMark(t.raw) {
		return
	}
	spans, _ := shapes().find([]byte(t.raw), true)
	for _, sp := range spans {
		m.learn(from, t.raw[sp.from:sp.to])
	}
}

// Learn adds a secret value: each later occurrence of it is replaced.
func (m Masker) Learn(value Text) { m.learn("", value.raw) }

func (m Masker) learn(from, raw string) {
	if m.s == nil || IsMark(raw) {
		return
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	changed := false
	for _, v := range variants(raw) {
		if _, known := m.s.seen[v]; known || !learnable(v) {
			continue
		}
		m.s.seen[v] = from
		changed = true
	}
	if changed {
		m.s.m.Store(newFinder(m.s.seen))
	}
}

// variants are the forms in which a value turns up in output: itself, its
// longer lines, and as URLs and JSON strings spell it.
func variants(raw string) []string {
	out := []string{raw}
	if strings.Contains(raw, "\n") {
		for line := range strings.Lines(raw) {
			if line = strings.TrimRight(line, "\r\n"); len(line) >= 16 {
				out = append(out, line)
			}
		}
	}
	if u, err := url.PathUnescape(raw); err == nil {
		out = append(out, u)
	}
	quoted := strconv.Quote(raw)
	return append(out, url.QueryEscape(raw), url.PathEscape(raw), quoted[1:len(quoted)-1])
}

// finder is what texts are searched with; never nil.
func (m Masker) finder() *finder {
	if m.s != nil {
		if f := m.s.m.Load(); f != nil {
			return f
		}
	}
	return shapes()
}

// Show is a text as people may see it: secrets replaced, nothing else changed.
func (m Masker) Show(t Text) string { return m.Text(t.raw) }

// ShowVar is the value of a variable as people may see it.
func (m Masker) ShowVar(name string, t Text) string {
	if SecretName(name) && !commonValues[strings.ToLower(t.raw)] && !IsMark(t.raw) {
		return m.mark(t.raw)
	}
	return m.Text(t.raw)
}

// Text replaces the secrets in a string that may be shown otherwise.
func (m Masker) Text(s string) string {
	spans, _ := m.finder().find([]byte(s), true)
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, sp := range spans {
		b.WriteString(s[at:sp.from])
		b.WriteString(m.mark(s[sp.from:sp.to]))
		at = sp.to
	}
	b.WriteString(s[at:])
	return b.String()
}
