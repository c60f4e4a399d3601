package steps_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
	"casebook/steps/transplant"
)

// BenchmarkTrial is the same launch bare and as a trial, in one run, so that
// the ratios mean something on a busy machine.
func BenchmarkTrial(b *testing.B) {
	dir := b.TempDir()
	script := filepath.Join(dir, "target.sh")
	if err := os.WriteFile(script, []byte("echo ready\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	outer := filepath.Join(dir, "outer.sh")
	if err := os.WriteFile(outer, []byte("sh "+script+"\nexit $?\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, l := range []struct{ name, command string }{
		{"shell", "sh " + outer},
		{"python", "python3 -I -c 'import subprocess; subprocess.run([\"sh\", \"" + script + "\"], check=True)'"},
	} {
		command, err := launch.ParseCommand(l.command)
		if err != nil {
			b.Fatal(err)
		}
		if path, err := exec.LookPath("/usr/bin/python3"); err == nil && l.name == "python" { // no version manager's shim
			command.Argv[0] = path
		}
		spec := launch.Spec{Command: command, Profile: launch.CI, Target: `^sh \S+/target\.sh$`, SkipSteady: true, Deadline: time.Minute}
		b.Run(l.name+"/bare", func(b *testing.B) {
			defer cpu(b)()
			for b.Loop() {
				if out, err := exec.Command(command.Argv[0], command.Argv[1:]...).CombinedOutput(); err != nil {
					b.Fatal(err, string(out))
				}
			}
		})
		traced, window, changed := spec, spec, spec
		traced.Trace = true
		window.Trace, window.Window = true, true
		changed.Trace, changed.Extra = true, oneChange(b, window)
		for _, k := range []struct {
			name string
			spec launch.Spec
		}{{"untraced", spec}, {"traced", traced}, {"window", window}, {"changed", changed}} {
			b.Run(l.name+"/"+k.name, func(b *testing.B) {
				report := cpu(b)
				pool := launch.NewPool()
				for b.Loop() {
					trialOnce(b, pool, k.spec)
				}
				pool.Close()
				report()
			})
		}
	}
}

// cpu reports the processor time of all processes, which says more than the
// clock where other work goes on beside.
func cpu(b *testing.B) func() {
	spent := func() (ns int64) {
		for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var u syscall.Rusage
			if syscall.Getrusage(who, &u) == nil {
				ns += u.Utime.Nano() + u.Stime.Nano()
			}
		}
		return ns
	}
	before := spent()
	return func() { b.ReportMetric(float64(spent()-before)/float64(b.N)/1e6, "cpu-ms/op") }
}

func trialOnce(b *testing.B, pool *launch.Pool, s launch.Spec) launch.Result {
	r, err := pool.Start(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil || res.Exit.Code != 0 {
		b.Fatal(err, res.Exit, res.Trouble)
	}
	return res
}

// oneChange is a plan that sets one variable at the target's exec.
func oneChange(b *testing.B, s launch.Spec) []byte {
	good := trialOnce(b, nil, s)
	s.Command.Argv = append([]string{"env", "BENCH_DEPOT=north"}, s.Command.Argv...)
	bad := trialOnce(b, nil, s)
	from, to := &bad.Snapshot, &good.Snapshot
	diffs := snapshot.Differences([]*snapshot.Snapshot{to}, []*snapshot.Snapshot{from}, snapshot.Options{Mask: secret.NewMasker(nil)})
	for _, d := range diffs {
		if d.Factor != (fact.Factor{Kind: fact.Env, Name: "BENCH_DEPOT"}) {
			continue
		}
		plan, refused := transplant.Make(transplant.Request{Move: []fact.Difference{d}, Donor: fact.Bad, From: from.Targets[0], To: to.Targets[0]})
		if len(refused) > 0 {
			b.Fatal(refused)
		}
		extra, err := plan.Encode()
		if err != nil {
			b.Fatal(err)
		}
		return extra
	}
	b.Fatal("the variable is no difference")
	return nil
}
