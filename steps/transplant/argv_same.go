package transplant

import (
	"path"
	"strings"
)

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

// carries says whether the arguments of a program end with another program and
// its arguments. How that program's file is written is not compared: python may
// have become /usr/bin/python3.12 on the way.
func carries(outer, inner []string) bool {
	if len(inner) == 0 {
		return false
	}
	i := len(outer) - len(inner)
	return i >= 1 && sameArgv(outer[i+1:], inner[1:]) && (len(inner) > 1 || path.Base(outer[i]) == path.Base(inner[0]))
}

// bears says whether a program is on its way to the target and not the target
// itself: it carries it, or holds it in one word (sh -c). The pattern that picks
// targets matches such programs too.
func bears(outer, target []string) bool {
	if len(target) == 0 || sameArgv(outer, target) {
		return false
	}
	if carries(outer, target) {
		return true
	}
	parts := target[1:]
	if len(parts) == 0 {
		parts = []string{path.Base(target[0])}
	}
	for _, w := range outer[min(1, len(outer)):] {
		if strings.ContainsAny(w, " \t\n") && holds(general(w), parts) {
			return true
		}
	}
	return false
}

// holds says whether a command line has all these words in this order, however
// they are quoted.
func holds(line string, words []string) bool {
	for _, w := range words {
		w = general(w)
		i := strings.Index(line, w)
		if i < 0 {
			return false
		}
		line = line[i+len(w):]
	}
	return true
}
