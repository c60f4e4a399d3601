// This file is empty on purpose: functions without a body (fork_linux.go) need
// an assembly file in their package.
