package notes

import (
	"bytes"
	"fmt"
	"strings"

	"casebook/notes/safe"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// ReportHTML renders a report as one self-contained page: no script, nothing
// loaded from elsewhere, and a policy that says so to the browser.
func ReportHTML(r Report) ([]byte, error) {
	before, after := &reportWriter{}, &reportWriter{}
	before.head(r)
	after.tail(r)
	var b bytes.Buffer
	fmt.Fprintf(&b, pageHead, safe.HTML(pageTitle(r)), pageStyle)
	if err := pageMarkdown().Convert([]byte(before.String()), &b); err != nil {
		return nil, fmt.Errorf("report as HTML: %w", err)
	}
	if r.Graph != nil {
		graphHTML(&b, *r.Graph, r.GraphState)
	}
	if err := pageMarkdown().Convert([]byte(after.String()), &b); err != nil {
		return nil, fmt.Errorf("report as HTML: %w", err)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.Bytes(), nil
}

// pageMarkdown shows raw HTML of notes and plans as text and never obeys it.
func pageMarkdown() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(rawAsText{}, 1))))
}

// rawAsText shows raw HTML as the text that it is, but for comments.
type rawAsText struct{}

func (rawAsText) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			writeRaw(w, string(n.(*ast.RawHTML).Segments.Value(src)))
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h := n.(*ast.HTMLBlock); entering {
			s := string(h.Lines().Value(src))
			if h.HasClosure() {
				s += string(h.ClosureLine.Value(src))
			}
			writeRaw(w, s)
		}
		return ast.WalkContinue, nil
	})
}

func writeRaw(w util.BufWriter, s string) {
	if t := strings.TrimSpace(s); !strings.HasPrefix(t, "<!--") || !strings.HasSuffix(t, "-->") {
		_, _ = w.WriteString(safe.HTML(s)) // its error comes back from Flush
	}
}

func pageTitle(r Report) string {
	if t := safe.Line(titleKind.ReplaceAllString(r.Title, "")); t != "" {
		return t
	}
	return "Investigation"
}

func graphHTML(b *bytes.Buffer, g Graph, state map[string]string) {
	if len(g.Nodes) == 0 {
		return
	}
	b.WriteString("<h2>Decision graph</h2>\n")
	if svg := GraphSVG(g, state); svg != "" {
		b.WriteString("<figure>\n" + svg + "</figure>\n")
		return
	}
	fmt.Fprintf(b, "<p>The graph has %d nodes and %d edges: too many for a picture. Its edges:</p>\n<ul>\n", len(g.Nodes), len(g.Edges))
	labels := map[string]string{}
	for _, n := range g.Nodes {
		labels[n.ID] = n.Label
	}
	for _, e := range g.Edges {
		fmt.Fprintf(b, "<li>%s → %s %s</li>\n", safe.HTML(labels[e.From]), safe.HTML(labels[e.To]), safe.HTML(e.Label))
	}
	b.WriteString("</ul>\n")
}

const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
%s</style>
</head>
<body>
<main>
`

const pageStyle = `:root { color-scheme: light dark; --text: #1c2126; --back: #fdfdfc; --dim: #5d6770; --line: #d5d9dd; --soft: #f1f3f4; --accent: #0b6e99; --done: #dcefe2; --here: #cfe6f1; --failed: #f6dcd8; }
@media (prefers-color-scheme: dark) { :root { --text: #dfe3e6; --back: #16191c; --dim: #99a3ab; --line: #3a4147; --soft: #20252a; --accent: #62b5da; --done: #1f3a29; --here: #153c4d; --failed: #4a2521; } }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { margin-top: 2.2em; font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .2em; } h3 { margin-top: 1.8em; font-size: 1.05rem; }
a { color: var(--accent); }
code, pre { font: 13px/1.45 ui-monospace, monospace; background: var(--soft); border-radius: 3px; } code { padding: .1em .3em; overflow-wrap: anywhere; } pre { padding: .7em .9em; overflow-x: auto; } pre code { padding: 0; overflow-wrap: normal; }
blockquote { margin: .8em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--dim); }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .9rem; } th, td { text-align: left; vertical-align: top; padding: .25em .7em; border-bottom: 1px solid var(--line); }
li:has(> input) { list-style: none; margin-left: -1.3em; }
figure { margin: 1em 0; overflow-x: auto; }
.graph .node { fill: var(--soft); stroke: var(--dim); } .graph .done { fill: var(--done); } .graph .here { fill: var(--here); stroke: var(--accent); stroke-width: 2.5; } .graph .failed { fill: var(--failed); } .graph .skipped { stroke-dasharray: 4 3; }
.graph .edge { fill: none; stroke: var(--dim); stroke-width: 1.2; } .graph .head { fill: var(--dim); } .graph .tag { fill: var(--back); }
.graph text { font: 13px system-ui, sans-serif; text-anchor: middle; fill: var(--text); } .graph .label { fill: var(--dim); font-style: italic; }
@media print { main { max-width: none; } pre { white-space: pre-wrap; } }
`
