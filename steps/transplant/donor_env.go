package transplant

import (
	"sort"
	"strings"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// refEnv begins a RefTo that stands for another variable of the same process:
// a launch that makes a folder for itself names it in one variable and builds others on it.
const refEnv = "env:"

// leastRef is how long such a value has to be; a shorter one is found everywhere.
const leastRef = 6

// envRefs finds in a donor's text the values of other variables that are its own
// run's, where the recipient has such a variable too. ok: with the second
// control's values in their places it is the second control's text.
func envRefs(first, second string, a, b, to *snapshot.Target) ([]Ref, bool) {
	var names []string
	x, y := map[string]string{}, map[string]string{}
	for _, v := range a.Process.Env {
		va := secret.Reveal(v.Value)
		other, has := lookup(b.Process, v.Name)
		vb := secret.Reveal(other)
		if _, mine := lookup(to.Process, v.Name); !mine || !has || va == vb || len(va) < leastRef {
			continue
		}
		names = append(names, v.Name)
		x[v.Name], y[v.Name] = va, vb
	}
	sort.Slice(names, func(i, j int) bool {
		return len(x[names[i]]) > len(x[names[j]]) || len(x[names[i]]) == len(x[names[j]]) && names[i] < names[j]
	})
	for _, n := range names {
		if !strings.Contains(first, x[n]) {
			continue
		}
		var rs []Ref
		for at := 0; ; {
			i := strings.Index(first[at:], x[n])
			if i < 0 {
				break
			}
			rs = append(rs, Ref{At: at + i, Len: len(x[n]), To: RefTo(refEnv + n)})
			at += i + len(x[n])
		}
		if fill(secret.New(first), rs, func(RefTo) string { return y[n] }) == second {
			return rs, true
		}
	}
	return nil, false
}
