package steps_test

import (
	"runtime"
	"time"

	"casebook/steps/isolate"
)

// processCases are about where the target stands: session, group, terminal, signals.
func processCases() []whyCase {
	const hang = 700 * time.Millisecond
	oneCPU, narrow := isolate.Caused, [][]string{{"affinity"}}
	if runtime.NumCPU() < 2 {
		oneCPU, narrow = isolate.NotReproduced, nil
	}
	return []whyCase{
		{
			name:  "session-shared-with-the-launcher",
			good:  "setsid -w {T}\necho OK\n",
			bad:   "{T}\necho OK\n",
			sh:    "trap '' TERM\nkill -TERM 0\nsleep 0\n", // cleans its group up, and whoever else is in it
			cause: [][]string{{"session|process_group"}},
		},
		{
			name: "group-of-its-own",
			good: "{play} read -- {T}\n", check: "stderr:/^OK/",
			bad:   "{play} group -- {T}\n",
			py:    "import os, sys\nif os.getpgrp() == os.getpid(): sys.exit('error: nobody would hear the keyboard')\nprint('OK', file=sys.stderr)\n",
			cause: [][]string{{"process_group"}},
		},
		{
			name:  "terminal-not-there",
			as:    [2]string{"shell", "shell"},
			good:  "{T}; true\n",
			bad:   "setsid -w {T}; true\n",
			sh:    "(: < /dev/tty) || { echo 'error: no terminal to ask on'; exit 1; }\necho OK\n",
			check: "output:/^OK/",
			cause: [][]string{{"session|ctty"}},
		},
		{
			name: "signal-blocked",
			good: "exec {T}\n",
			bad:  "exec {play} block=14 block=23 -- {T}\n",
			py: `import signal, os
signal.signal(signal.SIGALRM, lambda *_: (print('OK', flush=True), os._exit(0)))
signal.setitimer(signal.ITIMER_REAL, .01)
while True:
    signal.pause()
`,
			deadline: hang,
			cause:    [][]string{{"signal_mask SIGALRM"}},
		},
		{
			name:  "signal-ignored",
			good:  "exec {T}\n",
			bad:   "trap '' TERM USR2\nexec {T}\n",
			sh:    "sh -c 'kill -TERM $$; exit 7'\n[ $? = 7 ] && { echo 'error: the worker could not be stopped'; exit 1; }\necho OK\n",
			cause: [][]string{{"signal_disposition SIGTERM"}},
		},
		{
			name:  "signal-ignored-pipe",
			good:  "trap - PIPE\nexec {T}\n",
			bad:   "trap '' PIPE\nexport PORCH=1\nexec {T}\n",
			sh:    "exec 2>&1\n{ sh -c 'while :; do echo x || exit 3; done'; echo $? > {dir}/how; } | head -n 1 > /dev/null\n[ $(cat {dir}/how) = 3 ] && { echo 'error: broken pipe'; exit 1; }\necho OK\n",
			cause: [][]string{{"signal_disposition SIGPIPE"}},
		},
		{
			name:  "signal-needs-ignoring",
			good:  "trap '' HUP\nexec {T}\n",
			bad:   "exec {T}\n",
			sh:    "kill -HUP $$\necho OK\n",
			cause: [][]string{{"signal_disposition SIGHUP"}},
		},
		{
			name:  "nice",
			good:  "exec {T}\n",
			bad:   "exec nice -n 7 {T}\n",
			sh:    "[ $(nice) -gt 5 ] && { echo 'error: too slow for audio'; exit 1; }\necho OK\n",
			cause: [][]string{{"nice"}},
		},
		{
			name:  "sched-batch",
			good:  "exec {T}\n",
			bad:   "exec chrt -b 0 {T}\n",
			sh:    "chrt -p $$ | grep -q BATCH && { echo 'error: not in a batch'; exit 1; }\necho OK\n",
			cause: [][]string{{"sched"}},
		},
		{
			name: "affinity-one-cpu",
			good: "exec {T}\n",
			bad:  "exec taskset -c 0 {T}\n",
			py:   "import os\nprint('OK' if len(os.sched_getaffinity(0)) > 1 else 'error: no worker left for the work')\n",
			want: oneCPU, cause: narrow,
		},
		{
			name:  "ioprio-idle",
			good:  "exec {T}\n",
			bad:   "exec ionice -c 3 {T}\n",
			sh:    "case $(ionice) in *idle*) echo 'error: the disk will be late'; exit 1;; esac\necho OK\n",
			cause: [][]string{{"ioprio"}},
		},
		{
			name:  "oom-score",
			good:  "exec {T}\n",
			bad:   "echo 300 > /proc/self/oom_score_adj\nexport PLUM=1\nexec {T}\n",
			sh:    "read n < /proc/self/oom_score_adj\n[ $n -gt 100 ] && { echo 'error: would be killed first'; exit 1; }\necho OK\n",
			cause: [][]string{{"oom_score_adj"}},
			root:  true, plain: oneWayOrBoth("oom_score_adj"),
		},
		{
			name:  "personality",
			good:  "exec {T}\n",
			bad:   "exec setarch --uname-2.6 {T}\n",
			sh:    "case $(uname -r) in 2.*) echo 'fatal: kernel too old'; exit 1;; esac\necho OK\n",
			cause: [][]string{{"personality"}},
		},
	}
}
