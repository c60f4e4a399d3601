package notes

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"go.abhg.dev/goldmark/frontmatter"
)

// maxFront bounds the front matter: YAML checks every key against all others.
const maxFront = 16 << 10

// CaseKeys are the keys of the front matter's "casebook:".
var CaseKeys = []string{"good", "bad", "target", "check", "deadline", "as", "good_as", "bad_as", "dir", "reset"}

// frontMatter reads the case and returns the source with the front matter
// blanked, so that the lines behind it keep their numbers.
func (r *planReader) frontMatter(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	end, state := frontMatterEnd(src)
	switch state {
	case noFrontMatter:
		return src
	case openFrontMatter:
		r.problem(1, "the front matter that begins here has no end (a line of ---)")
		out := bytes.Clone(src)
		blank(out[:end])
		return out
	}
	front := src[:end]
	if len(front) > maxFront {
		r.problem(1, "the front matter has %d KB; more than %d KB are not read", len(front)>>10, maxFront>>10)
		out := bytes.Clone(src)
		blank(out[:end])
		return out
	}
	ctx := parser.NewContext()
	p := parser.NewParser(parser.WithBlockParsers(
		util.Prioritized(&frontmatter.Parser{Formats: []frontmatter.Format{frontmatter.YAML}}, 0),
		util.Prioritized(parser.NewParagraphParser(), 1000)))
	p.Parse(text.NewReader(front), parser.WithContext(ctx))
	if data := frontmatter.Get(ctx); data != nil {
		var all map[string]any
		if err := data.Decode(&all); err != nil {
			r.frontError(err)
		} else if c, ok := all["casebook"]; ok {
			r.readCase(c, front)
		}
	}
	out := bytes.Clone(src)
	blank(out[:end])
	return out
}

type frontState int

const (
	noFrontMatter frontState = iota
	openFrontMatter
	closedFrontMatter
)

var yamlKey = regexp.MustCompile(`^[A-Za-z_][\w -]*:(\s|$)`)

// frontMatterEnd finds the end of the front matter. A first line of dashes
// that no key follows is a rule, not front matter.
func frontMatterEnd(src []byte) (end int, state frontState) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	if len(lines) < 2 || !delimiter(lines[0]) {
		return 0, noFrontMatter
	}
	if first := bytes.TrimRight(lines[1], " \t\r\n"); !yamlKey.Match(first) && !bytes.HasPrefix(first, []byte("#")) {
		return 0, noFrontMatter
	}
	pos := len(lines[0])
	keys, past := false, 0
	for _, l := range lines[1:] {
		if delimiter(l) {
			if !keys {
				return 0, noFrontMatter
			}
			return pos + len(l), closedFrontMatter
		}
		pos += len(l)
		switch t := bytes.TrimRight(l, " \t\r\n"); {
		case yamlKey.Match(t):
			keys = true
			past = pos
		case keys && past == pos-len(l) && (len(t) > 0 && (t[0] == ' ' || t[0] == '\t')):
			past = pos
		}
	}
	if keys && yamlKey.Match(lines[1]) {
		return past, openFrontMatter
	}
	return 0, noFrontMatter
}

func delimiter(line []byte) bool {
	return string(bytes.TrimRight(line, "\r\n")) == "---"
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// frontError tells what YAML could not read, with the line of the file: the
// decoder counts from the line behind the dashes.
func (r *planReader) frontError(err error) {
	msgs := strings.Split(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	for _, m := range msgs {
		m = strings.TrimSpace(m)
		if m == "" || m == "unmarshal errors:" {
			continue
		}
		line := 1
		if at := yamlLine.FindStringSubmatch(m); at != nil {
			n, _ := strconv.Atoi(at[1])
			line = n + 1
			m = strings.Replace(m, at[0], "", 1)
		}
		r.problem(line, "the front matter can't be read: %s", m)
	}
}

func (r *planReader) readCase(c any, front []byte) {
	m, ok := c.(map[string]any)
	if !ok {
		r.problem(keyLine(front, "casebook"), "casebook: holds no keys; it should hold some of %s", strings.Join(CaseKeys, ", "))
		return
	}
	r.plan.Case, r.plan.CaseLines = map[string]string{}, map[string]int{}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		line := keyLine(front, k)
		if !slices.Contains(CaseKeys, k) {
			r.problem(line, "casebook: has no key %q; it knows %s", k, strings.Join(CaseKeys, ", "))
			continue
		}
		switch v := m[k].(type) {
		case nil:
			r.problem(line, "casebook: %s has no value", k)
		case string, bool, int, int64, uint64, float64:
			r.plan.Case[k], r.plan.CaseLines[k] = fmt.Sprint(v), line
		default:
			r.problem(line, "casebook: %s should be one value, not a list or keys", k)
		}
	}
}

// keyLine is the line of a key in the front matter, 1 where it is not found.
func keyLine(front []byte, key string) int {
	for i, l := range bytes.Split(front, []byte("\n")) {
		t := strings.TrimLeft(string(l), " \t{,")
		if rest, ok := strings.CutPrefix(strings.TrimLeft(t, `"'`), key); ok && strings.HasPrefix(strings.TrimLeft(rest, `"' `), ":") {
			return i + 1
		}
	}
	return 1
}
