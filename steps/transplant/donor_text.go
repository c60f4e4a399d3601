package transplant

import (
	"slices"
	"strconv"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// fill puts this run's own values where a donor's text named its run.
func fill(t secret.Text, refs []Ref, value func(RefTo) string) string {
	s := secret.Reveal(t)
	refs = slices.Clone(refs)
	slices.SortFunc(refs, func(a, b Ref) int { return b.At - a.At })
	for _, r := range refs {
		if r.At < 0 || r.Len < 0 || r.At > len(s) || r.Len > len(s)-r.At {
			continue
		}
		s = s[:r.At] + value(r.To) + s[r.At+r.Len:]
	}
	return s
}

// refs finds the numbers in a donor's text that are its own run's: a pid counts
// only as a whole number, and only where the second control has its own there.
func refs(first, second string, a, b *snapshot.Target) ([]Ref, bool) {
	x, y := numbersIn(first), numbersIn(second)
	if len(x) != len(y) || skeleton(first, x) != skeleton(second, y) {
		return nil, false
	}
	var out []Ref
	for i := range x {
		na, nb := first[x[i].at:x[i].end], second[y[i].at:y[i].end]
		if na == nb {
			continue
		}
		to, ok := whose(na, nb, a, b)
		if !ok {
			return nil, false
		}
		out = append(out, Ref{At: x[i].at, Len: x[i].end - x[i].at, To: to})
	}
	return out, true
}

// whose tells which process of a run both numbers name, each in its own run.
func whose(na, nb string, a, b *snapshot.Target) (RefTo, bool) {
	pa, pb := idsOf(a), idsOf(b)
	for _, to := range []RefTo{RefPID, RefParent, RefSID, RefLaunch} {
		if pa[to] > 0 && strconv.Itoa(pa[to]) == na && strconv.Itoa(pb[to]) == nb {
			return to, true
		}
	}
	return "", false
}

type span struct{ at, end int }

func numbersIn(s string) []span {
	var out []span
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		out = append(out, span{i, j})
		i = j
	}
	return out
}

// skeleton is the text with its numbers taken out.
func skeleton(s string, nums []span) string {
	var out []byte
	at := 0
	for _, n := range nums {
		out = append(append(out, s[at:n.at]...), '#')
		at = n.end
	}
	return string(append(out, s[at:]...))
}
