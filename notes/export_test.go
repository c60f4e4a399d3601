package notes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/notes/safe"
	"casebook/steps/fact"

	"pgregory.net/rapid"
)

const hostile = "\x1b[31m<script>alert(1)</script> ``` `a` | <!-- x --> \u202e\u009b2J [l](javascript:alert(1))"

// sampleReport is an investigation of the plan in testdata, with what foreign
// text can hold.
func sampleReport(t testing.TB) Report {
	p := parseFile(t, "plan_list.md")
	r := Report{ID: "c1", Title: p.Title, Number: 2, Status: "blocked", Objective: p.Objective, Background: p.Background, Plan: "plan_list.md", Log: "debugging/2025-04-13_x.md",
		Created: day, Updated: day.Add(time.Hour), Answer: "The worker writes nothing because of `APP_FROZEN=1`.\n\nMore.", Next: "2, because three differences can be tried",
		Case:     []ReportPair{{"good", "make worker", true}, {"bad", "pytest -k `worker`", true}, {"check", "exit:0", false}, {"reset", "", false}},
		Findings: []ReportFinding{{Text: "env APP_FROZEN differs " + hostile, Level: "lead", Runs: []string{"t1", "t2"}}}, Notes: []ReportNote{{day, "A note.\n\n- with a list"}}, Sections: p.Sections, Graph: p.Graph,
		GraphState: map[string]string{"C": "here"}}
	for _, s := range p.Steps {
		rs := ReportStep{ID: s.ID, Title: s.Title, Kind: s.Kind, Status: "todo", Goal: s.Goal, Condition: s.Condition}
		for _, a := range s.Actions {
			rs.Actions = append(rs.Actions, ReportAction{ID: a.ID, Text: a.Text})
		}
		r.Steps = append(r.Steps, rs)
	}
	one := &r.Steps[0]
	one.Status, one.Conclusion, one.Took = "done", "It explains it.", 4*time.Minute
	one.Actions[0].Done = true
	one.Runs = []ReportRun{{ID: "t1", Side: "bad", Command: "pytest -k worker", Verdict: "fail", Exit: "exit 1", Evidence: hostile + "\nlast", Started: day, Took: 20 * time.Second}}
	one.Tables = []fact.Table{{Title: "Differences", Columns: []string{"kind", "good"}, Rows: [][]string{{"env A|B", hostile}}}}
	one.Notes = []ReportNote{{day, hostile}}
	return r
}

func TestReportGolden(t *testing.T) {
	r := sampleReport(t)
	golden(t, "report.golden.md", string(ReportMarkdown(r)))
	page, err := ReportHTML(r)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.golden.html", string(page))
	for range 3 {
		again, err := ReportHTML(sampleReport(t))
		if err != nil || !bytes.Equal(page, again) {
			t.Fatal("the same report gives another page")
		}
	}
}

func TestReportIsHarmless(t *testing.T) {
	r := sampleReport(t)
	md := ReportMarkdown(r)
	page, err := ReportHTML(r)
	if err != nil {
		t.Fatal(err)
	}
	js, err := ReportJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"md": md, "html": page, "json": js} {
		if i := bytes.IndexFunc(b, safe.Forbidden); i >= 0 {
			t.Errorf("%s has a control character: %q", name, b[max(0, i-20):i+10])
		}
	}
	for _, bad := range []string{"<script", "javascript:", "http://", "https://", "onload", "src="} {
		if strings.Contains(strings.ReplaceAll(string(page), "http://www.w3.org/2000/svg", ""), bad) && !(bad == "javascript:" && !strings.Contains(string(page), `href="javascript:`)) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(string(page), "Content-Security-Policy") || !strings.Contains(string(page), "<svg ") {
		t.Error("no policy or no picture")
	}
	var back Report
	if err := json.Unmarshal(js, &back); err != nil || back.Steps[0].Runs[0].Command != "pytest -k worker" {
		t.Errorf("JSON can't be read back: %v", err)
	}
}

