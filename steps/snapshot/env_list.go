package snapshot

import (
	"slices"
	"strings"
)

// listVars are variables that hold a list of directories or files with ':'
// between, and do not say so by their name.
var listVars = map[string]bool{
	"PATH": true, "PYTHONPATH": true, "LD_LIBRARY_PATH": true, "MANPATH": true, "INFOPATH": true, "CDPATH": true,
	"XDG_DATA_DIRS": true, "XDG_CONFIG_DIRS": true, "PERL5LIB": true, "RUBYLIB": true, "GOPATH": true, "CLASSPATH": true,
	"NODE_PATH": true, "PKG_CONFIG_PATH": true, "TERMINFO_DIRS": true, "LS_COLORS": true, "GCONV_PATH": true,
}

// IsList says whether a variable is a list with ':' between its elements: by
// its name, and never a URL or a single path that happens to hold one.
func IsList(name string) bool {
	if known, ok := listVars[name]; ok {
		return known
	}
	if !strings.HasSuffix(name, "PATH") && !(strings.HasPrefix(name, "XDG_") && strings.HasSuffix(name, "_DIRS")) {
		return false
	}
	return !strings.HasSuffix(name, "_SOCK_PATH")
}

// ListElements takes a list variable apart. An empty value has no elements; an
// empty element (which means the working directory to most readers) is kept.
func ListElements(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ":")
}

// looksListed says whether a value of a variable that is named like a list is one.
func looksListed(name, good, bad string) bool {
	if !IsList(name) || strings.Contains(good, "://") || strings.Contains(bad, "://") {
		return false
	}
	return strings.Contains(good, ":") || strings.Contains(bad, ":") || listVars[name]
}

// listWords says how two lists differ: "+/x/bin in front (good), -/y (good)".
// It also says whether only the order does.
func listWords(good, bad []string) (words string, onlyOrder bool) {
	var parts []string
	note := func(have, other []string, side string) {
		for i, e := range have {
			if slices.Contains(other, e) {
				continue
			}
			where := ""
			switch {
			case len(other) == 0:
			case i == 0:
				where = " in front"
			case i == len(have)-1:
				where = " at the end"
			}
			if e == "" {
				e = "an empty element (the working directory)"
			}
			if len(parts) < elementsMost {
				parts = append(parts, "+"+e+where+" ("+side+")")
			}
		}
	}
	note(good, bad, "good")
	note(bad, good, "bad")
	if len(parts) == 0 {
		return "the same elements in another order or number", true
	}
	return strings.Join(parts, ", "), false
}

// elementsMost bounds how many elements a reason names.
const elementsMost = 6
