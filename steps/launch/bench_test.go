//go:build linux

package launch

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Each benchmark runs the same command bare and through Casebook, in one run,
// so that the ratio means something on a busy machine.
func compare(b *testing.B, command, target string, window bool) {
	c, err := ParseCommand(command)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command(c.Argv[0], c.Argv[1:]...)
			cmd.Stdout, cmd.Stderr = &tailBuffer{}, &tailBuffer{}
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, k := range []struct {
		name          string
		trace, window bool
	}{{"untraced", false, false}, {"traced", true, false}, {"window", true, true}} {
		if k.window && !window {
			continue
		}
		b.Run(k.name, func(b *testing.B) {
			pool := NewPool()
			defer pool.Close()
			s := spec(b, command)
			s.Trace, s.Window, s.Target = k.trace, k.window, target
			for b.Loop() {
				r, err := pool.Start(context.Background(), s)
				if err != nil {
					b.Fatal(err)
				}
				if res, err := r.Wait(); err != nil || res.Exit.Code != 0 {
					b.Fatal(err, res.Exit)
				}
			}
		})
	}
}

func BenchmarkTrue(b *testing.B)  { compare(b, "/bin/true", "", false) }
func BenchmarkSleep(b *testing.B) { compare(b, "sleep 0.05", "", false) }
func BenchmarkForks(b *testing.B) {
	compare(b, "sh -c 'i=0; while [ $i -lt 200 ]; do /bin/true; i=$((i+1)); done'", "no such target", true)
}
func BenchmarkSyscalls(b *testing.B) {
	compare(b, "dd if=/dev/zero of=/dev/null bs=1 count=1000000 status=none", "^dd", true)
}

func BenchmarkOutput256MB(b *testing.B) {
	const command, size = "head -c 268435456 /dev/zero", 256 << 20
	b.Run("tee", func(b *testing.B) {
		b.SetBytes(size)
		file := filepath.Join(b.TempDir(), "out")
		for b.Loop() {
			if out, err := exec.Command("sh", "-c", command+" | tee "+file+" >/dev/null").CombinedOutput(); err != nil {
				b.Fatal(err, string(out))
			}
		}
		_ = os.Remove(file)
	})
	b.Run("discard", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			cmd := exec.Command("sh", "-c", command)
			cmd.Stdout = io.Discard
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("casebook", func(b *testing.B) {
		b.SetBytes(size)
		s := spec(b, command)
		s.Watch = []Watch{{ID: 1, Stream: "stdout", Regexp: "^RESULT: OK"}}
		for b.Loop() {
			if res := run(b, s); res.Streams[0].Total != size {
				b.Fatal(res.Streams[0].Total)
			}
		}
	})
}
