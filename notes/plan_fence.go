package notes

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// unclosedFence is the first fenced block without an end, or nil.
func (r *planReader) unclosedFence(doc ast.Node) *ast.FencedCodeBlock {
	var found *ast.FencedCodeBlock
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		f, ok := n.(*ast.FencedCodeBlock)
		if !entering || !ok {
			return ast.WalkContinue, nil
		}
		if !r.fenceEnds(f) {
			found = f
			return ast.WalkStop, nil
		}
		return ast.WalkSkipChildren, nil
	})
	return found
}

func (r *planReader) fenceEnds(f *ast.FencedCodeBlock) bool {
	first := r.line(f.Pos())
	open := strings.TrimLeft(r.lineText(first)[min(f.Pos()-r.starts[first-1], len(r.lineText(first))):], " \t")
	if open == "" {
		return true
	}
	last := first
	if n := f.Lines().Len(); n > 0 {
		last = r.line(f.Lines().At(n - 1).Start)
	}
	end := strings.TrimLeft(r.lineText(last+1), " \t>")
	n := runLength(end, open[0])
	return n >= runLength(open, open[0]) && strings.TrimSpace(end[n:]) == ""
}

var nextPart = regexp.MustCompile(`^(#{1,6}\s|\*\*(Phase|Step|Stage)\s)`)

// closeFence ends the fence that begins in line: in the blank line before the
// next heading, or, where there is none, by taking its first line out. False
// where nothing follows that the fence could hide.
func closeFence(src []byte, open string, starts []int, line int) ([]byte, bool) {
	s := source{src: src, starts: starts}
	for l := line + 1; l <= len(starts); l++ {
		if !nextPart.MatchString(s.lineText(l)) {
			continue
		}
		indent := open[:len(open)-len(strings.TrimLeft(open, " \t"))]
		mark := strings.TrimLeft(open, " \t")
		if before := s.lineText(l - 1); l-1 > line && strings.TrimSpace(before) == "" && mark != "" && (mark[0] == '`' || mark[0] == '~') {
			fence := indent + strings.Repeat(mark[:1], runLength(mark, mark[0]))
			return splice(src, starts[l-2], starts[l-2]+len(before), fence), true
		}
		out := bytes.Clone(src)
		blank(out[starts[line-1]:starts[line]])
		return out, true
	}
	return src, false
}

func splice(src []byte, from, to int, s string) []byte {
	out := make([]byte, 0, len(src)+len(s))
	out = append(out, src[:from]...)
	out = append(out, s...)
	return append(out, src[to:]...)
}
