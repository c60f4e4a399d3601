package notes

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var actionNumber = regexp.MustCompile(`^((?:\*\*|__)?)(\d+(?:\.\d+)+|\d+[a-z])[.:)]?\s+`)

// newAction reads the number and the condition off an action's text.
func newAction(text string, line int) Action {
	text = stripTask(text)
	a := Action{Text: text, Line: line, Commands: FindCommands(text)}
	if m := actionNumber.FindStringSubmatch(text); m != nil {
		a.ID = m[2]
		a.Text = m[1] + text[len(m[0]):]
	}
	head := a.Text
	if name, _, ok := splitLabel(a.Text); ok {
		head = name
	}
	a.Condition = conditionOf(head)
	return a
}

// action reads a list item with all that is nested under it; false where the
// item is empty.
func (r *planReader) action(it ast.Node) (Action, bool) {
	n := it.FirstChild()
	a := Action{Line: r.lineOf(it)}
	if n != nil && isText(n) {
		a = newAction(r.inline(n), a.Line)
		n = n.NextSibling()
	}
	for ; n != nil; n = n.NextSibling() {
		switch b := n.(type) {
		case *ast.List:
			for c := b.FirstChild(); c != nil; c = c.NextSibling() {
				if sub, ok := r.action(c); ok {
					a.Sub = append(a.Sub, sub)
				}
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			r.codeOf(&a, b)
		case *ast.HTMLBlock, *ast.ThematicBreak:
		default:
			for _, s := range r.texts(b) {
				a.Sub = append(a.Sub, newAction(s, r.lineOf(b)))
			}
		}
	}
	if a.Text == "" && len(a.Commands) > 0 {
		a.Text = "`" + a.Commands[0] + "`"
	}
	return a, a.Text != "" || len(a.Sub) > 0
}

// texts are the paragraphs in a block, also in quotes.
func (r *planReader) texts(b ast.Node) []string {
	if s := r.inline(b); s != "" {
		return []string{s}
	}
	var out []string
	for c := b.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() == ast.TypeBlock {
			out = append(out, r.texts(c)...)
		}
	}
	return out
}

// codeUnder gives a code block to the action before it, or makes it one.
func (r *planReader) codeUnder(actions *[]Action, b ast.Node) {
	if f, ok := b.(*ast.FencedCodeBlock); ok && string(f.Language(r.src)) == "mermaid" {
		return
	}
	if n := len(*actions); n > 0 && strings.HasSuffix((*actions)[n-1].Text, ":") {
		r.codeOf(&(*actions)[n-1], b)
		return
	}
	a := Action{Line: r.lineOf(b)}
	r.codeOf(&a, b)
	switch {
	case len(a.Commands) == 1:
		a.Text = "`" + a.Commands[0] + "`"
	case len(a.Commands) > 1:
		a.Text = "Run:"
		for _, c := range a.Commands {
			a.Sub = append(a.Sub, Action{Text: "`" + c + "`", Commands: []string{c}, Line: a.Line})
		}
		a.Commands = nil
	case len(a.Sub) == 1:
		a = a.Sub[0]
	}
	if a.Text != "" {
		*actions = append(*actions, a)
	}
}

// codeOf adds what a code block holds to an action: its commands, or its first
// line where it holds none.
func (r *planReader) codeOf(a *Action, b ast.Node) {
	lang := ""
	if f, ok := b.(*ast.FencedCodeBlock); ok {
		lang = strings.ToLower(string(f.Language(r.src)))
	}
	if lang == "mermaid" {
		return
	}
	body := r.raw(b)
	if cmds := fenceCommands(lang, body); len(cmds) > 0 {
		a.Commands = append(a.Commands, cmds...)
		return
	}
	lines := strings.Split(strings.TrimSpace(body), "\n")
	if lines[0] == "" {
		return
	}
	text := "`" + strings.TrimSpace(strings.ReplaceAll(lines[0], "`", "'")) + "`"
	if len(lines) > 1 {
		text += " …"
	}
	a.Sub = append(a.Sub, Action{Text: text, Line: r.lineOf(b)})
}
