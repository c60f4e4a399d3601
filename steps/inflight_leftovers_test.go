package steps_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"casebook/steps"
	"casebook/steps/secret"
)

// leftoverTrials is how many trials TestNothingIsLeftBehind makes; the
// environment variable CASEBOOK_LEFTOVER_TRIALS sets another number.
const leftoverTrials = 150

// leftoverCase is a search whose trials are quick and leave something to clean
// up: a daemon in a session of its own, a stopped process, a file.
func leftoverCase(dir, mark string) steps.Input {
	return steps.Input{Step: "1", Mask: secret.NewMasker([]byte("a key for tests, and for nothing")), Case: steps.Case{
		Good: "env LEFT_MARK=" + mark + " DEPOT=north sh " + dir + "/outer.sh", Bad: "env LEFT_MARK=" + mark + " sh " + dir + "/outer.sh",
		Target: `^sh \S+/target\.sh$`, Check: "stdout:/^ready/", Dir: dir, Deadline: 10 * time.Second, GoodAs: "ci", BadAs: "ci",
	}}
}

var leftoverFiles = map[string]string{
	"outer.sh":  "setsid sleep 600 &\nsh -c 'kill -STOP $$; exit' &\nsh \"${0%/*}\"/target.sh\n",
	"target.sh": "echo ready \"${DEPOT:?}\"\n",
}

func TestNothingIsLeftBehind(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks at /proc")
	}
	dir, tmp := t.TempDir(), t.TempDir()
	for name, text := range leftoverFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", tmp)
	mark := fmt.Sprintf("left-%d-%d", os.Getpid(), time.Now().UnixNano())
	want := leftoverTrials
	if n, err := strconv.Atoi(os.Getenv("CASEBOOK_LEFTOVER_TRIALS")); err == nil {
		want = n
	}
	r := rand.New(rand.NewPCG(1, 2))
	fds, ptys := count(t, "/proc/self/fd"), count(t, "/dev/pts")
	memory, seen := []string{}, 0
	var whole, stopped, killed int
	for seen < want {
		switch r.IntN(4) {
		case 0:
			seen += interruptedSearch(t, dir, mark, time.Duration(r.IntN(250))*time.Millisecond)
			stopped++
		case 1:
			seen += killedSearch(t, dir, mark, 1+r.IntN(15))
			killed++
		default:
			n, err := search(t.Context(), dir, mark)
			if err != nil {
				t.Fatal(err)
			}
			seen += n
			whole++
		}
		if len(memory) <= seen*10/want {
			memory = append(memory, fmt.Sprintf("%d kB after %d", rss(t), seen))
		}
	}
	t.Logf("%d trials: %d whole searches, %d interrupted, %d killed; memory %s", seen, whole, stopped, killed, strings.Join(memory, ", "))
	left := leftovers(mark)
	for end := time.Now().Add(10 * time.Second); len(left) > 0 && time.Now().Before(end); left = leftovers(mark) {
		time.Sleep(5 * time.Millisecond) // a helper whose caller was killed needs its grace
	}
	if len(left) > 0 {
		t.Errorf("left behind: %s", strings.Join(left, "\n"))
	}
	if now := count(t, "/proc/self/fd"); now > fds {
		t.Errorf("%d descriptors, %d before", now, fds)
	}
	if now := count(t, tmp); now > 0 {
		t.Errorf("%d temporary files", now)
	}
	t.Logf("terminals on this machine: %d before, %d after", ptys, count(t, "/dev/pts"))
}

// search makes a whole search and returns how many trials were started.
func search(ctx context.Context, dir, mark string) (int, error) {
	var n atomic.Int32
	_, err := steps.Why(ctx, leftoverCase(dir, mark), steps.WhyOptions{}, func(e steps.Event) error {
		if e.Start != nil {
			n.Add(1)
		}
		return nil
	})
	return int(n.Load()), err
}

func interruptedSearch(t *testing.T, dir, mark string, after time.Duration) int {
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	n, err := search(ctx, dir, mark)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	return n
}

// killedSearch kills the searching process while its n-th trial runs.
func killedSearch(t *testing.T, dir, mark string, n int) int {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(own, "-test.run=^TestSearchToBeKilled$", "-test.count=1")
	cmd.Env = append(os.Environ(), "CASEBOOK_KILLED_DIR="+dir, "CASEBOOK_KILLED_MARK="+mark, "CASEBOOK_KILLED_AT="+strconv.Itoa(n))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("was not killed: %v\n%s", err, out)
	}
	return n
}

// TestSearchToBeKilled is not a test of its own: see killedSearch.
func TestSearchToBeKilled(t *testing.T) {
	dir := os.Getenv("CASEBOOK_KILLED_DIR")
	if dir == "" {
		t.Skip("part of TestNothingIsLeftBehind")
	}
	at, err := strconv.Atoi(os.Getenv("CASEBOOK_KILLED_AT"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = steps.Why(t.Context(), leftoverCase(dir, os.Getenv("CASEBOOK_KILLED_MARK")), steps.WhyOptions{}, func(e steps.Event) error {
		if e.Start != nil {
			if at--; at == 0 {
				self, _ := os.FindProcess(os.Getpid())
				time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { _ = self.Kill() })
			}
		}
		return nil
	})
	select {}
}

// leftovers are the living processes of marked launches, and helpers that are not ours any more.
func leftovers(mark string) []string {
	own, _ := os.Executable()
	entries, _ := os.ReadDir("/proc")
	var out []string
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		exe, _ := os.Readlink("/proc/" + e.Name() + "/exe")
		if exe != own && !strings.Contains(string(env), "LEFT_MARK="+mark+"\x00") {
			continue
		}
		argv, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		stat, _ := os.ReadFile("/proc/" + e.Name() + "/stat")
		out = append(out, strings.ReplaceAll(string(argv), "\x00", " ")+string(stat))
	}
	return out
}

func count(t *testing.T, dir string) int {
	t.Helper()
	d, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(d)
}

// rss is this process's resident memory, after a collection.
func rss(t *testing.T) int {
	t.Helper()
	runtime.GC()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
