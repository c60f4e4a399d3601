package transplant

import "strings"

// sameArgv says whether two command lines are the same one in two runs: numbers
// and temporary names may differ, since they belong to the run.
func sameArgv(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && general(a[i]) != general(b[i]) {
			return false
		}
	}
	return true
}

// general is a word without what belongs to a run.
func general(s string) string {
	parts := strings.Split(s, "/")
	for i := 2; i < len(parts); i++ {
		if parts[i-1] == "tmp" {
			parts[i] = "?"
		}
	}
	s = strings.Join(parts, "/")
	return skeleton(s, numbersIn(s))
}
