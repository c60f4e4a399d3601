package steps_test

// inflightShell are scripts and Makefiles.
func inflightShell() []inflight {
	return []inflight{
		{
			name: "a script with timeout, nohup and setsid in front",
			files: map[string]string{
				"start.sh":  "cd {dir}\nexport LISTEN=8080\numask 027\ntimeout 20 nohup setsid sh {dir}/reload.sh\n",
				"reload.sh": "trap 'echo reloaded; exit 0' HUP\nkill -HUP $$\necho 'reload: nothing happened'\nexit 1\n",
			},
			good:   "sh {dir}/reload.sh",
			bad:    "sh {dir}/start.sh",
			target: `^sh \S+/reload\.sh$`,
			check:  "exit:0",
			cause:  "signal_disposition SIGHUP",
			via:    "timeout 20 nohup setsid sh .* > nohup setsid sh .* > setsid sh .* > sh ",
		},
		{
			name: "a script with setsid in front, at a terminal",
			files: map[string]string{
				"start.sh": "export LISTEN=8080\nsetsid --wait sh {dir}/ask.sh\n",
				"hand.sh":  "cd {dir}\nsh {dir}/ask.sh\nexit $?\n",
				"ask.sh":   "[ -t 0 ] || exit 5\n(: </dev/tty) || exit 4\necho asked\n",
			},
			good:   "sh {dir}/hand.sh",
			bad:    "sh {dir}/start.sh",
			as:     "shell",
			target: `^sh \S+/ask\.sh$`,
			check:  "exit:0",
			cause:  "ctty|session",
			via:    "setsid --wait .* > sh ",
		},
		{
			name: "a Makefile",
			files: map[string]string{
				"Makefile":  "export LANGUAGE = C\nreport: prepare\n\t@umask 022; sh {dir}/report.sh\nprepare:\n\t@true\n",
				"report.sh": "case \"$MAKEFLAGS\" in *k*) echo 'report: it does not keep going'; exit 2;; esac\necho 'report: 3 parcels'\n",
			},
			good:   "sh {dir}/report.sh",
			bad:    "make -k -C {dir} report",
			target: `^sh \S+/report\.sh$`,
			check:  "exit:0",
			needs:  []string{"make"},
			cause:  "env MAKEFLAGS",
			via:    "make -k .* > sh ",
		},
	}
}
