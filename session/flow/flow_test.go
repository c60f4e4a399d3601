package flow

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"casebook/notes"

	"pgregory.net/rapid"
)

func steps(conditions ...string) []Step {
	var all []Step
	for i, c := range conditions {
		all = append(all, Step{ID: string(rune('1' + i)), Status: "todo", Condition: c, Kind: "compare", Available: true})
	}
	return all
}

func TestNext(t *testing.T) {
	plan := func(status ...string) []Step {
		all := steps("", "", "", "", "If Necessary; Only if Steps 1-4 yield no clear cause")
		for i, s := range status {
			all[i].Status = s
		}
		return all
	}
	for name, c := range map[string]struct {
		in   Standing
		step string
		skip bool
		says string
	}{
		"the first":           {in: Standing{Steps: plan()}, step: "1", says: "first"},
		"in order":            {in: Standing{Steps: plan("done", "skipped")}, step: "3", says: "next in the plan"},
		"what runs":           {in: Standing{Steps: plan("todo", "todo", "running")}, step: "3", says: "running"},
		"interrupted":         {in: Standing{Steps: plan("todo", "interrupted")}, step: "2", says: "interrupted"},
		"condition not yet":   {in: Standing{Steps: plan("done", "done", "done", "blocked")}, step: "5", says: "no cause"},
		"condition waits":     {in: Standing{Steps: plan("done", "done", "done", "todo")}, step: "4", says: "next"},
		"cause, skip":         {in: Standing{Steps: plan("done", "done"), Proven: true}, step: "5", skip: true, says: "a cause is proven"},
		"cause, nothing":      {in: Standing{Steps: plan("done", "done", "done", "done", "skipped"), Proven: true}, says: "conclusion"},
		"all done":            {in: Standing{Steps: plan("done", "done", "done", "done", "done")}, says: "every step"},
		"resolved":            {in: Standing{Steps: plan(), Status: "resolved"}, says: "resolved"},
		"no steps":            {in: Standing{}, says: "no steps"},
		"blocked":             {in: Standing{Steps: []Step{{ID: "1", Status: "blocked"}}}, step: "1", says: "blocked"},
		"inconclusive":        {in: Standing{Steps: steps("", "If Phases 1 & 2 are Inconclusive")}, step: "1", says: "first"},
		"optional":            {in: Standing{Steps: steps("Optional but Recommended")}, step: "1", says: "optional"},
		"the user judges":     {in: Standing{Steps: steps("If tox is there")}, step: "1", says: "yours to judge"},
		"worked by hand":      {in: Standing{Steps: []Step{{ID: "1", Status: "todo", Kind: "trace"}}}, step: "1", says: "by hand"},
		"leads to be tried":   {in: Standing{Steps: []Step{{ID: "1", Status: "done", Leads: 3}, {ID: "2", Status: "todo", Kind: "tune", Available: true}}}, step: "2", says: "3 leads of step 1"},
		"waits for a running": {in: Standing{Steps: []Step{{ID: "1", Status: "blocked"}, {ID: "2", Status: "todo", Condition: "only if step 2 fails to help"}}}, step: "1", says: "blocked"},
	} {
		got := Next(c.in)
		if got.Step != c.step || got.Skip != c.skip || !strings.Contains(got.Reason, c.says) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestReadCondition(t *testing.T) {
	all := steps("", "", "", "", "")
	for text, want := range map[string]Condition{
		"": {Kind: Always},
		"If Necessary; Only if Steps 1-4 yield no clear cause": {Kind: NoCause, On: []int{0, 1, 2, 3}},
		"If Phases 1 & 2 are Inconclusive":                     {Kind: NoCause, On: []int{0, 1}},
		"If steps 1, 3 and 4 are inconclusive":                 {Kind: NoCause, On: []int{0, 2, 3}},
		"If Necessary":                                         {Kind: NoCause, On: []int{0, 1, 2, 3}},
		"Optional but Recommended":                             {Kind: Optional},
		"If the broker is remote":                              {Kind: Judged},
		"After step 2":                                         {Kind: Judged, On: []int{1}},
	} {
		got := Read(text, 4, all)
		want.Text = text
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

// Whatever the standing, a proposed step is one of the plan's and is not behind us.
func TestNextProposesWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "Optional", "If Necessary", "only if steps 1-3 yield no clear cause", "if it rains", "If Phase 99 is inconclusive"})
		status := rapid.SampledFrom([]string{"todo", "done", "skipped", "blocked"})
		in := Standing{Proven: rapid.Bool().Draw(t, "proven")}
		for i := range rapid.IntRange(0, 8).Draw(t, "steps") {
			in.Steps = append(in.Steps, Step{ID: string(rune('1' + i)), Condition: text.Draw(t, "condition"), Status: status.Draw(t, "status")})
		}
		got := Next(in)
		if got.Reason == "" {
			t.Fatal("no reason")
		}
		todo, found := 0, got.Step == ""
		for _, s := range in.Steps {
			if s.Status == "todo" {
				todo++
			}
			if s.ID == got.Step {
				found = s.Status == "todo" || s.Status == "blocked"
			}
		}
		if !found {
			t.Fatalf("proposed %+v", got)
		}
		if todo > 0 && got.Step == "" && !in.Proven {
			t.Fatalf("%d steps wait, none is proposed: %s", todo, got.Reason)
		}
	})
}

func TestWhere(t *testing.T) {
	src, err := os.ReadFile("testdata/flow.mmd")
	if err != nil {
		t.Fatal(err)
	}
	g, problems := notes.ParseMermaid(string(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	plan := []Step{{ID: "1", Title: "Environment Comparison", Status: "todo"}, {ID: "2", Title: "CLI Internals Investigation", Status: "todo"}, {ID: "3", Title: "Starting the worker programmatically", Status: "todo"}}
	at := func(status ...string) string {
		for i, s := range status {
			plan[i].Status = s
		}
		return strings.Join(Where(&g, Standing{Steps: plan}), " ")
	}
	for _, c := range []struct {
		status []string
		want   string
	}{
		{[]string{"todo"}, "A"}, {[]string{"running"}, "C"}, {[]string{"done"}, "F"}, {[]string{"done", "done"}, "I"},
		{[]string{"done", "done", "done"}, "I"},
	} {
		if got := at(c.status...); got != c.want {
			t.Errorf("%v: at %q, want %q", c.status, got, c.want)
		}
	}
	if got := Match(&g, plan); got["L1"] != "" || got["D"] != "" {
		t.Errorf("the legend or a decision stands for a step: %v", got)
	}
	if Where(nil, Standing{Steps: plan}) != nil {
		t.Error("there is no graph")
	}
}
