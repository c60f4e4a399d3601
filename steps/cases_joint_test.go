package steps_test

import (
	"fmt"
	"strings"
)

// decoys are n variables that a launch sets and nobody reads.
func decoys(n int, of string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "export STRAW_%d=%s%d\n", i, of, i)
	}
	return b.String()
}

// kindsOfDecoys differ in every cheap way.
const kindsOfDecoys = "umask 027\nulimit -S -n 200\nulimit -c 0\ntrap '' USR1 USR2\nexec 8</dev/zero\ncd /\n"

// jointCases have causes of several members, several causes, or many differences that do nothing.
func jointCases() []whyCase {
	return []whyCase{
		{
			name:  "joint-env-env",
			good:  "export RELAY=none\nexec {T}\n",
			bad:   "export RELAY=up VIA=hill STOVE=gas\nexec {T}\n",
			sh:    `[ "$RELAY" = up ] && [ "$VIA" = hill ] && { echo "refused: the relay on the hill is shut"; exit 1; }` + "\necho OK\n",
			cause: [][]string{{"env RELAY", "env VIA"}},
		},
		{
			name:  "joint-cwd-env",
			good:  "export PANTRY={dir}/home\n" + decoys(12, "a") + "cd {dir}/home && exec {T}\n",
			bad:   decoys(12, "b") + "cd {dir} && exec {T}\n",
			files: map[string]string{"home/jam": ""},
			sh:    `[ -f "$PANTRY/jam" ] || [ -f jam ] || { echo "jam: not found"; exit 1; }` + "\necho OK\n",
			cause: [][]string{{"cwd", "env PANTRY"}},
		},
		{
			name:  "joint-argv-umask",
			good:  "exec {T} --save=no\n",
			bad:   "umask 077\nexec {T} --save=yes\n",
			sh:    "case $*.$(umask) in *yes*77) echo 'denied: can not share what was saved'; exit 1;; esac\necho OK\n",
			cause: [][]string{{"argv --save", "umask"}},
		},
		{
			name:  "joint-env-fd",
			good:  "exec {T}\n",
			bad:   "exec 6</dev/zero\nexport HELPERS=6 CURTAIN=red\nexec {T}\n",
			sh:    "[ -n \"$HELPERS\" ] && [ -e /proc/self/fd/6 ] && { echo 'error: that is no helper'; exit 1; }\necho OK\n",
			cause: [][]string{{"env HELPERS", "fd 6"}},
		},
		{
			name:  "joint-three",
			good:  "export ROPE=long\nexec {T} --load=text\n",
			bad:   "umask 002\n" + decoys(8, "c") + "exec {T} --load=any\n",
			sh:    "case $*.$(umask).$ROPE in *any*0002.) echo 'refused: three times wrong'; exit 1;; esac\necho OK\n",
			cause: [][]string{{"argv --load", "umask", "env ROPE"}},
		},
		{
			name:  "joint-limit-signal",
			good:  "ulimit -S -n 400\nexec {T}\n",
			bad:   "trap '' USR1 USR2\nulimit -S -n 300\nexec {T}\n",
			sh:    "sh -c 'kill -USR2 $$; exit 7'\n[ $? = 7 ] && [ $(ulimit -S -n) -lt 350 ] && { echo 'error: can not make room'; exit 1; }\necho OK\n",
			cause: [][]string{{"rlimit NOFILE", "signal_disposition SIGUSR2"}},
		},
		{
			name:  "two-causes-env-umask",
			good:  "umask 022\nexec {T}\n",
			bad:   "umask 077\nexport BRAKE=on LADDER=2\nexec {T}\n",
			sh:    "[ \"$BRAKE\" = on ] && { echo 'error: stuck'; exit 1; }\n[ $(umask) = 0077 ] && { echo 'error: stuck'; exit 1; }\necho OK\n",
			cause: [][]string{{"env BRAKE"}, {"umask"}},
			fixes: [][]string{{"env BRAKE", "umask"}},
		},
		{
			name:  "two-causes-env-argv",
			good:  decoys(10, "d") + "exec {T} -a 1\n",
			bad:   decoys(10, "e") + "export WINDOW=open\nexec {T} -a 1 --storm\n",
			sh:    "case \"$*\" in *storm*) echo 'error: wet'; exit 1;; esac\n[ \"$WINDOW\" = open ] && { echo 'error: wet'; exit 1; }\necho OK\n",
			cause: [][]string{{"env WINDOW"}, {"argv --storm"}},
			fixes: [][]string{{"env WINDOW", "argv --storm"}},
		},
		{
			name:  "two-causes-one-joint",
			good:  "exec {T}\n",
			bad:   "export RIVER=high DAM=old FIELD=low\nexec {T}\n",
			sh:    "[ \"$FIELD\" = low ] && { echo 'error: flooded'; exit 1; }\n[ \"$RIVER$DAM\" = highold ] && { echo 'error: flooded'; exit 1; }\necho OK\n",
			cause: [][]string{{"env FIELD"}, {"env DAM", "env RIVER"}},
			fixes: [][]string{{"env FIELD", "env DAM"}, {"env FIELD", "env RIVER"}},
		},
		{
			name:  "decoys-forty-env",
			good:  decoys(40, "good") + "export VALVE=open\nexec {T}\n",
			bad:   decoys(40, "bad") + "export VALVE=shut\nexec {T}\n",
			sh:    "[ \"$VALVE\" = shut ] && { echo 'error: no water'; exit 1; }\necho OK\n",
			cause: [][]string{{"env VALVE"}},
		},
		{
			name:  "decoys-forty-unnamed", // the program does not name what it reads
			good:  decoys(40, "good") + "export P_VALVE=open\nexec {T}\n",
			bad:   decoys(40, "bad") + "export P_VALVE=shut\nexec {T}\n",
			sh:    "env | grep -q '=shut$' && { echo 'error: no water'; exit 1; }\necho OK\n",
			cause: [][]string{{"env P_VALVE"}},
		},
		{
			name:  "decoys-of-all-kinds",
			good:  decoys(20, "x") + "exec {T} < {dir}/lines\n",
			bad:   decoys(20, "y") + kindsOfDecoys + "exec nice -n 2 {T} --quick < /dev/null\n",
			files: map[string]string{"lines": "one\n"},
			sh:    "read x || { echo 'error: nobody talks to me'; exit 1; }\necho OK\n",
			cause: [][]string{{"stdin"}},
		},
		{
			name:  "decoys-and-a-joint",
			good:  decoys(40, "x") + "export INK=blue\nexec {T}\n",
			bad:   decoys(40, "y") + kindsOfDecoys + "export INK=red\nexec {T}\n",
			sh:    "[ \"$INK\" = red ] && [ $(umask) = 0027 ] && { echo 'error: can not read that'; exit 1; }\necho OK\n",
			cause: [][]string{{"env INK", "umask"}},
		},
	}
}