func writeFile(t testing.TB, path, s string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(s), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExportIntoAMemoryBank(t *testing.T) {
	bank := filepath.Join(t.TempDir(), "memory-bank")
	active, progress := filepath.Join(bank, "activeContext.md"), filepath.Join(bank, "progress.md")
	writeFile(t, active, "# Active\r\n\r\nMine\r\n")
	writeFile(t, progress, "# Progress, no line end")
	r := sampleReport(t)
	x, err := ExportTo(filepath.Dir(bank), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(bank, "debugging", "2025-04-13_task3.1_debug_the_thumbnail_worker_s_launch-session2-report.md"); x.Report != want || len(x.Wrote) != 3 {
		t.Errorf("exported %+v, want %s", x, want)
	}
	before := map[string]string{active: readFile(t, active), progress: readFile(t, progress), x.Report: readFile(t, x.Report)}
	if !strings.HasPrefix(before[active], "# Active\r\n\r\nMine\r\n\r\n<!-- casebook:begin c1 -->\r\n**") || strings.Contains(strings.ReplaceAll(before[active], "\r\n", ""), "\n") {
		t.Errorf("line ends: %q", before[active])
	}
	if !strings.HasPrefix(before[progress], "# Progress, no line end\n\n<!-- casebook:begin c1 -->\n") {
		t.Errorf("%q", before[progress])
	}
	golden(t, "block.golden.md", before[progress])
	x, err = ExportTo(bank, r)
	if err != nil || len(x.Wrote) != 0 || len(x.Unchanged) != 3 {
		t.Errorf("the second export wrote %v, %v", x.Wrote, err)
	}
	r.Status = "resolved"
	if _, err := ExportTo(bank, r); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, active); strings.Count(got, "casebook:begin") != 1 || !strings.Contains(got, "**resolved**") || !strings.HasPrefix(got, "# Active\r\n\r\nMine\r\n\r\n<!--") {
		t.Errorf("replaced: %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(bank, ".casebook-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestExportIntoAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	r := sampleReport(t)
	x, err := ExportTo(dir, r)
	if err != nil || filepath.Dir(x.Report) != dir {
		t.Fatalf("%+v, %v", x, err)
	}
	other := r
	other.ID = "c2"
	y, err := ExportTo(dir, other)
	if err != nil || y.Report == x.Report {
		t.Errorf("another investigation overwrote the report: %+v, %v", y, err)
	}
}

func TestBrokenMarkersAreToldAndNothingIsLost(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no end":         {"a\n<!-- casebook:begin c1 -->\nmine\n", "activeContext.md:2: the block that begins here has no end"},
		"end only":       {"a\n<!-- casebook:end c1 -->\n", "activeContext.md:2: "},
		"begun twice":    {"<!-- casebook:begin c1 -->\nx\n<!-- casebook:end c1 -->\n<!-- casebook:begin c1 -->\n<!-- casebook:end c1 -->\n", "activeContext.md:4: "},
		"another inside": {"<!-- casebook:begin c1 -->\n<!-- casebook:begin c9 -->\n<!-- casebook:end c1 -->\n", "activeContext.md:2: "},
	} {
		t.Run(name, func(t *testing.T) {
			bank := filepath.Join(t.TempDir(), "memory-bank")
			active := filepath.Join(bank, "activeContext.md")
			writeFile(t, active, c.text)
			_, err := ExportTo(bank, sampleReport(t))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
			if got := readFile(t, active); got != c.text {
				t.Errorf("the file was changed: %q", got)
			}
		})
	}
}

// TestBlocksTouchNothingElse writes blocks of several investigations into any
// text and looks for the text around them unchanged.
func TestBlocksTouchNothingElse(t *testing.T) {
	line := rapid.SampledFrom([]string{"text\n", "text\r\n", "\n", "<!-- casebook:begin x -->\n", "<!-- casebook:end x -->\n", "<!-- casebook:begin a -->", "no end", "# h\n"})
	rapid.Check(t, func(rt *rapid.T) {
		data := []byte(strings.Join(rapid.SliceOfN(line, 0, 8).Draw(rt, "lines"), ""))
		checkBlock(rt, data)
	})
}

func checkBlock(t interface{ Fatalf(string, ...any) }, data []byte) {
	once, err := replaceBlock("f.md", data, "a", "first\nbody")
	if err != nil {
		if !strings.HasPrefix(err.Error(), "f.md:") {
			t.Fatalf("error without a place: %v", err)
		}
		return
	}
	twice, err := replaceBlock("f.md", once, "a", "first\nbody")
	if err != nil || !bytes.Equal(once, twice) {
		t.Fatalf("a second block changes %q to %q, %v", once, twice, err)
	}
	other, err := replaceBlock("f.md", once, "a", "second")
	if err != nil {
		t.Fatalf("%v", err)
	}
	cut := func(b []byte) string {
		from, to, err := findBlock("f.md", b, "a")
		if err != nil || from < 0 {
			t.Fatalf("no block in %q: %v", b, err)
		}
		return string(b[:from]) + "|" + string(b[to:])
	}
	if cut(once) != cut(other) {
		t.Fatalf("outside of the block %q became %q", cut(once), cut(other))
	}
	if from, _, _ := findBlock("f.md", data, "a"); from < 0 && !bytes.HasPrefix(once, data) {
		t.Fatalf("%q became %q", data, once)
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte("a\r\n<!-- casebook:begin a -->\r\n<!-- casebook:end a -->\r\nb"))
	f.Fuzz(func(t *testing.T, data []byte) { checkBlock(t, data) })
}

func TestLargeGraphsAreListed(t *testing.T) {
	g := Graph{}
	for i := range 400 {
		g.Nodes = append(g.Nodes, Node{ID: fmt.Sprint("n", i), Label: fmt.Sprint("n", i), Shape: "box"})
		g.Edges = append(g.Edges, Edge{From: fmt.Sprint("n", i), To: fmt.Sprint("n", (i+1)%400)})
	}
	page, err := ReportHTML(Report{Graph: &g})
	if err != nil || !strings.Contains(string(page), "too many for a picture") {
		t.Errorf("%v", err)
	}
}
