package launch

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// Command is what to run: words, and variables set in front of them.
type Command struct {
	Env  []string // "NAME=value", as written in front of the command
	Argv []string
}

// SyntaxError is a command line that is more than words, with the place.
type SyntaxError struct {
	Text   string
	Line   int // 1-based
	Column int // 1-based, in bytes
	What   string
	Hint   string
}

func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("command, line %d, column %d: %s", e.Line, e.Column, e.What)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// ParseCommand reads a command line of words, quotes and leading NAME=value.
// No shell is asked: every other shell syntax is a *SyntaxError.
func ParseCommand(text string) (Command, error) {
	p := commandParser{text: text}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return Command{}, p.fail(p.position(i), "a NUL byte can't be part of a command", "")
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true)).Parse(strings.NewReader(text), "")
	if err != nil {
		return Command{}, p.parseError(err)
	}
	return p.file(file)
}

type commandParser struct{ text string }

// shellHint is the way out: ask for a shell, and know that one is there.
func (p commandParser) shellHint() string {
	q, err := syntax.Quote(p.text, syntax.LangPOSIX)
	if err != nil || len(p.text) > 200 {
		return "no shell is used; write sh -c '...' if you want one"
	}
	return "no shell is used; write sh -c " + q + " if you want one"
}

type place struct{ line, column int }

func at(pos syntax.Pos) place { return place{int(pos.Line()), int(pos.Col())} }

func (p commandParser) position(offset int) place {
	before := p.text[:offset]
	return place{1 + strings.Count(before, "\n"), offset - strings.LastIndexByte(before, '\n')}
}

func (p commandParser) fail(where place, what, hint string) error {
	return &SyntaxError{Text: p.text, Line: where.line, Column: where.column, What: what, Hint: hint}
}

func (p commandParser) shell(pos syntax.Pos, what string) error {
	return p.fail(at(pos), what+" is shell syntax", p.shellHint())
}

func (p commandParser) parseError(err error) error {
	var pe syntax.ParseError
	if errors.As(err, &pe) {
		return p.fail(at(pe.Pos), pe.Text, p.shellHint())
	}
	var le syntax.LangError
	if errors.As(err, &le) {
		return p.fail(at(le.Pos), le.Feature+" is shell syntax", p.shellHint())
	}
	return p.fail(place{1, 1}, err.Error(), p.shellHint())
}

func (p commandParser) file(f *syntax.File) (Command, error) {
	if len(f.Last) > 0 {
		return Command{}, p.shell(f.Last[0].Pos(), "a comment (#)")
	}
	if len(f.Stmts) == 0 {
		return Command{}, p.fail(place{1, 1}, "there is no command", "")
	}
	if len(f.Stmts) > 1 {
		return Command{}, p.shell(f.Stmts[1].Pos(), "a second command")
	}
	s := f.Stmts[0]
	switch {
	case len(s.Comments) > 0:
		return Command{}, p.shell(s.Comments[0].Pos(), "a comment (#)")
	case s.Negated:
		return Command{}, p.shell(s.Pos(), "!")
	case s.Background || s.Coprocess || s.Disown:
		return Command{}, p.shell(s.Semicolon, "&")
	case s.Semicolon.IsValid():
		return Command{}, p.shell(s.Semicolon, ";")
	case len(s.Redirs) > 0:
		return Command{}, p.shell(s.Redirs[0].OpPos, s.Redirs[0].Op.String())
	}
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return Command{}, p.compound(s.Cmd)
	}
	return p.call(call)
}

func (p commandParser) compound(c syntax.Command) error {
	switch c := c.(type) {
	case *syntax.BinaryCmd:
		return p.shell(c.OpPos, c.Op.String())
	case *syntax.Subshell:
		return p.shell(c.Pos(), "(...)")
	case *syntax.FuncDecl:
		return p.shell(c.Pos(), "a function")
	case nil:
		return p.fail(place{1, 1}, "there is no command", "")
	}
	return p.shell(c.Pos(), "a shell keyword")
}

