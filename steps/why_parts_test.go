package steps_test

import (
	"strings"
	"testing"

	"casebook/steps"
	"casebook/steps/fact"
)

// One of several directories of a list variable is to blame, and is named.
func TestACauseInAListIsNarrowedDownToItsElement(t *testing.T) {
	c := whyCase{
		good: "export PATH={dir}/one:{dir}/two:{dir}/common:$PATH\nexec {T}\n",
		bad:  "export PATH={dir}/three:{dir}/two-b:{dir}/four:{dir}/common:$PATH\nexec {T}\n",
		sh:   "tool\n",
		files: map[string]string{
			"one/other": "#!/bin/sh\n", "two/unused": "#!/bin/sh\n", "two-b/unused": "#!/bin/sh\n", "four/unused": "#!/bin/sh\n",
			"three/tool": "#!/bin/sh\necho bad tool >&2\nexit 4\n", "common/tool": "#!/bin/sh\necho OK\n",
		},
	}
	in := c.input(t)
	var trials trialLog
	a, err := steps.Why(t.Context(), in, steps.WhyOptions{}, trials.hear)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Causes) != 1 || len(a.Causes[0].Factors) != 1 {
		t.Fatalf("causes %v\n%s\n%s", causesOf(a), strings.Join(a.Words(), "\n"), trials.String())
	}
	f := a.Causes[0].Factors[0]
	if f.Kind != fact.Env || !strings.HasPrefix(f.Name, "PATH[") || !strings.HasSuffix(f.Name, "/three]") {
		t.Errorf("the cause is %s\n%s\n%s", f.Factor, strings.Join(a.Words(), "\n"), trials.String())
	}
	if f.Good.State != fact.Absent || !strings.HasSuffix(f.Bad.Shown, "/three") {
		t.Errorf("good %v, bad %v", f.Good, f.Bad)
	}
}

// Where two launches run at the same time, the answer is the same and no trial is lost.
func TestTrialsAtTheSameTime(t *testing.T) {
	c := whyCase{
		good: "export SHADE=red DECOY=1 {dir}\nexec {T}\n", bad: "umask 077\nexport SHADE=blue MODE=test\ncd /\nexec {T}\n",
		sh: "test \"$SHADE$MODE\" = bluetest && { echo no >&2; exit 3; }\necho OK\n",
	}
	c.good = strings.Replace(c.good, " {dir}", "", 1)
	in := c.input(t)
	var trials trialLog
	var begun, done int
	open, most := map[string]bool{}, 0
	a, err := steps.Why(t.Context(), in, steps.WhyOptions{Jobs: 4}, func(e steps.Event) error {
		if e.Start != nil {
			if open[e.Start.ID] {
				t.Errorf("two trials are called %s", e.Start.ID)
			}
			open[e.Start.ID] = true
			begun++
		}
		if e.Done != nil {
			delete(open, e.Done.ID)
			done++
		}
		most = max(most, len(open))
		return trials.hear(e)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := causesOf(a); len(got) != 1 || got[0] != "env MODE + env SHADE" {
		t.Errorf("causes %v\n%s", got, trials.String())
	}
	if begun != done || begun != a.Trials || most < 2 {
		t.Errorf("%d begun, %d done, %d told, at most %d at a time", begun, done, a.Trials, most)
	}
	in.Case.Reset = "true"
	if _, err := steps.Why(t.Context(), in, steps.WhyOptions{Jobs: 2}, trials.hear); err == nil || !strings.Contains(err.Error(), "reset") {
		t.Errorf("a reset between trials that overlap: %v", err)
	}
}
