package snapshot

import (
	"os"
	"testing"
)

func BenchmarkCaptureProcess(b *testing.B) {
	for b.Loop() {
		if _, err := CaptureProcess(os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCaptureLight(b *testing.B) {
	for b.Loop() {
		if _, err := CaptureLight(os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}
