package steps_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"casebook/steps"
	"casebook/steps/fact"
	"casebook/steps/isolate"
)

// judge holds an answer against the truth: the verdict, the sets of the causes, and what mends bad.
func (c *whyCase) judge(t *testing.T, a *steps.WhyAnswer) {
	t.Helper()
	want := c.want
	if want == "" {
		want = isolate.Caused
	}
	if a.Verdict != want {
		t.Errorf("verdict %s, want %s", a.Verdict, want)
	}
	var got [][]fact.Difference
	for _, f := range a.Causes {
		got = append(got, f.Factors)
	}
	if !sameSets(got, c.cause) {
		t.Errorf("causes %v, want %v", causesOf(a), c.cause)
	}
	for _, f := range a.Causes {
		c.judgeProof(t, f)
	}
	if c.leads != "" && !says(a, c.leads) {
		t.Errorf("neither a lead nor an immovable difference says %q", c.leads)
	}
}

func (c *whyCase) judgeProof(t *testing.T, f steps.CauseFound) {
	t.Helper()
	way := c.way
	if way == "" {
		way = isolate.Both
	}
	if f.Direction != way {
		t.Errorf("shown in direction %s, want %s", f.Direction, way)
	}
	if f.Confidence < .98 {
		t.Errorf("confidence %.3f", f.Confidence)
	}
	if way == isolate.Both && (f.Proof.BadUndone.Passed == 0 || f.Proof.GoodBroken.Failed == 0) {
		t.Errorf("not proven both ways: %+v", f.Proof)
	}
	fixes := c.fixes
	if fixes == nil && len(c.cause) == 1 {
		for _, p := range c.cause[0] { // each member is needed, so undoing any one mends bad
			fixes = append(fixes, []string{p})
		}
	}
	if fixes != nil && way == isolate.Both && !c.enough(f.Fixes, fixes) {
		var names []string
		for _, s := range f.Fixes {
			names = append(names, strings.Join(factorNames(s), " + "))
		}
		t.Errorf("fixes %v, want %v", names, fixes)
	}
}

// enough says whether the fixes are right: all of them for a single cause, and
// where several causes have to be undone at once, at least one way to do so.
func (c *whyCase) enough(got [][]fact.Difference, want [][]string) bool {
	if len(c.cause) == 1 {
		return sameSets(got, want)
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(w []string) bool { return sameSet(g, w) }) {
			return false
		}
	}
	return len(got) > 0
}

// sameSets says whether each set of differences is one of the wanted ones, and each of those is there once.
func sameSets(got [][]fact.Difference, want [][]string) bool {
	if len(got) != len(want) {
		return false
	}
	left := slices.Clone(want)
	for _, g := range got {
		i := slices.IndexFunc(left, func(w []string) bool { return sameSet(g, w) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

func sameSet(got []fact.Difference, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	names := factorNames(got)
	for _, w := range want {
		re := regexp.MustCompile("^(?:" + w + ")$")
		i := slices.IndexFunc(names, re.MatchString)
		if i < 0 {
			return false
		}
		names = slices.Delete(names, i, i+1)
	}
	return true
}

// says looks for a pattern in what is offered where there is no proof.
func says(a *steps.WhyAnswer, pattern string) bool {
	re := regexp.MustCompile(pattern)
	for _, l := range a.Leads {
		if re.MatchString(strings.Join(factorNames(l.Factors), " + ") + ": " + l.Why) {
			return true
		}
	}
	for _, r := range a.Refused {
		if re.MatchString(r.String()) {
			return true
		}
	}
	for _, n := range a.Notes {
		if re.MatchString(n) {
			return true
		}
	}
	return false
}

// nobodyAccused is what is left to say of a bug that can't be set up here.
func nobodyAccused(t *testing.T, a *steps.WhyAnswer) {
	t.Helper()
	if a.Verdict == isolate.Caused || len(a.Causes) > 0 {
		t.Errorf("%s with causes %v, where nothing could be shown without privilege", a.Verdict, causesOf(a))
	}
}
