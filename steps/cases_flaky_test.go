package steps_test

// sometimes is a die that rolls the same in every run of the tests: it counts in
// a file of the case's folder. It exits 0 in percent of 100 cases.
const sometimes = `sometimes() {
	n=$(cat {dir}/count 2>/dev/null); n=$((${n:-0} + 1)); echo $n > {dir}/count
	x=$(( (n * 2654435761 + 1013904223) & 0xffffffff )); x=$(( (x ^ (x >> 15)) * 2246822519 & 0xffffffff )); x=$(( (x ^ (x >> 13)) % 100 ))
	[ $x -lt $1 ]
}
`

// flakyCases fail now and then.
func flakyCases() []whyCase {
	return []whyCase{
		{
			name:  "flaky-ninety",
			good:  "exec {T}\n",
			bad:   "export GEAR=fourth MIRROR=left\nexec {T}\n",
			sh:    sometimes + "[ \"$GEAR\" = fourth ] && sometimes 90 && { echo 'error: stalled'; exit 1; }\necho OK\n",
			cause: [][]string{{"env GEAR"}},
		},
		{
			name:  "flaky-seventyfive-with-decoys",
			good:  decoys(40, "a") + "exec {T}\n",
			bad:   decoys(40, "b") + "umask 077\nexec {T}\n",
			sh:    sometimes + "[ $(umask) = 0077 ] && sometimes 75 && { echo 'error: lost a sheet'; exit 1; }\necho OK\n",
			cause: [][]string{{"umask"}},
		},
		{
			name:  "flaky-sixty",
			good:  "export SAIL=up\nexec {T} --calm\n",
			bad:   "exec {T} --calm=no\n",
			sh:    sometimes + "[ -z \"$SAIL\" ] && sometimes 60 && { echo 'error: drifted'; exit 1; }\necho OK\n",
			cause: [][]string{{"env SAIL"}},
		},
		{
			name:  "flaky-both-sides", // good fails now and then too
			good:  "exec {T}\n",
			bad:   "ulimit -S -n 111\nexport NEST=full\nexec {T}\n",
			sh:    sometimes + "p=4; [ \"$NEST\" = full ] && p=90\nsometimes $p && { echo 'error: fell out'; exit 1; }\necho OK\n",
			cause: [][]string{{"env NEST"}},
		},
		{
			name:  "flaky-joint",
			good:  "export EAST=1\nexec {T}\n",
			bad:   decoys(6, "z") + "export WEST=1\nexec {T}\n",
			sh:    sometimes + "[ -z \"$EAST\" ] && [ -n \"$WEST\" ] && sometimes 85 && { echo 'error: lost'; exit 1; }\necho OK\n",
			cause: [][]string{{"env EAST", "env WEST"}},
		},
	}
}
