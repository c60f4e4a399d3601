package check

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Op is what a node of a check does.
type Op int

const (
	Atom Op = iota
	And
	Or
	Not
)

// Node is one node of a parsed check.
type Node struct {
	Op   Op
	Kids []*Node

	// for an Atom:
	ID     int            // index into Check.Atoms
	Kind   string         // "exit", "stdout", "stderr", "output", "file", "tcp", "http", "run"
	Target bool           // written with "target." in front
	Arg    string         // the text after the colon, unquoted
	Code   int            // for exit
	Re     *regexp.Regexp // for stdout, stderr, output
	Text   string         // as written
}

// Check is a parsed check.
type Check struct {
	Text  string
	Root  *Node
	Atoms []*Node
}

// SyntaxError is a place in a check that can't be understood.
type SyntaxError struct {
	Text string
	At   int // byte offset
	Msg  string
	Hint string
}

func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("check %q, at %d: %s", e.Text, e.At+1, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

const kindsHint = "a check is exit:N, stdout:/re/, stderr:/re/, output:/re/, file:PATH, tcp:HOST:PORT, http:URL or run:CMD, joined by and, or, not"

// Parse reads a check. The error is a *SyntaxError.
func Parse(text string) (*Check, error) {
	p := &parser{text: text, c: &Check{Text: text}}
	p.blanks()
	if p.done() {
		return nil, p.fail("the check is empty", kindsHint)
	}
	n, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if !p.done() {
		return nil, p.fail("expected and, or, or the end", "put quotes round an argument with blanks: run:\"CMD ARG\"")
	}
	p.c.Root = n
	return p.c, nil
}

const maxDepth = 64

type parser struct {
	text string
	pos  int
	c    *Check
}

func (p *parser) done() bool { return p.pos >= len(p.text) }

func (p *parser) blanks() {
	for !p.done() && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

func (p *parser) fail(msg, hint string) error {
	return &SyntaxError{Text: p.text, At: p.pos, Msg: msg, Hint: hint}
}

// word consumes w when it stands at the position as a word of its own.
func (p *parser) word(w string) bool {
	rest := p.text[p.pos:]
	if !strings.HasPrefix(rest, w) {
		return false
	}
	if after := rest[len(w):]; after != "" && after[0] != ' ' && after[0] != '\t' && after[0] != '(' {
		return false
	}
	p.pos += len(w)
	p.blanks()
	return true
}

func (p *parser) or(depth int) (*Node, error)  { return p.chain(depth, Or, "or", p.and) }
func (p *parser) and(depth int) (*Node, error) { return p.chain(depth, And, "and", p.unary) }

func (p *parser) chain(depth int, op Op, word string, next func(int) (*Node, error)) (*Node, error) {
	n, err := next(depth)
	if err != nil {
		return nil, err
	}
	kids := []*Node{n}
	for p.word(word) {
		if n, err = next(depth); err != nil {
			return nil, err
		}
		kids = append(kids, n)
	}
	if len(kids) == 1 {
		return kids[0], nil
	}
	return &Node{Op: op, Kids: kids}, nil
}

func (p *parser) unary(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, p.fail("nested too deeply", "")
	}
	if p.word("not") {
		n, err := p.unary(depth + 1)
		if err != nil {
			return nil, err
		}
		return &Node{Op: Not, Kids: []*Node{n}}, nil
	}
	if !p.done() && p.text[p.pos] == '(' {
		p.pos++
		p.blanks()
		n, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.done() || p.text[p.pos] != ')' {
			return nil, p.fail("expected )", "")
		}
		p.pos++
		p.blanks()
		return n, nil
	}
	return p.atom()
}

func (p *parser) atom() (*Node, error) {
	start := p.pos
	if p.done() {
		return nil, p.fail("something is missing at the end", kindsHint)
	}
	colon := strings.IndexByte(p.text[p.pos:], ':')
	if colon < 0 {
		return nil, p.fail("no kind of check here", kindsHint)
	}
	kind := p.text[p.pos : p.pos+colon]
	n := &Node{Op: Atom, ID: len(p.c.Atoms)}
	n.Kind, n.Target = strings.CutPrefix(kind, "target.")
	if !n.Target {
		n.Kind = kind
	}
	if n.Kind == "https" {
		n.Kind = "http"
	}
	if !knownKind(n.Kind) {
		return nil, p.fail(fmt.Sprintf("%q is not a kind of check", kind), kindsHint)
	}
	if n.Target && n.Kind != "stdout" && n.Kind != "stderr" && n.Kind != "output" && n.Kind != "exit" {
		return nil, p.fail("target. goes with exit, stdout, stderr and output", "")
	}
	p.pos += colon + 1
	if err := p.argument(n); err != nil {
		return nil, err
	}
	n.Text = p.text[start:p.pos]
	p.blanks()
	p.c.Atoms = append(p.c.Atoms, n)
	return n, nil
}

func knownKind(k string) bool {
	switch k {
	case "exit", "stdout", "stderr", "output", "file", "tcp", "http", "run":
		return true
	}
	return false
}

func (p *parser) argument(n *Node) error {
	at := p.pos
	switch n.Kind {
	case "stdout", "stderr", "output":
		return p.pattern(n)
	}
	arg, err := p.plain()
	if err != nil {
		return err
	}
	n.Arg = arg
	bad := func(msg, hint string) error {
		p.pos = at
		return p.fail(msg, hint)
	}
	if arg == "" {
		return bad("nothing after "+n.Kind+":", kindsHint)
	}
	switch n.Kind {
	case "exit":
		if n.Code, err = strconv.Atoi(arg); err != nil || n.Code < 0 || n.Code > 255 {
			return bad(fmt.Sprintf("%q is not an exit status", arg), "0 to 255")
		}
	case "tcp":
		if _, port, err := net.SplitHostPort(arg); err != nil || !isPort(port) {
			return bad(fmt.Sprintf("%q is not HOST:PORT", arg), "tcp:127.0.0.1:5672")
		}
	case "http":
		if strings.HasPrefix(arg, "//") { // written as a plain URL
			n.Arg = p.text[at-len("http:") : p.pos]
			if strings.HasSuffix(p.text[:at], "https:") {
				n.Arg = p.text[at-len("https:") : p.pos]
			}
			arg = n.Arg
		}
		u, err := url.Parse(arg)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return bad(fmt.Sprintf("%q is not a URL", arg), "http:http://127.0.0.1:8000/health")
		}
	}
	return nil
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0 && n < 65536
}

