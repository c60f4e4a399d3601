package notes

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func parseFile(t testing.TB, name string) Plan {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return ParsePlan(name, b)
}

func TestPlansGolden(t *testing.T) {
	for _, name := range []string{"plan_list", "plan_phases", "plan_bad"} {
		t.Run(name, func(t *testing.T) {
			p := parseFile(t, name+".md")
			p.Hash = "" // of the file
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(p); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".golden.json", b.String())
		})
	}
}

func kinds(p Plan) (out []string) {
	for _, s := range p.Steps {
		out = append(out, s.Kind)
	}
	return out
}

func TestBothShapesAreUnderstood(t *testing.T) {
	p := parseFile(t, "plan_list.md")
	if got, want := kinds(p), []string{"compare", "tune", "logging", "minimal", "eventloop"}; !reflect.DeepEqual(got, want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
	if got := p.Steps[4].Condition; got != "If Necessary; Only if Steps 1-4 yield no clear cause" {
		t.Errorf("condition %q", got)
	}
	if got := p.Steps[0].Actions[1]; got.ID != "1.2" || !reflect.DeepEqual(got.Commands, []string{"python -m thumbs.worker --once"}) || len(got.Sub) != 1 {
		t.Errorf("action %+v", got)
	}
	if len(p.Problems) > 0 {
		t.Errorf("problems %v", p.Problems)
	}
	p = parseFile(t, "plan_phases.md")
	if got, want := kinds(p), []string{"compare", "trace", "startup"}; !reflect.DeepEqual(got, want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
	if got := p.Steps[2].Condition; got != "If Phases 1 & 2 are Inconclusive" {
		t.Errorf("condition %q", got)
	}
	if got := p.Steps[1].Actions[0].Condition; got != "Optional but Recommended" {
		t.Errorf("condition %q", got)
	}
	var titles []string
	for _, s := range p.Sections {
		titles = append(titles, s.Title)
	}
	if !reflect.DeepEqual(titles, []string{"Contingency", "Documentation"}) {
		t.Errorf("sections %v", titles)
	}
	if p.Objective != "Say why the `indexer` CLI takes no jobs inside of `tox`." {
		t.Errorf("objective %q", p.Objective)
	}
}

func TestProblemsAreToldWithTheirLines(t *testing.T) {
	p := parseFile(t, "plan_bad.md")
	want := map[int]string{5: `no key "colour"`, 6: "should be one value", 15: "step number 2 stands twice, first in line 14",
		19: "has no end", 20: "no node can be read", 26: "code fence that begins here has no end"}
	for line, message := range want {
		found := false
		for _, pr := range p.Problems {
			found = found || pr.Line == line && strings.Contains(pr.Message, message)
		}
		if !found {
			t.Errorf("line %d: no problem with %q in %v", line, message, p.Problems)
		}
	}
	if len(p.Problems) != len(want) {
		t.Errorf("%d problems: %v", len(p.Problems), p.Problems)
	}
	if last := p.Steps[len(p.Steps)-1]; last.Title != "Step 8: Still read" {
		t.Errorf("the steps behind the open fence are lost: %q", last.Title)
	}
	if p.Case["good"] != "make worker" || p.Case["bad"] != "pytest -k worker" {
		t.Errorf("case %v", p.Case)
	}
}

func TestOtherMarkdownIsWalkable(t *testing.T) {
	for _, c := range []struct {
		name, src string
		titles    []string
		kinds     []string
	}{
		{"headings", "# T\n\nintro\n\n## Look at the queue\n\n- ask\n- `docker ps -a`\n\n## Talk\n\ntext\n", []string{"Look at the queue", "Talk"}, []string{"command", "manual"}},
		{"only a list", "- first\n- second\n  - nested\n", []string{"first", "second"}, []string{"manual", "manual"}},
		{"title and list", "# T\n\n1. a\n1. b\n", []string{"a", "b"}, []string{"manual", "manual"}},
		{"numbered headings", "# T\n\n## 1. Vary the flags\n\ntext\n\n## 2) Trace it\n\nmore\n", []string{"Vary the flags", "Trace it"}, []string{"tune", "trace"}},
		{"fence", "# T\n\n## Do\n\n```sh\nmake test\n# comment\n$ git status\n```\n", []string{"Do"}, []string{"command"}},
		{"setext, CRLF, BOM", "\uFEFFTitle\r\n=====\r\n\r\nOne\r\n---\r\n\r\n* a\r\n", []string{"One"}, []string{"manual"}},
		{"rule first", "---\n\n# T\n\n- a\n\n---\n", []string{"a"}, []string{"manual"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := ParsePlan("p.md", []byte(c.src))
			var titles []string
			for _, s := range p.Steps {
				titles = append(titles, s.Title)
			}
			if !reflect.DeepEqual(titles, c.titles) || !reflect.DeepEqual(kinds(p), c.kinds) {
				t.Errorf("titles %q kinds %v, problems %v", titles, kinds(p), p.Problems)
			}
		})
	}
}

func TestWhatIsNoPlanIsRefused(t *testing.T) {
	for _, c := range []struct{ name, src, message string }{
		{"empty", "", "empty"},
		{"blank", " \n\t\n", "empty"},
		{"10 MB", strings.Repeat("# step\n", 10<<20/7), "MB"},
		{"NUL", "# a\n\x00\n", "NUL"},
		{"no steps", "just words\n", "no steps"},
		{"not UTF-8", "# a\n\n- b \xff\n", "UTF-8"},
		{"open front matter", "---\ngood: x\n\n# a\n\n- b\n", "front matter that begins here has no end"},
		{"bad front matter", "---\ncasebook: [\n---\n# a\n\n- b\n", "front matter can't be read"},
		{"front matter of a word", "---\ncasebook: x\n---\n# a\n\n- b\n", "holds no keys"},
		{"long line", "# a\n\n- b\n\n" + strings.Repeat("x", 20000), "are left out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := ParsePlan("p.md", []byte(c.src))
			for _, pr := range p.Problems {
				if strings.Contains(pr.Message, c.message) {
					return
				}
			}
			t.Errorf("no problem with %q in %v", c.message, p.Problems)
		})
	}
}

// TestHostilePlansEnd reads what takes careless parsers squares of time: each of
// these, at a megabyte, took 7 to 50 seconds before there were bounds.
func TestHostilePlansEnd(t *testing.T) {
	for name, src := range map[string]string{
		"quotes":   strings.Repeat(strings.Repeat("> ", 8000)+"x\n", 60),
		"lists":    strings.Repeat(strings.Repeat("- ", 8000)+"x\n", 60),
		"headings": strings.Repeat("# a\n", 60000),
		"items":    strings.Repeat("1. a\n", 40000),
		"links":    strings.Repeat("[a]: b\n", 60000),
		"aliases":  "---\ncasebook: &a\n" + strings.Repeat("  a: *a\n", 4000) + "---\n# x\n",
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan Plan, 1)
			go func() { done <- ParsePlan("p.md", []byte(src)) }()
			select {
			case p := <-done:
				if len(p.Problems) == 0 {
					t.Error("nothing was told")
				}
			case <-time.After(20 * time.Second):
				t.Fatal("did not end")
			}
		})
	}
}

