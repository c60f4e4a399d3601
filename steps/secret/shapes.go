package secret

import "bytes"

// Bounds of what a shape looks at. A text that is longer is not that shape.
const (
	urlMost   = 1024
	tokenMost = 4096
	pemMost   = 16 << 10
)

// shapePatterns are secrets that give themselves away by how they look.
var shapePatterns = []pattern{
	{head: "://", shape: userinfo},
	{head: "-----BEGIN ", shape: pem},
	token("AKIA", 16, 16, isUpperDigit),
	token("ASIA", 16, 16, isUpperDigit),
	token("ghp_", 30, tokenMost, isWord),
	token("gho_", 30, tokenMost, isWord),
	token("ghu_", 30, tokenMost, isWord),
	token("ghs_", 30, tokenMost, isWord),
	token("ghr_", 30, tokenMost, isWord),
	token("github_pat_", 30, tokenMost, isWord),
	token("glpat-", 16, tokenMost, isWordDash),
	token("xoxa-", 10, tokenMost, isWordDash),
	token("xoxb-", 10, tokenMost, isWordDash),
	token("xoxp-", 10, tokenMost, isWordDash),
	token("xoxr-", 10, tokenMost, isWordDash),
	token("xoxs-", 10, tokenMost, isWordDash),
	token("sk-", 20, tokenMost, isWordDash),
	token("sk_live_", 16, tokenMost, isWord),
	token("rk_live_", 16, tokenMost, isWord),
	token("AIza", 35, 35, isWordDash),
	token("npm_", 36, 36, isWord),
	{head: "eyJ", shape: jwt},
	{head: "password", fold: true, shape: named},
	{head: "passwd", fold: true, shape: named},
	{head: "passphrase", fold: true, shape: named},
	{head: "secret", fold: true, shape: named},
	{head: "token", fold: true, shape: named},
	{head: "api_key", fold: true, shape: named},
	{head: "api-key", fold: true, shape: named},
	{head: "apikey", fold: true, shape: named},
	{head: "access_key", fold: true, shape: named},
	{head: "private_key", fold: true, shape: named},
	{head: "authorization", fold: true, shape: header},
	{head: "cookie", fold: true, shape: header},
	{head: "bearer ", fold: true, shape: bearer},
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
func isWordDash(c byte) bool   { return isWord(c) || c == '-' }
func isUpperDigit(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }
func isSpace(c byte) bool      { return c <= ' ' }

// run returns where the bytes that ok accepts end, at most most after i.
func run(b []byte, i, most int, ok func(byte) bool) int {
	j := i
	for j < len(b) && j-i < most && ok(b[j]) {
		j++
	}
	return j
}

// token is a head of its own followed by least to most bytes of a kind.
func token(head string, least, most int, ok func(byte) bool) pattern {
	return pattern{head: head, shape: func(b []byte, at int, final bool) (span, verdict) {
		if at > 0 && isWord(b[at-1]) {
			return span{}, nothing
		}
		i := at + len(head)
		j := run(b, i, most, ok)
		switch {
		case j == len(b) && !final && j-i < most:
			return span{}, needMore
		case j-i < least:
			return span{}, nothing
		}
		return span{from: at, to: j}, found
	}}
}

// jwt is three parts with dots between; the first two are JSON in base64.
func jwt(b []byte, at int, final bool) (span, verdict) {
	if at > 0 && isWordDash(b[at-1]) {
		return span{}, nothing
	}
	i := run(b, at, tokenMost, isWordDash)
	if i == len(b) && !final {
		return span{}, needMore
	}
	if i-at < 10 || i+4 > len(b) || string(b[i:i+4]) != ".eyJ" {
		if i+4 > len(b) && !final && bytes.HasPrefix([]byte(".eyJ"), b[i:]) {
			return span{}, needMore
		}
		return span{}, nothing
	}
	j := run(b, i, tokenMost, func(c byte) bool { return isWordDash(c) || c == '.' })
	if j == len(b) && !final && j-i < tokenMost {
		return span{}, needMore
	}
	return span{from: at, to: j}, found
}

func isURLEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == 0x7f
}

// userinfo is the password of a URL: what stands between the first colon and
// the last @ of the authority. A password may hold a slash that nobody escaped,
// which ends the authority too early: then the @ is looked for further on,
// unless what follows the colon is a port.
func userinfo(b []byte, at int, final bool) (span, verdict) {
	start := at + len("://")
	end := run(b, start, urlMost, func(c byte) bool { return !isURLEnd(c) })
	if end == len(b) && !final && end-start < urlMost {
		return span{}, needMore
	}
	rest := b[start:end]
	authority := rest
	if i := bytes.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	colon := bytes.IndexByte(rest, ':')
	if colon < 0 || colon >= len(authority) {
		return span{}, nothing
	}
	sign := bytes.LastIndexByte(authority, '@')
	if sign < 0 && !allDigits(authority[colon+1:]) {
		sign = bytes.LastIndexByte(rest, '@')
	}
	if sign <= colon+1 {
		return span{}, nothing
	}
	if IsMark(string(rest[colon+1 : sign])) {
		return span{}, nothing
	}
	return span{from: start + colon + 1, to: start + sign}, found
}

