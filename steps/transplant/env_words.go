package transplant

import (
	"slices"
	"strings"
)

// setVar sets a variable in an environment block, in its place or at the end.
// A second entry of the same name would win in some programs, so it goes.
func setVar(block []string, name, value string) []string {
	entry, out, done := name+"="+value, make([]string, 0, len(block)+1), false
	for _, e := range block {
		switch {
		case !isVar(e, name):
			out = append(out, e)
		case !done:
			out, done = append(out, entry), true
		}
	}
	if !done {
		out = append(out, entry)
	}
	return out
}

// unsetVar removes every entry of that name.
func unsetVar(block []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(block), func(e string) bool { return isVar(e, name) })
}

// getVar is the first entry of that name.
func getVar(block []string, name string) (string, bool) {
	for _, e := range block {
		if isVar(e, name) {
			_, v, _ := strings.Cut(e, "=")
			return v, true
		}
	}
	return "", false
}

func isVar(entry, name string) bool {
	n, _, _ := strings.Cut(entry, "=")
	return n == name
}

// element splits the name of a factor such as PATH[/usr/bin] into the variable
// and its element. A name that has no brackets is a whole variable.
func element(name string) (variable, elem string, ok bool) {
	i := strings.IndexByte(name, '[')
	if i <= 0 || !strings.HasSuffix(name, "]") {
		return name, "", false
	}
	return name[:i], name[i+1 : len(name)-1], true
}

// putElement puts an element where the donor has it: behind the nearest element
// before it that both lists hold, else in front.
func putElement(list, donor []string, elem string) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(e string) bool { return e == elem })
	at := 0
	for i := slices.Index(donor, elem) - 1; i >= 0; i-- {
		if j := slices.Index(list, donor[i]); j >= 0 {
			at = j + 1
			break
		}
	}
	return slices.Insert(list, at, elem)
}

// dropElement removes every occurrence of an element.
func dropElement(list []string, elem string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(e string) bool { return e == elem })
}

// words splits a list variable; no value is no elements.
func words(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ":")
}
