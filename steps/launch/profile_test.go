//go:build linux

package launch

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"casebook/steps/launch/atstart"
)

// statusOf reads a launched process's own view of itself.
func statusOf(out string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(strings.ReplaceAll(out, "\r", "")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		m[name] = strings.TrimSpace(value)
	}
	return m
}

func TestTheChildIsCleanInEveryProfile(t *testing.T) {
	for _, profile := range Profiles() {
		for _, trace := range []bool{true, false} {
			t.Run(fmt.Sprint(profile, trace), func(t *testing.T) {
				s := spec(t, "cat /proc/self/status /proc/self/limits")
				s.Profile, s.Trace = profile, trace
				res := run(t, s)
				name := "stdout"
				if profile == Shell {
					name = "tty"
				}
				st := statusOf(output(res, name))
				ignored := "0000000000000000"
				if profile == Service {
					ignored = "0000000000001000"
				}
				if st["SigBlk"] != "0000000000000000" || st["SigIgn"] != ignored || st["SigCgt"] != "0000000000000000" || st["SigPnd"] != "0000000000000000" {
					t.Errorf("signals: %v %v %v", st["SigBlk"], st["SigIgn"], st["SigCgt"])
				}
				if want := fmt.Sprint(atstart.OpenFiles.Soft, " "); !strings.Contains(output(res, name), "Max open files") || !strings.Contains(strings.Join(strings.Fields(output(res, name)), " "), "Max open files "+want) {
					t.Errorf("open files: wanted %s", want)
				}
				s = spec(t, "ls -l /proc/self/fd")
				s.Profile, s.Trace = profile, trace
				fds := strings.Count(output(run(t, s), name), " -> ")
				if fds != 4 { // 0, 1, 2 and the directory that ls reads
					t.Errorf("%d descriptors", fds)
				}
			})
		}
	}
}

func TestEndsSessionAndTerminalOfEveryProfile(t *testing.T) {
	for _, profile := range Profiles() {
		s := spec(t, "sleep 0.03")
		s.Profile = profile
		p := theTarget(t, run(t, s)).Process
		if p.SID != p.PID || p.PGID != p.PID {
			t.Errorf("%s: session %d group %d", profile, p.SID, p.PGID)
		}
		if tty := p.TTYNr != 0; tty != (profile == Shell) {
			t.Errorf("%s: terminal %q", profile, p.TTY)
		}
		var kinds []string
		for _, fd := range p.FDs {
			kinds = append(kinds, string(fd.Kind))
			if fd.Flags&syscall.O_NONBLOCK != 0 {
				t.Errorf("%s: descriptor %d does not block", profile, fd.Num)
			}
		}
		want := "null pipe pipe"
		if profile == Shell {
			want = "tty tty tty"
			if p.FDs[0].Rows != 24 || p.FDs[0].Cols != 80 {
				t.Errorf("size %d x %d", p.FDs[0].Rows, p.FDs[0].Cols)
			}
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("%s: %s", profile, got)
		}
	}
}

func TestEnvironmentAndDirectoryOfEveryProfile(t *testing.T) {
	t.Setenv("CASEBOOK_TEST_VARIABLE", "here")
	wd, _ := os.Getwd()
	for profile, wants := range map[string][]string{
		CI:      {"CASEBOOK_TEST_VARIABLE=here", "cwd=" + wd},
		Cron:    {"SHELL=/bin/sh", "PATH=/usr/bin:/bin", "HOME=", "LOGNAME=", "cwd=" + account(os.Environ()).home},
		Service: {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "INVOCATION_ID=", "cwd=/"},
	} {
		s := spec(t, "X=1 sh -c 'env; echo cwd=$(pwd -P)'")
		s.Profile = profile
		out := output(run(t, s), "stdout")
		for _, w := range append(wants, "X=1") {
			if !strings.Contains(out, w) {
				t.Errorf("%s: %s is missing in\n%s", profile, w, out)
			}
		}
		if profile != CI && strings.Contains(out, "CASEBOOK_TEST_VARIABLE") {
			t.Errorf("%s has our environment", profile)
		}
	}
}

func TestVariablesInFrontWin(t *testing.T) {
	s := spec(t, "A=2 B= C=3 sh -c 'echo $A-$B-$C'")
	s.Env = []string{"A=1", "B=1", "PATH=/usr/bin:/bin"}
	if out := output(run(t, s), "stdout"); out != "2--3\n" {
		t.Fatalf("%q", out)
	}
}
