package transplant

import (
	"cmp"
	"slices"
)

// hunk is a stretch in which two lists of arguments differ.
type hunk struct {
	at       int // in the first list
	from, to []string
}

// hunks aligns two argument lists by their longest common subsequence. Lists of
// arguments are short; the table is quadratic and bounded by mostWords.
func hunks(a, b []string) []hunk {
	if len(a) > mostWords || len(b) > mostWords {
		return []hunk{{0, a, b}}
	}
	t := lengths(a, b)
	var out []hunk
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		h := hunk{at: i}
		for (i < len(a) || j < len(b)) && !(i < len(a) && j < len(b) && a[i] == b[j]) {
			if j >= len(b) || i < len(a) && t[i+1][j] >= t[i][j+1] {
				h.from, i = append(h.from, a[i]), i+1
			} else {
				h.to, j = append(h.to, b[j]), j+1
			}
		}
		out = append(out, h)
	}
	return out
}

const mostWords = 2000

// lengths is the table of common subsequence lengths of the two rests.
func lengths(a, b []string) [][]int {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}

// replaceWords puts to in the place of from, looked for near at; with nothing
// to look for, it is put in at that place. False: from is not there.
func replaceWords(argv []string, at int, from, to []string) ([]string, bool) {
	best := -1
	for i := 0; i+len(from) <= len(argv); i++ {
		if slices.Equal(argv[i:i+len(from)], from) && (best < 0 || abs(i-at) < abs(best-at)) {
			best = i
		}
	}
	if len(from) == 0 {
		best = min(at, len(argv))
	}
	if best < 0 {
		return replaceScattered(argv, at, from, to)
	}
	return slices.Concat(argv[:best], to, argv[best+len(from):]), true
}

// replaceScattered is for words that other words stand between: each is taken
// out, and the new ones come where the first was.
func replaceScattered(argv []string, at int, from, to []string) ([]string, bool) {
	out, first, next := []string{}, -1, 0
	for i, w := range argv {
		if next < len(from) && i >= min(at, 1) && w == from[next] {
			if first < 0 {
				first = len(out)
			}
			next++
			continue
		}
		out = append(out, w)
	}
	if next < len(from) || first < 0 {
		return argv, false
	}
	return slices.Insert(out, first, to...), true
}

func containsRun(list, run []string) bool { return runAt(list, run) >= 0 }

// lastFirst orders changes of arguments so that each leaves the places of those
// after it as they are, and what goes in at one place keeps the donor's order.
func lastFirst(a, b Change) int {
	for i := range min(len(a.Numbers), len(b.Numbers)) {
		if c := cmp.Compare(b.Numbers[i], a.Numbers[i]); c != 0 {
			return c
		}
	}
	return 0
}

func abs(n int) int { return max(n, -n) }
