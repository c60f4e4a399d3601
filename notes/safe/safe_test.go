package safe

import (
	"bytes"
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

func TestText(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"plain", "a\tb\nc", "a\tb\nc"},
		{"colour", "\x1b[31mred\x1b[0m", "red"},
		{"c1 csi", "\u009b31mred", "red"},
		{"raw c1 byte", "a\x9b31m", "a\uFFFD31m"},
		{"hyperlink", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x07", "text"},
		{"title", "\x1b]0;owned\x07rest", "rest"},
		{"dcs", "a\x1bP1;2|deadbeef\x1b\\b", "ab"},
		{"unterminated osc keeps its text", "a\x1b]0;evidence", "a␛]0;evidence"},
		{"unterminated osc ends at its line", "a\x1b]0;x\nb\x07", "a␛]0;x\nb␇"},
		{"unterminated csi", "a\x1b[31", "a␛[31"},
		{"lone escape", "a\x1b", "a␛"},
		{"charset", "\x1b(Bx\x1b=y\x1bcz", "xyz"},
		{"progress bar", "10%\r20%\r\ndone", "10%\n20%\ndone"},
		{"backspace", "ab\bc\x00", "ab␈c␀"},
		{"del", "a\x7f", "a␡"},
		{"bidi", "a\u202eb\u2066c", "a‹U+202E›b‹U+2066›c"},
		{"tags", "a\U000e0041", "a‹U+E0041›"},
		{"invalid", "a\xffb", "a\uFFFDb"},
		{"nested", "\x1b\x1b[31m[31mx", "␛[31mx"},
		{"emoji joiner stays", "👩‍💻", "👩‍💻"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestLineHasNoNewline(t *testing.T) {
	if got := Line("a\nb\r\n"); got != "a␊b" {
		t.Errorf("got %q", got)
	}
}

func TestInlineIsReadBackAsWritten(t *testing.T) {
	for _, s := range []string{
		"plain words, 20.0 s", "*a* _b_ `c` [d](e) <f> | g", "# not a heading", "1. not a list", "- x", "12) y",
		"![x](y)", "a\\b", "&amp; &lt;", "~~z~~", "--- ", "+ x", "snake_case_name", "<!-- casebook:1 -->", "https://x.example/a_b",
	} {
		if got := paragraph(Inline(s)); got != strings.TrimSpace(s) {
			t.Errorf("Inline(%q) = %q reads as %q", s, Inline(s), got)
		}
	}
}

// paragraph renders Markdown that must be one paragraph and returns its text.
func paragraph(md string) string {
	var b bytes.Buffer
	if err := goldmark.Convert([]byte(md), &b); err != nil {
		return err.Error()
	}
	out := strings.TrimSuffix(strings.TrimPrefix(b.String(), "<p>"), "</p>\n")
	return html.UnescapeString(out)
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "a\x1b]0;x", "```\n````\n", "\x1b[31m", "`a``b`", "\u202e", "\r\r\n", "  ```", "~~~", "\x1bP\x1b\x1b\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, fn := range map[string]func(string) string{"Line": Line, "Text": Text, "Inline": Inline, "Code": Code, "HTML": HTML,
			"Fence": func(s string) string { return Fence("text", s) }} {
			out := fn(s)
			if !utf8.ValidString(out) {
				t.Fatalf("%s(%q) is not UTF-8: %q", name, s, out)
			}
			if i := strings.IndexFunc(out, Forbidden); i >= 0 {
				t.Fatalf("%s(%q) has a forbidden rune at %d: %q", name, s, i, out)
			}
		}
		if once := Text(s); Text(once) != once {
			t.Fatalf("Text is not idempotent on %q", s)
		}
		if once := Line(s); Line(once) != once || strings.Contains(once, "\n") {
			t.Fatalf("Line is not idempotent, or has lines, on %q", s)
		}
		oneBlock(t, s)
	})
}

// oneBlock checks that a fence is one code block that holds the whole text.
func oneBlock(t *testing.T, s string) {
	src := []byte(Fence("text", s) + "\nafter\n")
	doc := goldmark.DefaultParser().Parse(text.NewReader(src))
	if doc.ChildCount() != 2 {
		t.Fatalf("fence of %q breaks: %q", s, src)
	}
	block, ok := doc.FirstChild().(*ast.FencedCodeBlock)
	if !ok {
		t.Fatalf("fence of %q is a %T", s, doc.FirstChild())
	}
	got := strings.TrimRight(string(block.Lines().Value(src)), "\n")
	if want := strings.TrimRight(Text(s), "\n"); got != want {
		t.Fatalf("fence holds %q, want %q", got, want)
	}
}

func TestTextIsLinearOnSequencesWithoutEnd(t *testing.T) {
	s := strings.Repeat("\u0090", 1<<19) // quadratic work would not end within the test's time
	if got := Text(s); !strings.HasPrefix(got, "‹U+0090›‹U+0090›") {
		t.Errorf("got %.40q", got)
	}
}
