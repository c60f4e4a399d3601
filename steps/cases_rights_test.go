package steps_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"casebook/steps"
	"casebook/steps/isolate"
)

// oneWayOrBoth accepts, without privilege, the right cause or none, and no other.
func oneWayOrBoth(factor string) func(*testing.T, *steps.WhyAnswer) {
	return func(t *testing.T, a *steps.WhyAnswer) {
		t.Helper()
		if a.Verdict == isolate.Caused && !slices.Equal(causesOf(a), []string{factor}) {
			t.Errorf("causes %v, want %s or none", causesOf(a), factor)
		}
		if a.Verdict != isolate.Caused && !says(a, factor) {
			t.Errorf("%s, and nothing is said of %s", a.Verdict, factor)
		}
	}
}

// rightsCases are about who the target is and what it may do.
func rightsCases() []whyCase {
	list := []whyCase{
		{
			name:  "no-new-privs",
			good:  "exec {T}\n",
			bad:   "exec setpriv --no-new-privs {T}\n",
			sh:    "grep -q 'NoNewPrivs:.1' /proc/self/status && { echo 'error: sudo would not work'; exit 1; }\necho OK\n",
			cause: [][]string{{"no_new_privs"}},
		},
		{
			name:  "user",
			good:  "exec {T}\n",
			bad:   "exec setpriv --reuid 65534 {T}\n",
			files: map[string]string{"private": ""},
			sh:    "[ $(id -u) = 0 ] || { echo 'permission denied: not for you'; exit 1; }\necho OK\n",
			cause: [][]string{{"credentials uid"}}, root: true,
		},
		{
			name:  "user-root-refused",
			good:  "exec setpriv --reuid 65534 --regid 65534 --clear-groups {T}\n",
			bad:   "exec {T}\n",
			sh:    "[ $(id -u) = 0 ] && { echo 'refused: do not run this as root'; exit 1; }\necho OK\n",
			cause: [][]string{{"credentials uid"}}, root: true,
		},
		{
			name:  "group",
			good:  "exec setpriv --regid 4242 --clear-groups {T}\n",
			bad:   "exec setpriv --regid 4243 --clear-groups {T}\n",
			sh:    "[ $(id -g) = 4242 ] || { echo 'permission denied: another group'; exit 1; }\necho OK\n",
			cause: [][]string{{"credentials gid"}}, root: true,
		},
		{
			name:  "groups-dropped",
			good:  "exec setpriv --reuid 65534 --regid 65534 --groups 4242,4300 {T}\n",
			bad:   "exec setpriv --reuid 65534 --regid 65534 --clear-groups {T}\n",
			sh:    "case \" $(id -G) \" in *' 4242 '*) echo OK;; *) echo 'permission denied: the socket of a group'; exit 1;; esac\n",
			cause: [][]string{{"groups"}}, root: true,
		},
		{
			name:  "capability-dropped",
			good:  "exec {T}\n",
			bad:   "exec setpriv --bounding-set -chown {T}\n",
			sh:    "cd {dir} && : > own && chown 4242 own || exit 1\necho OK\n",
			cause: [][]string{{"capabilities .*"}}, root: true,
		},
		{
			name:  "namespace-net",
			good:  "exec {T}\n",
			bad:   "exec unshare -n {T}\n",
			py:    "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\nsocket.create_connection(s.getsockname(), 1)\nprint('OK')\n",
			cause: [][]string{{"namespace net"}}, root: true,
		},
		{
			name: "namespace-uts",
			good: "exec {T}\n",
			bad:  "exec unshare -u sh -c 'echo odd-one > /proc/sys/kernel/domainname; exec {T}'\n",
			sh:   "read d < /proc/sys/kernel/domainname\n[ \"$d\" = odd-one ] && { echo 'error: no such domain'; exit 1; }\necho OK\n",
			// a new namespace has the old domain: it does not break good
			want: isolate.NoCause, leads: "namespace uts", root: true,
			after: oldDomain, target: `^sh \S+target\.sh$`,
		},
	}
	if loginUIDUnset() {
		list = append(list, whyCase{
			name:  "loginuid",
			good:  "echo 4242 > /proc/self/loginuid\nexec {T}\n",
			bad:   "exec {T}\n",
			sh:    "read n < /proc/self/loginuid\n[ $n = 4242 ] || { echo 'error: nobody logged in'; exit 1; }\necho OK\n",
			cause: [][]string{{"loginuid"}}, root: true,
		})
	}
	return list
}

// oldDomain says whether a name that belonged into a namespace was given to the machine, and takes it back.
func oldDomain(t *testing.T, _ string) {
	const path = "/proc/sys/kernel/domainname"
	if b, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(b)) == "odd-one" {
		t.Error("a launcher renamed the machine")
		_ = os.WriteFile(path, []byte("(none)\n"), 0)
	}
}

// loginUIDUnset says whether a launch can be given a login of its own: some
// kernels have none, and one that is set can be fixed.
func loginUIDUnset() bool {
	b, err := os.ReadFile("/proc/self/loginuid")
	return err == nil && strings.TrimSpace(string(b)) == "4294967295"
}
