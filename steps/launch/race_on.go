//go:build race

package launch

// raceDetector says that helpers report races by their exit, which has to be waited for.
const raceDetector = true
