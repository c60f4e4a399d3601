//go:build linux

package launch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// playFront puts itself in front of a command, as casebook capture does, and
// says what it claims about signals.
func playFront(argv []string) int {
	r, err := Start(context.Background(), Spec{Command: Command{Argv: argv}, Profile: Inherit, Trace: true, SkipSteady: true})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	res, err := r.Wait()
	if err != nil || len(res.Streams) > 0 || len(res.Snapshot.Targets) != 1 {
		fmt.Println(err, res.Streams, len(res.Snapshot.Targets))
		return 1
	}
	if res.Snapshot.Targets[0].Process.Unknown["signal_disposition"] == "" {
		fmt.Println("ignored signals are claimed to be known")
		return 1
	}
	return res.Exit.Code
}

// What a command sees of itself; numbers of the shell around it are words.
const frontFacts = `umask; pwd; ulimit -Sn; ulimit -Hn; ulimit -a
readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3 /proc/self/fd/4 /proc/self/fd/9
grep -E '^(SigBlk|SigIgn|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cpus_allowed|Cap)' /proc/self/status
cut -d' ' -f5,6,7,8,19 /proc/self/stat | sed "s/\<$OUTER\>/outer/g"
cat /proc/self/oom_score_adj /proc/self/personality
env | sort
exit 3
`

func TestInheritGivesWhatWasGiven(t *testing.T) {
	dir := t.TempDir()
	facts := filepath.Join(dir, "facts.sh")
	if err := os.WriteFile(facts, []byte(frontFacts), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i, prepare := range []string{
		"true", "ulimit -n 77", "ulimit -Sn 99; ulimit -c 0; ulimit -Ss 4096", "trap '' HUP", "trap '' INT HUP",
		"umask 027; cd /", "exec 3</etc/passwd 4>" + dir + "/four 9<&3", "exec 0</etc/group", "exec 2>>" + dir + "/log",
		"exec <&1", "export EMPTY= ODD='a b' CASEBOOK=1",
	} {
		for _, front := range []string{"", "setsid -w ", "nice -n 4 ", "env -i OUTER=$$ "} {
			if i > 1 && front != "" {
				continue
			}
			for _, profile := range []string{CI, Shell} {
				see := func(through string) string {
					s := spec(t, Command{Argv: []string{"sh", "-c", "export OUTER=$$\n" + prepare + "\n" + front + through + " sh " + facts + "\necho status $?"}}.String())
					s.Trace, s.Profile = false, profile
					res := run(t, s)
					return mend(output(res, "stdout") + output(res, "stderr") + output(res, "tty"))
				}
				bare, through := see(""), see(own+" __front")
				if bare != through || !strings.Contains(bare, "status 3") {
					t.Errorf("%s, %s%s: bare\n%s\nwith us in front\n%s", profile, front, prepare, bare, through)
				}
			}
		}
	}
}

// mend makes words of what every run has anew.
func mend(s string) string {
	var out []string
	for _, l := range strings.Split(strings.ReplaceAll(s, "\r", ""), "\n") {
		switch {
		case strings.HasPrefix(l, "pipe:["):
			l = "a pipe"
		case strings.HasPrefix(l, "/dev/pts/"):
			l = "a terminal"
		case strings.HasPrefix(l, "OUTER="), strings.HasPrefix(l, "_="):
			continue
		}
		if f := strings.Fields(l); len(f) == 5 && (f[2] == "0" || strings.HasPrefix(f[2], "34")) && !strings.Contains(l, ":") {
			l = strings.Join([]string{outerOr(f[0]), outerOr(f[1]), tty(f[2]), outerOr(f[3]), f[4]}, " ")
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

func outerOr(s string) string {
	if s == "outer" || s == "-1" || s == "0" {
		return s
	}
	return "another"
}

func tty(s string) string {
	if s == "0" {
		return "no terminal"
	}
	return "a terminal"
}

// A program that forgot to dispatch must not become its own helper's helper; and
// no launched command sees how that is noticed.
func TestAHelperThatIsNoneIsRefused(t *testing.T) {
	t.Setenv(helperMark, "1")
	_, err := Start(context.Background(), spec(t, "true"))
	if err == nil || !strings.Contains(err.Error(), "HelperMain") {
		t.Errorf("started: %v", err)
	}
	os.Unsetenv(helperMark)
	for _, profile := range append(Profiles(), Inherit) {
		s := spec(t, "env")
		s.Profile = profile
		if profile == Inherit {
			s = spec(t, Command{Argv: []string{"sh", "-c", os.Args[0] + " __front env"}}.String())
		}
		res := run(t, s)
		if all := output(res, "stdout") + output(res, "tty"); !strings.Contains(all, "PATH=") || strings.Contains(all, helperMark) {
			t.Errorf("%s: %s", profile, all)
		}
	}
}
