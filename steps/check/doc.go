// Package check decides whether a run worked: pass, fail, or unresolved.
//
// A check is written as atoms joined by and, or, not and parentheses:
//
//	exit:0                    the launched command ended with that status
//	stdout:/re/               a line of its standard output matches (stderr:, output: for either)
//	target.stdout:/re/        the same for what the target itself wrote
//	file:PATH                 the path exists (relative to the launch's directory)
//	tcp:HOST:PORT             something accepts a connection
//	http:URL                  a GET answers with a status below 400
//	run:"CMD ARG"             a command of yours exits with 0
//
// A pass needs positive evidence before the deadline; silence is a failure. An
// atom that looks at the world (file, tcp, http, run) and is true before the
// launch says nothing about the launch: such a trial is unresolved.
//
// The package parses and decides; only probe.go touches the world.
package check
