package steps_test

import "time"

// hopCases have a program in front of the target on one side only.
func hopCases() []whyCase {
	return []whyCase{
		{
			name:  "hop-timeout",
			good:  "{T}; true\n",
			bad:   "timeout 30 {T}; true\n",
			py:    "import os\nprint('OK' if os.getpgrp() == os.getsid(0) else 'error: not in the group of the session')\n",
			cause: [][]string{{"process_group|hop timeout"}},
		},
		{
			name:  "hop-nohup",
			good:  "exec {T}\n",
			bad:   "exec nohup {T}\n",
			sh:    "sh -c 'kill -HUP $$; exit 7'\n[ $? = 7 ] && { echo 'error: would not reload'; exit 1; }\necho OK\n",
			cause: [][]string{{"signal_disposition SIGHUP"}},
		},
		{
			name:  "hop-setsid",
			good:  "{T}; true\n",
			bad:   "setsid -w {T}; true\n",
			py:    "import os\nprint('OK' if os.getsid(0) != os.getpid() else 'error: a leader already')\n",
			cause: [][]string{{"session"}},
		},
		{
			name:  "hop-env-i",
			good:  "export LARDER=full KETTLE=on\nexec {T}\n",
			bad:   "export LARDER=full KETTLE=on\nexec env -i PATH=$PATH {T}\n",
			sh:    "[ \"$LARDER\" = full ] || { echo 'error: the larder is missing'; exit 1; }\necho OK\n",
			cause: [][]string{{"env LARDER"}},
		},
		{
			name:  "hop-parent",
			good:  "{T}; true\n",
			bad:   "timeout 30 {T}; true\n",
			sh:    "read name < /proc/$PPID/comm\n[ $name = timeout ] && { echo 'error: will not be timed'; exit 1; }\necho OK\n",
			cause: [][]string{{"hop timeout"}},
			way:   "bad-only",
		},
		{
			name:     "hop-shell-in-between",
			deadline: 5 * time.Second,
			good:     "exec {T}\n",
			bad:      "exec sh -c 'umask 027; trap \"\" INT; exec nice -n 3 env TEAPOT=short {T}'\n",
			sh:       "[ \"$TEAPOT\" = short ] && { echo 'error: I am a teapot'; exit 1; }\necho OK\n",
			target:   `^sh \S+target\.sh$`,
			cause:    [][]string{{"env TEAPOT"}},
		},
	}
}
