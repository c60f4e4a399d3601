package tui

import "casebook/notes"

// flatAction is an action of the plan and how deep it stands under others.
type flatAction struct {
	notes.Action
	depth int
}

// flatten puts nested actions into the order in which they are read.
func flatten(as []notes.Action, depth int, into []flatAction) []flatAction {
	for _, a := range as {
		into = append(into, flatAction{a, depth})
		into = flatten(a.Sub, depth+1, into)
	}
	return into
}
