//go:build !race

package launch

// raceDetector: see race_on.go.
const raceDetector = false
