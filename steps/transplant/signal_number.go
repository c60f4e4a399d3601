package transplant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// signalWords are Linux's signals in order: the first is number 1.
var signalWords = strings.Fields(`SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE
SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS`)

const firstRealTime, lastSignal = 34, 64

// signalNumber reads SIGTERM, SIGRTMIN+3 and SIG40.
func signalNumber(name string) (int, error) {
	if i := slices.Index(signalWords, name); i >= 0 {
		return i + 1, nil
	}
	base, rest := 0, ""
	if r, ok := strings.CutPrefix(name, "SIGRTMIN+"); ok {
		base, rest = firstRealTime, r
	} else if r, ok := strings.CutPrefix(name, "SIG"); ok {
		rest = r
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 || base+n < 1 || base+n > lastSignal {
		return 0, fmt.Errorf("no signal is called %s", name)
	}
	return base + n, nil
}
