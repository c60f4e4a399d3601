package steps_test

import "time"

// stdioCases are about what the target's descriptors are.
func stdioCases() []whyCase {
	const hang = 700 * time.Millisecond
	return []whyCase{
		{
			name:  "stdin-at-its-end",
			good:  "exec {T} < {dir}/lines\n",
			bad:   "exec {T} < /dev/null\n",
			files: map[string]string{"lines": "one\ntwo\n"},
			sh:    "read line || { echo 'error: nothing to read'; exit 1; }\necho OK\n",
			cause: [][]string{{"stdin"}},
		},
		{
			name:  "stdin-closed",
			good:  "exec {T} < /dev/null\n",
			bad:   "export SEASON=dry\nexec {T} <&-\n",
			py:    "import sys\nsys.stdin.fileno()\nprint('OK')\n",
			cause: [][]string{{"stdin"}},
		},
		{
			name:  "stdin-not-a-terminal",
			as:    [2]string{"shell", "ci"},
			good:  "exec {T}\n",
			bad:   "exec {T}\n",
			sh:    "[ -t 0 ] || { echo 'error: will not ask a machine'; exit 1; }\necho OK\n",
			check: "output:/^OK/",
			cause: [][]string{{"stdin"}},
		},
		{
			name:  "stdout-a-terminal",
			as:    [2]string{"ci", "shell"},
			good:  "exec {T}\n",
			bad:   "exec {T}\n",
			sh:    "[ -t 1 ] && printf '\\033[32mOK\\033[0m\\n' || echo OK\n",
			check: "output:/^OK/",
			cause: [][]string{{"stdout"}},
		},
		{
			name:  "stdout-nobody-reads",
			good:  "exec {play} read -- {T}\n",
			bad:   "exec {play} unread -- {T}\n",
			py:    "import sys\nsys.stdout.write('x' * 300000)\nsys.stdout.flush()\nprint('OK', file=sys.stderr)\n",
			check: "stderr:/^OK/", deadline: hang,
			cause: [][]string{{"stdout"}},
		},
		{
			name: "stderr-closed",
			good: "exec {T}\n",
			bad:  "exec {T} 2>&-\n",
			py: `import os
fd = os.open('{dir}/ledger', os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
os.write(fd, b'entry')
try:
    os.write(2, b'a warning')
except OSError:
    pass
print('OK' if open('{dir}/ledger').read() == 'entry' else 'error: the ledger is broken')
`,
			cause: [][]string{{"stderr"}},
		},
		{
			name:  "fd-left-open",
			good:  "exec {T}\n",
			bad:   "exec 7<{dir}/lock 5<{dir}/other\nexec {T}\n",
			files: map[string]string{"lock": "", "other": ""},
			sh:    "[ -e /proc/self/fd/7 ] && { echo 'error: somebody holds the lock'; exit 1; }\necho OK\n",
			cause: [][]string{{"fd 7"}},
		},
		{
			name:  "fd-not-passed-on",
			good:  "exec 5<{dir}/socket\nexec {T}\n",
			bad:   "exec {T}\n",
			files: map[string]string{"socket": "hello\n"},
			py:    "import os\nprint('OK', os.read(5, 9))\n",
			cause: [][]string{{"fd 5"}},
		},
		{
			name: "fd-many-inherited",
			good: "exec {T}\n",
			bad:  "exec {py} -I -S {dir}/spill.py {T}\n",
			files: map[string]string{"spill.py": `import os, sys
zero = os.open('/dev/zero', os.O_RDONLY)
for n in range(60, 180):
    os.dup2(zero, n, inheritable=True)
os.close(zero)
os.execvp(sys.argv[1], sys.argv[1:])
`},
			sh:     "[ $(ls /proc/self/fd | wc -l) -gt 100 ] && { echo 'error: too many open files in the table'; exit 1; }\necho OK\n",
			target: `^sh \S+target\.sh$`,
			cause:  [][]string{{`fd 60-179`}},
		},
		{
			name:   "stdin-does-not-block",
			good:   "exec {play} feed -- {T}\n",
			bad:    "exec {play} feed-nonblocking -- {T}\n",
			sh:     "exec cat > {dir}/got && exit\n",
			target: "^cat$",
			check:  "exit:0",
			cause:  [][]string{{"fd_flags 0"}},
		},
	}
}
