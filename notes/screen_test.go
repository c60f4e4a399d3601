package notes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/notes/safe"

	"pgregory.net/rapid"
)

const screenSample = `# Debug Log: the silent worker

**Objective:** Say *why* the worker takes **no jobs** when ` + "`subprocess.Popen`" + ` starts it. &amp; more \*stars\*.

<!-- casebook:hidden -->

1.  **Environment & context:**
    *   Ran ` + "`tox exec -e py312 -- python worker.py`" + ` (good, **pass**) <!-- casebook:r2 -->
    *   Ran:

        ` + "```text" + `
        a line of output that is longer than the screen is wide and has no place to break_________________here
        	tab
        ` + "```" + `
    <!-- casebook:r3 -->
    *   A [link](https://example.org/x) and <https://example.org>

2.  Second
    - [x] ticked
    - [ ] not yet

> quoted words that go on for longer than one line of the narrow screen allows them to

| kind | good | bad |
| --- | --- | --- |
| env APP_FROZEN | nothing at all | 1 |
| cwd | /srv/app | /tmp/日本語のフォルダ |

---

日本語のテキストは折り返しが難しいです。
`

func TestRenderGolden(t *testing.T) {
	for _, width := range []int{28, 72} {
		var b strings.Builder
		for _, l := range Render(screenSample, width) {
			for _, s := range l {
				if s.Style == StylePlain {
					b.WriteString(s.Text)
				} else {
					fmt.Fprintf(&b, "{%s:%s}", s.Style, s.Text)
				}
			}
			b.WriteByte('\n')
		}
		golden(t, fmt.Sprintf("screen.%d.golden", width), b.String())
	}
}

func checkScreen(t interface{ Fatalf(string, ...any) }, md string, width int) {
	for _, l := range Render(md, width) {
		s := l.String()
		if strings.ContainsAny(s, "\n\r\t\x1b") || strings.IndexFunc(s, safe.Forbidden) >= 0 {
			t.Fatalf("a line of %q holds control characters: %q", md, s)
		}
		if w := stringWidth(s); w > max(width, minWidth)+1 {
			t.Fatalf("a line of %q has %d columns of %d: %q", md, w, width, s)
		}
	}
}

func TestRenderFits(t *testing.T) {
	word := rapid.SampledFrom([]string{"word", "`code`", "**strong**", "*e*", "\n", "\n\n", "- ", "1. ", "    ", "> ", "# ", "```\n", "| a | b |\n|---|---|\n| c | d |\n", "日本語", "👩‍💻",
		"averyverylongwordthatdoesnotfit", "\t", "\x1b[31m", "[l](u)", "<!-- c -->", "&#27;[2J", "\u202e", "~~~", "---\n", "\\"})
	rapid.Check(t, func(rt *rapid.T) {
		md := strings.Join(rapid.SliceOfN(word, 0, 40).Draw(rt, "md"), rapid.SampledFrom([]string{"", " "}).Draw(rt, "sep"))
		checkScreen(rt, md, rapid.IntRange(0, 60).Draw(rt, "width"))
	})
}

func FuzzRender(f *testing.F) {
	f.Add(screenSample, 40)
	f.Add("> > > - - 1. x", 3)
	f.Fuzz(func(t *testing.T, md string, width int) { checkScreen(t, md, width%200) })
}

func TestRenderTailSaysWhatIsLeftOut(t *testing.T) {
	md := "# Head\n\n" + strings.Repeat("a paragraph that is over\n\n", 1000) + "the end\n"
	lines := RenderTail(md, 40, 500)
	if got := lines[0].String(); !strings.Contains(got, "KiB before this are not shown") {
		t.Errorf("first line %q", got)
	}
	if got := lines[2].String(); got != "a paragraph that is over" {
		t.Errorf("cut inside a block: %q", got)
	}
	if got := lines[len(lines)-1].String(); got != "the end" {
		t.Errorf("last line %q", got)
	}
	if got := RenderTail("short\n", 40, 500); len(got) != 1 || got[0].String() != "short" {
		t.Errorf("got %v", got)
	}
}

// TestRenderHostileNestingEnds renders what makes careless renderers recurse
// or take squares of time.
func TestRenderHostileNestingEnds(t *testing.T) {
	for name, md := range map[string]string{
		"quotes":    strings.Repeat("> ", 3000) + "x",
		"lists":     strings.Repeat("- ", 3000) + "x",
		"brackets":  strings.Repeat("[", 50000),
		"stars":     strings.Repeat("*a ", 30000),
		"backticks": strings.Repeat("`a``", 20000),
		"table":     strings.Repeat("|a", 2000) + "|\n" + strings.Repeat("|-", 2000) + "|\n",
		"one line":  strings.Repeat("x", 5<<20),
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			go func() { defer close(done); checkScreen(panicky{}, md, 80) }()
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("did not end")
			}
		})
	}
}

type panicky struct{}

func (panicky) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

func BenchmarkRenderTail(b *testing.B) {
	md := strings.Repeat("    *   Ran `tox exec -e py312 -- python worker.py` (good, **pass**) <!-- casebook:r2 -->\n\n", 10<<20/90)
	b.ResetTimer()
	for range b.N {
		RenderTail(md, 100, 64<<10)
	}
}
