//go:build linux && (amd64 || arm64)

package transplant

import (
	"slices"
	"testing"

	"casebook/steps/fact"
)

// single moves every difference alone, and wants that factor and no other to be
// the donor's in the run. What follows from a factor may follow.
func single(t *testing.T, donor, recipient side) {
	a, from := donor.control(t)
	b, to := recipient.control(t)
	diffs := compare(&a, &b)
	for _, d := range diffs {
		if !d.Movable {
			continue
		}
		p, refused := Make(Request{Move: []fact.Difference{d}, Donor: fact.Good, From: from, To: to})
		if len(refused) > 0 {
			t.Logf("refused: %v", refused)
			continue
		}
		if p.Empty() {
			continue
		}
		res := recipient.run(t, p)
		if err := Verify(p, res.Extra); err != nil {
			t.Logf("%s: unresolved: %v", d.Factor, err)
			continue
		}
		for _, left := range compare(&a, &res) {
			if left.Factor == d.Factor && !left.Noise && d.Kind != fact.ProcessGroup && d.Kind != fact.Stderr {
				t.Errorf("%s: still %s, wanted %s", d.Factor, left.Bad.Shown, left.Good.Shown)
			}
		}
		for _, moved := range compare(&b, &res) {
			if moved.Noise || moved.Factor == d.Factor || moved.Kind == fact.Cgroup || follows(moved.Kind, d.Kind) { // whoever runs the tests may move them between groups
				continue
			}
			t.Errorf("%s: %s went along: %s, was %s", d.Factor, moved.Factor, moved.Bad.Shown, moved.Good.Shown)
		}
	}
}

// follows says which factors can't but change with another.
func follows(kind, cause fact.Kind) bool {
	with := map[fact.Kind][]fact.Kind{
		fact.Stdin: {fact.FDFlags, fact.Stderr}, fact.Stdout: {fact.FDFlags, fact.Stderr}, fact.Stderr: {fact.FDFlags},
		fact.FDFlags: {fact.Stdout, fact.Stderr}, fact.FD: {fact.FDFlags},
		fact.Session: {fact.ProcessGroup, fact.CTTY}, fact.CTTY: {fact.ProcessGroup, fact.Session}, fact.ProcessGroup: {fact.Session, fact.CTTY},
		fact.Credentials: {fact.Capabilities, fact.Groups}, fact.Capabilities: {fact.Capabilities, fact.Credentials},
		fact.Argv: {fact.Argv}, fact.Exe: {fact.Argv0, fact.Argv},
	}
	return slices.Contains(with[cause], kind)
}

func TestSingleMoves(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs")
	}
	for _, row := range launches(t) {
		t.Run(row.name, func(t *testing.T) {
			single(t, row.b, row.a)
			single(t, row.a, row.b)
		})
	}
}