func (p commandParser) call(c *syntax.CallExpr) (Command, error) {
	var cmd Command
	for _, a := range c.Assigns {
		v, err := p.assign(a)
		if err != nil {
			return Command{}, err
		}
		cmd.Env = append(cmd.Env, v)
	}
	for _, w := range c.Args {
		v, err := p.word(w)
		if err != nil {
			return Command{}, err
		}
		cmd.Argv = append(cmd.Argv, v)
	}
	if len(cmd.Argv) == 0 {
		return Command{}, p.fail(place{1, 1}, "there are variables but no command", "")
	}
	if cmd.Argv[0] == "" {
		return Command{}, p.fail(at(c.Args[0].Pos()), "the command's name is empty", "")
	}
	return cmd, nil
}

func (p commandParser) assign(a *syntax.Assign) (string, error) {
	if a.Append || a.Naked || a.Index != nil || a.Array != nil || a.Name == nil {
		return "", p.shell(a.Pos(), "this assignment")
	}
	v := ""
	if a.Value != nil {
		var err error
		if v, err = p.word(a.Value); err != nil {
			return "", err
		}
	}
	return a.Name.Value + "=" + v, nil
}

// word is the literal value of a word that has nothing to expand.
func (p commandParser) word(w *syntax.Word) (string, error) {
	var b strings.Builder
	for i, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			if err := p.literal(part, i == 0); err != nil {
				return "", err
			}
			b.WriteString(unescape(part.Value, ""))
		case *syntax.SglQuoted:
			v, err := single(part)
			if err != nil {
				return "", p.fail(at(part.Pos()), err.Error(), p.shellHint())
			}
			b.WriteString(v)
		case *syntax.DblQuoted:
			v, err := p.quoted(part)
			if err != nil {
				return "", err
			}
			b.WriteString(v)
		default:
			return "", p.expansion(part)
		}
	}
	if strings.IndexByte(b.String(), 0) >= 0 {
		return "", p.fail(at(w.Pos()), "a NUL byte can't be part of a command", "")
	}
	return b.String(), nil
}

// unescape takes backslashes away: before every character, or before those of
// only. A backslash before the end of a line joins the lines.
func unescape(s, only string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (only == "" || strings.IndexByte(only, s[i+1]) >= 0) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// single is the value of '...' or $'...'.
func single(q *syntax.SglQuoted) (string, error) {
	if !q.Dollar {
		return q.Value, nil
	}
	v, _, err := expand.Format(nil, q.Value, nil)
	return v, err
}

func (p commandParser) quoted(q *syntax.DblQuoted) (string, error) {
	if q.Dollar {
		return "", p.shell(q.Pos(), `$"..."`)
	}
	var b strings.Builder
	for _, part := range q.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			return "", p.expansion(part)
		}
		b.WriteString(unescape(lit.Value, "$`\"\\\n"))
	}
	return b.String(), nil
}

func (p commandParser) expansion(part syntax.WordPart) error {
	switch part.(type) {
	case *syntax.ParamExp:
		return p.shell(part.Pos(), "a variable ($)")
	case *syntax.CmdSubst:
		return p.shell(part.Pos(), "a command substitution")
	case *syntax.ArithmExp:
		return p.shell(part.Pos(), "arithmetic ($((...)))")
	case *syntax.ProcSubst:
		return p.shell(part.Pos(), "a process substitution")
	case *syntax.ExtGlob:
		return p.shell(part.Pos(), "a pattern of file names")
	}
	return p.shell(part.Pos(), "this")
}

// literal refuses what a shell would expand in an unquoted literal.
func (p commandParser) literal(l *syntax.Lit, first bool) error {
	if first && strings.HasPrefix(l.Value, "~") {
		return p.shell(l.Pos(), "~")
	}
	start := int(l.Pos().Offset())
	for i := 0; i < len(l.Value); i++ {
		switch l.Value[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return p.fail(p.position(min(start+i, len(p.text))), fmt.Sprintf("%c is shell syntax, a pattern of file names", l.Value[i]), "put it in quotes, or: "+p.shellHint())
		case '{':
			if end := strings.IndexByte(l.Value[i:], '}'); end > 0 {
				if in := l.Value[i : i+end]; strings.Contains(in, ",") || strings.Contains(in, "..") {
					return p.fail(p.position(min(start+i, len(p.text))), "{...} is shell syntax", "put it in quotes, or: "+p.shellHint())
				}
			}
		}
	}
	return nil
}
