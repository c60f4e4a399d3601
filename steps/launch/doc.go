// Package launch starts a process tree, captures what its target was given and
// what it printed, and ends all of it.
//
// Contract: one run has one helper process, which is tracer, subreaper and
// relay of that launch in a session of its own. Whatever happens to the caller,
// the helper ends everything that the launch started, and says what it had to
// kill. The launched command gets nothing of ours: no descriptor, no signal
// disposition, no limit, no terminal but the one its profile states. Nothing
// goes through a shell unless the command asks for one.
//
// Glossary: the launch is the command with its profile; a hop is one exec
// between it and the target; the target is the process in question, picked by a
// pattern on its argv; the window is what a launcher did between fork (or the
// exec before) and exec; what was left behind is what still ran when the
// launched command had ended.
//
// The helper is this same binary, started with HelperArg: whoever links this
// package has to call HelperMain when its first argument is HelperArg.
package launch
