package steps_test

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"casebook/steps/isolate"
)

// nothingMounted says whether a mount that belonged into a namespace was made on the machine, and takes it away.
func nothingMounted(t *testing.T, dir string) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.Contains(line, " "+dir+"/m ") {
			t.Error("a launcher's mount was made on the machine")
			_ = syscall.Unmount(dir+"/m", syscall.MNT_DETACH)
		}
	}
}

// noneCases have no cause that could be moved: to claim one is the failure.
func noneCases() []whyCase {
	return []whyCase{
		{
			name: "none-good-is-broken",
			good: "export TILE=1\nexec {T}\n",
			bad:  "exec {T}\n",
			sh:   "echo 'error: broken anyway'; exit 1\n",
			want: isolate.NotReproduced,
		},
		{
			name: "none-bad-works",
			good: "export TILE=1\nexec {T}\n",
			bad:  "exec {T}\n",
			sh:   "echo OK\n",
			want: isolate.NotReproduced,
		},
		{
			name: "none-the-wrong-way-round",
			good: "export TILE=1\nexec {T}\n",
			bad:  "exec {T}\n",
			sh:   "[ \"$TILE\" = 1 ] && { echo 'error: a tile'; exit 1; }\necho OK\n",
			want: isolate.NotReproduced,
		},
		{
			name: "none-a-coin-in-the-program",
			good: decoys(5, "g") + "exec {T}\n",
			bad:  decoys(5, "b") + "exec {T}\n",
			sh:   sometimes + "sometimes 50 && { echo 'error: tails'; exit 1; }\necho OK\n",
			want: isolate.NotReproduced,
		},
		{
			name: "none-a-file-left-behind", // the launcher leaves the world in another state
			good: "echo fresh > {dir}/state\n" + decoys(6, "g") + "exec {T}\n",
			bad:  "echo stale > {dir}/state\n" + decoys(6, "b") + "umask 027\nexec {T}\n",
			sh:   "grep -q stale {dir}/state && { echo 'error: stale state'; exit 1; }\necho OK\n",
			want: isolate.NoCause,
		},
		{
			name: "none-a-race-with-the-launcher", // only the time at which the launcher does its part differs
			good: "rm -f {dir}/ready; echo 1 > {dir}/ready\nexport PACE=quick\nexec {T}\n",
			bad:  "rm -f {dir}/ready; (sleep .4; echo 1 > {dir}/ready) > /dev/null 2>&1 &\nexport PACE=slow\nexec {T}\n",
			sh:   "[ -f {dir}/ready ] || { echo 'error: not ready'; exit 1; }\necho OK\n",
			want: isolate.NoCause,
		},
		{
			name: "none-nothing-differs",
			good: "echo fresh > {dir}/state\nexec {T}\n",
			bad:  "echo stale > {dir}/state\nexec {T}\n",
			sh:   "grep -q stale {dir}/state && { echo 'error: stale state'; exit 1; }\necho OK\n",
			want: isolate.NoCause,
		},
		{
			name:  "none-another-program", // the launcher puts another program under the same name
			good:  "cp {dir}/one.sh {dir}/target.sh\nexport RAIN=1\nexec {T}\n",
			bad:   "cp {dir}/two.sh {dir}/target.sh\nexport RAIN=2\nexec {T}\n",
			files: map[string]string{"one.sh": "echo OK\n", "two.sh": "echo 'error: an older build'; exit 1\n"},
			sh:    "exit 9\n",
			want:  isolate.NoCause,
		},
		{
			name: "none-a-filter",
			good: "export HEDGE=1\nexec setpriv --no-new-privs {play} -- {T}\n",
			bad:  "export HEDGE=2\nexec {play} seccomp -- {T}\n",
			sh:   "uname > /dev/null || { echo 'error: not permitted'; exit 1; }\necho OK\n",
			want: isolate.NoCause, leads: "seccomp",
		},
		{
			// nothing of the launcher that shuts others in is left out: they would do it to the machine
			name: "none-a-mount-of-its-own", root: true, want: isolate.NoCause,
			good:   "export BENCH=1\nexec {T}\n",
			bad:    "export BENCH=2\nexec unshare -m sh -c 'mount -t tmpfs none {dir}/m && exec {T}'\n",
			files:  map[string]string{"m/file": ""},
			sh:     "[ -f {dir}/m/file ] || { echo 'error: file not found'; exit 1; }\necho OK\n",
			target: `^sh \S+target\.sh$`, leads: "namespace mnt",
			after: nothingMounted,
		},
	}
}
