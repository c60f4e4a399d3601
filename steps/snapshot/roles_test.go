package snapshot

import (
	"testing"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

func matched(env string, argv ...string) *Target {
	p := &Process{Exe: File{Path: "/usr/bin/" + argv[0]}, PID: 10}
	for _, a := range argv {
		p.Argv = append(p.Argv, secret.New(a))
	}
	if env != "" {
		p.Env = []Var{{Name: "MODE", Value: secret.New(env)}}
	}
	return &Target{Process: p}
}

// A pattern that also matches the driver must not make the driver the target.
func TestADriverThatMatchesThePatternIsNotTheTarget(t *testing.T) {
	good := []*Snapshot{{Targets: []*Target{matched("", "python3", "app.py")}}, {Targets: []*Target{matched("", "python3", "app.py")}}}
	driver := func() *Target { return matched("", "python3", "-m", "pytest", "-q", "test_app.py") }
	bad := []*Snapshot{
		{Targets: []*Target{driver(), matched("test", "python3", "app.py")}},
		{Targets: []*Target{driver(), matched("test", "python3", "app.py")}},
	}
	found := false
	for _, d := range Differences(good, bad, Options{}) {
		if d.Kind == fact.Argv {
			t.Errorf("the driver's arguments are compared with the target's: %+v", d)
		}
		if d.Kind == fact.Env && d.Name == "MODE" {
			found = !d.Noise
		}
	}
	if !found {
		t.Error("the target's variable is not among the differences")
	}
	g, b, besideGood, besideBad := Pair(good[0], bad[0])
	if g != good[0].Targets[0] || b != bad[0].Targets[1] || len(besideGood) != 0 || len(besideBad) != 1 || besideBad[0] != bad[0].Targets[0] {
		t.Errorf("paired %v with %v, beside %d and %d", g, b, len(besideGood), len(besideBad))
	}
}
