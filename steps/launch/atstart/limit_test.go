package atstart_test

import (
	"syscall"
	"testing"

	"casebook/steps/launch/atstart"
)

// The limit seen here must be the one before package syscall raised it.
func TestOpenFilesIsReadBeforeTheRuntimeRaisesIt(t *testing.T) {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		t.Fatal(err)
	}
	if atstart.OpenFiles.Hard != now.Max {
		t.Fatalf("hard limit %d, now %d", atstart.OpenFiles.Hard, now.Max)
	}
	if atstart.OpenFiles.Soft > now.Cur {
		t.Fatalf("soft limit at start %d is above the raised one %d", atstart.OpenFiles.Soft, now.Cur)
	}

}