func TestRecognizeKind(t *testing.T) {
	cmd := []Action{{Sub: []Action{{Commands: []string{"make test"}}}}}
	for _, c := range []struct {
		title, goal string
		actions     []Action
		want        string
	}{
		{"Environment comparison", "", nil, "compare"},
		{"Diff the env of both launches", "", nil, "compare"},
		{"Parameter tuning", "", nil, "tune"},
		{"Detailed logging", "", nil, "logging"},
		{"Raise the log level", "", nil, "logging"},
		{"Minimal reproduction script", "", nil, "minimal"},
		{"CLI internals", "", nil, "trace"},
		{"Programmatic startup", "", nil, "startup"},
		{"Event loop", "", nil, "eventloop"},
		{"Look", "Identify discrepancies in the execution environment", nil, "compare"},
		{"Look", "", cmd, "command"},
		{"Ask the team", "", []Action{{Text: "compare notes"}}, "manual"},
		{"Check the logs", "", nil, "manual"},
	} {
		if got := RecognizeKind(c.title, c.goal, c.actions); got != c.want {
			t.Errorf("%q: %s, want %s", c.title, got, c.want)
		}
	}
}

func TestLooksLikeCommand(t *testing.T) {
	yes := []string{"tox exec -e py312 -- python a.py", "python -m dramatiq worker", "make test", "./run.sh", "PYTHONPATH=. python a.py", "git status",
		"/usr/bin/foo --bar", "docker compose up -d", "python3.12 x.py", "sh -c 'echo hi'", "systemctl status", "venv/bin/python x.py", "curl http://localhost:80/"}
	no := []string{"", "tox exec ...", "tox", "env", "subprocess.Popen", "close_fds=True", "worker.run()", "a.py", "os.environ", "python <script>", "cat 'open", "time flies",
		"PATH", "trace", "sort of", "NAME=value", "foo bar", "make\ntest", "memory-bank/debugging/x.md"}
	for _, s := range yes {
		if !LooksLikeCommand(s) {
			t.Errorf("%q is a command", s)
		}
	}
	for _, s := range no {
		if LooksLikeCommand(s) {
			t.Errorf("%q is no command", s)
		}
	}
}

