// Package ptrace drives stopped processes: the basic operations of a tracer,
// and system calls made in the name of a process that stands at its exec.
//
// Contract: every call is made from the one locked OS thread that seized the
// process. Nothing here waits for events but the Injector, which waits for its
// own process only. ESRCH means that the process died meanwhile, which is never
// an error of the tracer: callers look at IsGone.
package ptrace
