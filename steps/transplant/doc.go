// Package transplant changes what a launch gives its target, at the target's
// exec and without an edit to anything: each factor is set to the value that the
// other launch gives, or to one that was chosen by hand.
//
// Contract: a Plan is data and travels to the helper of one run. There it is
// applied to every process of the role at its exec stop, and read back. What
// can't be moved is refused with the reason, when the plan is made where that is
// known, otherwise at the exec: then the target is killed rather than left half
// changed, and the trial is unresolved. The program that is looked at keeps its
// file, its name and its place in the launch; it sees the changed values only.
//
// Known side effects of a change that needs the image to be started again
// (argv, environment, executable, personality, credentials): addresses are drawn
// anew, as in any exec. Where the file has lost its name, AT_EXECFN is
// /proc/self/exe. A script whose interpreter words are changed has the
// interpreter's path as AT_EXECFN. comm stays as it was in all of these.
//
// Glossary: the donor is the launch whose values are wanted, the recipient the
// one that runs; a change is one factor and what it has to be; an omission is a
// system call of the launcher that is left out, where its effect can't be undone
// at the exec; a leap is a hop that is left out whole; a relay is the helper
// standing between the launcher's end of a stream and another kind of end.
package transplant