// checkPlan holds for every input: problems have lines of the file, ids are
// unique, and the same bytes give the same plan.
func checkPlan(t interface{ Fatalf(string, ...any) }, src []byte) {
	p := ParsePlan("p.md", src)
	lines := bytes.Count(src, []byte("\n")) + 1
	for _, pr := range p.Problems {
		if pr.Line < 0 || pr.Line > lines || pr.Message == "" {
			t.Fatalf("problem %+v in a file of %d lines", pr, lines)
		}
	}
	if len(p.Steps) == 0 && len(p.Problems) == 0 {
		t.Fatalf("no steps and no problem")
	}
	ids := map[string]bool{}
	var walk func([]Action)
	walk = func(as []Action) {
		for _, a := range as {
			if a.ID == "" || ids[a.ID] {
				t.Fatalf("action id %q is empty or stands twice", a.ID)
			}
			if a.Line < 0 || a.Line > lines {
				t.Fatalf("action line %d of %d", a.Line, lines)
			}
			ids[a.ID] = true
			walk(a.Sub)
		}
	}
	for i, s := range p.Steps {
		if s.ID != itoa(i+1) || s.Title == "" || s.Kind == "" || s.Line < 1 || s.Line > lines {
			t.Fatalf("step %+v", s)
		}
		walk(s.Actions)
	}
	if p.Graph != nil {
		checkGraph(t, *p.Graph)
	}
	if !reflect.DeepEqual(p, ParsePlan("p.md", src)) {
		t.Fatalf("two readings differ")
	}
}

func FuzzParsePlan(f *testing.F) {
	for _, name := range []string{"plan_list.md", "plan_phases.md", "plan_bad.md"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("---\na: &a [*a]\n---\n# x\n"))
	f.Add([]byte("1. **a**\n```\n# b\n**Step 2**\n"))
	f.Fuzz(func(t *testing.T, src []byte) { checkPlan(t, src) })
}

func TestPlansOfAllShapes(t *testing.T) {
	piece := rapid.SampledFrom([]string{"# T\n", "## Debugging Plan\n", "## Step 1: x\n", "## Other\n", "1. **a:** b\n", "1. x\n", "2. y\n", "   - n\n", "      - **Goal:** g\n", "    *   **Actions:** (If so)\n",
		"**Phase 2: p (If needed)**\n", "\n", "```mermaid\ngraph TD\nA-->B\n", "```\n", "```sh\nmake all\n", "> q\n", "---\n", "| a |\n|---|\n", "**Contingency:**\n", "text\n", "    code x\n", "<!-- c -->\n"})
	rapid.Check(t, func(rt *rapid.T) {
		checkPlan(rt, []byte(strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(rt, "pieces"), "")))
	})
}