// pattern reads /re/, in which \/ stands for a slash.
func (p *parser) pattern(n *Node) error {
	if p.done() || p.text[p.pos] != '/' {
		return p.fail("expected a pattern between slashes", n.Kind+":/ready/")
	}
	at := p.pos
	p.pos++
	var b strings.Builder
	for ; ; p.pos++ {
		if p.done() {
			p.pos = at
			return p.fail("the pattern has no closing slash", n.Kind+":/ready/")
		}
		c := p.text[p.pos]
		if c == '/' {
			break
		}
		if c == '\\' && p.pos+1 < len(p.text) {
			p.pos++
			if p.text[p.pos] != '/' {
				b.WriteByte('\\')
			}
			c = p.text[p.pos]
		}
		b.WriteByte(c)
	}
	p.pos++
	n.Arg = b.String()
	re, err := regexp.Compile(n.Arg)
	if err != nil {
		p.pos = at
		return p.fail(strings.TrimPrefix(err.Error(), "error parsing regexp: "), "patterns are RE2, matched against each line")
	}
	n.Re = re
	return nil
}

// plain reads a quoted argument, or one up to a blank or an unmatched closing parenthesis.
func (p *parser) plain() (string, error) {
	if !p.done() && (p.text[p.pos] == '"' || p.text[p.pos] == '\'') {
		q := p.text[p.pos]
		end := strings.IndexByte(p.text[p.pos+1:], q)
		if end < 0 {
			return "", p.fail("the quote is not closed", "")
		}
		s := p.text[p.pos+1 : p.pos+1+end]
		p.pos += end + 2
		return s, nil
	}
	start, open := p.pos, 0
	for ; !p.done(); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == ' ' || c == '\t':
			return p.text[start:p.pos], nil
		case c == '(':
			open++
		case c == ')' && open == 0:
			return p.text[start:p.pos], nil
		case c == ')':
			open--
		}
	}
	return p.text[start:p.pos], nil
}
