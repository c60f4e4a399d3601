// Package flow says what comes next: which step, and why that one, and where in
// the plan's decision graph that is. It is pure and knows steps only as words.
//
// Contract: a step is never hidden, only proposed or not; a condition that is
// not understood is shown to the user, who judges it.
//
// Glossary: a condition is what the plan says a step depends on; it is met, not
// yet met, or void (a cause is proven, so nobody needs the step any more).
package flow
