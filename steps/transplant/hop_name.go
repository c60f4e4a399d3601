package transplant

import "casebook/steps/snapshot"

// HopName is what a program of the chain is called, as Hops names it.
func HopName(h snapshot.Hop) string { return program(h.Argv) }
