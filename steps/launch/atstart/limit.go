// Package atstart knows what the Go runtime changes about its own process
// before anybody can look: package syscall raises the soft limit of open files
// while it is initialised, and a launched command has to get the one before that.
//
// Packages without a dependency between them are initialised in the order of
// their import paths. This one imports nothing, so that "casebook/..." comes
// before "syscall"; that is also why it makes its system call by hand. A test
// in package launch reads the limit back from inside a launched command.
package atstart

// Rlimit is struct rlimit.
type Rlimit struct{ Soft, Hard uint64 }

// OpenFiles is the limit of open files that this process was started with; zero where it is not known.
var OpenFiles = openFiles()
