package launch

import (
	"fmt"
	"io"
	"os"
	"strconv"
)

// HelperArg is the hidden argument that makes the binary a helper.
const HelperArg = "__helper"

// helperFDs are the descriptors of the helper's pipe: 3 and 4, or from where the
// caller said because it has descriptors of its own to hand on.
func helperFDs() (in, out int) {
	if n, err := strconv.Atoi(os.Getenv(helperMark)); err == nil && n > 3 {
		return n, n + 1
	}
	return 3, 4
}

// HelperMain is the helper: it waits for one launch on descriptor 3, runs it,
// tells about it on descriptor 4, and returns the process's exit code when
// nothing of the launch is left. When descriptor 3 ends it ends the launch.
// hooks may be nil.
func HelperMain(hooks Hooks) int {
	in, out, err := helperPipes()
	if err != nil {
		fmt.Fprintln(os.Stderr, "casebook helper:", err)
		return 2
	}
	warm()
	frames := newFrameReader(in)
	kind, payload, err := frames.next()
	if err != nil || kind != frameSpec {
		return 0 // nobody wants a run any more
	}
	var spec wireSpec
	if err := frames.decode(payload, &spec); err != nil {
		fmt.Fprintln(os.Stderr, "casebook helper:", err)
		return 2
	}
	return helperRun(&spec, hooks, frames, out)
}

// warm does what the first result would otherwise wait for: encoding/gob
// compiles an encoder for every type it meets.
func warm() {
	f := newFrameWriter(io.Discard)
	_ = f.gob(frameEvent, &Event{Started: &Started{}, Match: &Match{}, Target: &TargetExec{}, Exited: &Exited{}, Steady: &SteadySeen{}})
	_ = f.gob(frameResult, &Result{})
}
