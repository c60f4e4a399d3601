package steps_test

// limitCases are about resource limits.
func limitCases() []whyCase {
	return []whyCase{
		{
			name:  "limit-open-files",
			good:  "exec {T}\n",
			bad:   "ulimit -c 0\nulimit -S -n 24\nexec {T}\n",
			py:    "fs = [open('/dev/null') for _ in range(40)]\nprint('OK')\n",
			cause: [][]string{{"rlimit NOFILE"}},
		},
		{
			name:  "limit-file-size",
			good:  "exec {T}\n",
			bad:   "ulimit -S -f 1\nexec {T}\n",
			sh:    "dd if=/dev/zero of={dir}/big bs=8192 count=2 2>/dev/null && echo OK\n",
			cause: [][]string{{"rlimit FSIZE"}},
		},
		{
			name:  "limit-address-space",
			good:  "exec {T}\n",
			bad:   "ulimit -S -v 400000\nexec {T}\n",
			py:    "import mmap\nm = mmap.mmap(-1, 1 << 30)\nprint('OK')\n",
			cause: [][]string{{"rlimit AS"}},
		},
		{
			name:  "limit-stack",
			good:  "ulimit -S -s 8192\nexec {T}\n",
			bad:   "ulimit -S -s 256\nexec {T}\n",
			sh:    "/bin/true $(seq 1 40000) && echo OK\n",
			cause: [][]string{{"rlimit STACK"}},
		},
		{
			name:  "limit-processes",
			good:  "exec setpriv --reuid 65534 --clear-groups {T}\n",
			bad:   "exec prlimit --nproc=1:1 setpriv --reuid 65534 --clear-groups {T}\n",
			py:    "import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.wait()\nprint('OK')\n",
			cause: [][]string{{"rlimit NPROC"}},
			root:  true,
		},
		{
			name:  "limit-hard-only",
			good:  "ulimit -S -n 150\nexec {T}\n",
			bad:   "ulimit -S -n 150; ulimit -H -n 200; export NAP=1\nexec {T}\n",
			sh:    "ulimit -n 300 2>/dev/null || { echo 'error: can not raise the limit'; exit 1; }\necho OK\n",
			cause: [][]string{{"rlimit NOFILE"}},
			root:  true, plain: oneWayOrBoth("rlimit NOFILE"),
		},
	}
}
