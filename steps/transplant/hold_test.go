//go:build linux && (amd64 || arm64)

package transplant

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"casebook/steps/fact"
	"casebook/steps/launch"
)

// A folder that the donor's launch makes and removes is there while it is held.
func TestHeldDonorKeepsItsValuesAlive(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{dir + "/always", dir + "/x.$$"} {
		donor := side{script: fmt.Sprintf(`D=%s; export D; mkdir $D; env /bin/sh -c 'ls -d $D' target; rm -r $D`, name), pattern: "target$"}
		recipient := side{script: `D=/; export D; env /bin/sh -c 'ls -d $D' target; true`, pattern: "target$"}
		a, from := donor.control(t)
		_, again := donor.control(t)
		b, to := recipient.control(t)
		var diffs []fact.Difference
		for _, d := range compare(&a, &b) {
			if d.Name == "D" {
				diffs = append(diffs, d)
			}
		}
		r := Request{Move: diffs, Donor: fact.Good, From: from, Again: again, To: to}
		p, refused := Make(r)
		if !p.NeedsDonor() && (len(refused) != 1 || !refused[0].Stale()) && len(p.Changes[0].Refs) == 0 {
			t.Fatalf("%s: nobody saw that it is gone: %v", name, refused)
		}
		held, err := Hold(context.Background(), (*launch.Pool)(nil), donor.spec(), from)
		must(t, err)
		r.From, r.Again = held.Target, nil
		p, refused = Make(r)
		if len(refused) > 0 || p.NeedsDonor() {
			t.Fatalf("refused %v", refused)
		}
		out := printed(recipient.run(t, p))
		pid := held.Target.Process.PID
		held.Release()
		if !strings.HasPrefix(out, dir+"/") || strings.Contains(out, "No such") {
			t.Errorf("%q", out)
		}
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil {
			t.Error("the held target is still there")
		}
	}
}