func allDigits(b []byte) bool {
	return run(b, 0, len(b), func(c byte) bool { return c >= '0' && c <= '9' }) == len(b)
}

// pem is the body of a private key; what has no end is a key all the same.
func pem(b []byte, at int, final bool) (span, verdict) {
	window := b[at:min(len(b), at+pemMost)]
	line := bytes.IndexByte(window, '\n')
	if i := bytes.Index(window, []byte(markOpen)); i >= 0 && (line < 0 || i < line) {
		line = i
	}
	if line < 0 {
		line = bytes.IndexByte(window, '\\') // keys in variables are often on one line
	}
	if line < 0 {
		if !final && len(window) < 80 {
			return span{}, needMore
		}
		line = min(len(window), 40)
	}
	if !bytes.Contains(window[:line], []byte("PRIVATE KEY")) {
		return span{}, nothing
	}
	if i := bytes.Index(window, []byte("-----END ")); i > line {
		if IsMark(string(window[line:i])) {
			return span{}, nothing
		}
		return span{from: at + line, to: at + i}, found
	}
	if !final && len(window) < pemMost {
		return span{}, needMore
	}
	return span{from: at + line, to: at + len(window)}, found
}

// valueMost bounds the value behind a name.
const valueMost = 2048

// named is "password=value", "api_key: value", `"token": "value"`: the word may
// go on, up to the sign. A value of few bytes, and a word, is none.
func named(b []byte, at int, final bool) (span, verdict) {
	i := run(b, at, 64, isWordDash)
	nameEnd := i
	i = skipOne(b, i, `"'`)
	i = run(b, i, 4, func(c byte) bool { return c == ' ' || c == '\t' })
	if i == len(b) {
		return span{}, more(final)
	}
	if b[i] != '=' && b[i] != ':' {
		return span{}, nothing
	}
	if !SecretName(string(b[at:nameEnd])) {
		return span{}, nothing
	}
	sign := b[i]
	i = run(b, i+1, 4, func(c byte) bool { return c == ' ' || c == '\t' })
	if sign == ':' && i < len(b) && b[i] == '/' {
		return span{}, nothing // a URL scheme
	}
	i = skipOne(b, i, `"'`)
	j := run(b, i, valueMost, isValue)
	if j == len(b) && !final && j-i < valueMost {
		return span{}, needMore
	}
	v := string(b[i:j])
	if !learnable(v) || IsMark(v) || bytes.ContainsAny(b[i:j], "$‹") {
		return span{}, nothing
	}
	return span{from: i, to: j}, found
}

func isValue(c byte) bool {
	return c > ' ' && c != '"' && c != '\'' && c != ',' && c != ';' && c != '&' && c != '<' && c != '>' && c != ')' && c != 0x7f
}

// header is "Authorization: all of the line", "Set-Cookie: ...".
func header(b []byte, at int, final bool) (span, verdict) {
	i := at
	for i < len(b) && isWordDash(b[i]) {
		i++
	}
	i = skipOne(b, i, `"'`)
	if i == len(b) {
		return span{}, more(final)
	}
	if b[i] != ':' && b[i] != '=' {
		return span{}, nothing
	}
	i = run(b, i+1, 4, func(c byte) bool { return c == ' ' || c == '\t' })
	i = skipOne(b, i, `"'`)
	j := run(b, i, valueMost, func(c byte) bool { return c >= ' ' && c != '"' && c != '\'' && c != 0x7f })
	if j == len(b) && !final && j-i < valueMost {
		return span{}, needMore
	}
	for j > i && b[j-1] == ' ' {
		j--
	}
	if v := string(b[i:j]); len(v) < learnLeast || commonWords[v] || IsMark(v) {
		return span{}, nothing
	}
	return span{from: i, to: j}, found
}

// bearer is a token behind that word.
func bearer(b []byte, at int, final bool) (span, verdict) {
	i := at + len("bearer ")
	j := run(b, i, tokenMost, func(c byte) bool { return isWordDash(c) || c == '.' || c == '=' || c == '/' || c == '+' || c == '~' })
	switch {
	case j == len(b) && !final && j-i < tokenMost:
		return span{}, needMore
	case j-i < 16:
		return span{}, nothing
	}
	return span{from: i, to: j}, found
}

func skipOne(b []byte, i int, any string) int {
	if i < len(b) && bytes.IndexByte([]byte(any), b[i]) >= 0 {
		return i + 1
	}
	return i
}

func more(final bool) verdict {
	if final {
		return nothing
	}
	return needMore
}
