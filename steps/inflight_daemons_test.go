package steps_test

// inflightDaemons are supervisors, started by hand in the foreground.
func inflightDaemons() []inflight {
	return []inflight{
		{
			name: "supervisord",
			files: map[string]string{
				"supervisord.conf": "[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile={dir}/supervisord.pid\n\n" +
					"[program:depot]\ncommand=sh {dir}/depot.sh\numask=077\nautorestart=false\nstartsecs=0\nenvironment=DEPOT=\"north\"\nstdout_logfile={dir}/depot.log\n\n" +
					"[eventlistener:evening]\ncommand=sh {dir}/evening.sh\nevents=PROCESS_STATE_EXITED\n",
				"evening.sh": "echo READY\nread event && kill -TERM $PPID\n",
				"depot.sh":   "rm -f {dir}/label\n>{dir}/label\ncase $(ls -l {dir}/label) in -rw-r*) echo 'depot: label printed';; *) echo 'depot: the printer can not read the label'; exit 6;; esac\n",
			},
			good:   "sh {dir}/depot.sh",
			bad:    "{bin}/supervisord -n -c {dir}/supervisord.conf",
			target: `^sh \S+/depot\.sh$`,
			check:  "target.exit:0",
			cause:  "umask",
			via:    "supervisord -n .* > sh ",
		},
		{
			// In a mount namespace of its own, so that nothing of it touches the machine's
			// cron; a trial that leaves the namespace out does not get far. A job of
			// @reboot is run at once, one of another time within a minute.
			name: "cron in the foreground",
			files: map[string]string{
				"crontab": "LANG=C\n@reboot root sh {dir}/nightly.sh\n",
				"cron.sh": "set -e\n[ \"$(readlink /proc/self/ns/mnt)\" != '{mnt}' ] || { echo 'no namespace of its own'; exit 9; }\nmount -t tmpfs none /run\nmount -t tmpfs none /etc/cron.d\nmount -t tmpfs none /var/spool/cron\n" +
					"mkdir /var/spool/cron/crontabs\nmount --bind {dir}/crontab /etc/crontab\nexec cron -f\n",
				"nightly.sh":  "count=$(tally 1 2 3) || exit 7\necho \"nightly: $count parcels\"\n",
				"tools/tally": "#!/bin/sh\necho $#\n",
			},
			good:   "env PATH={dir}/tools:/usr/sbin:/usr/bin:/sbin:/bin DEPOT=north sh {dir}/nightly.sh",
			bad:    "env PATH={dir}/tools:/usr/sbin:/usr/bin:/sbin:/bin DEPOT=north unshare --mount sh {dir}/cron.sh",
			target: `^sh \S+/nightly\.sh$`,
			check:  "target.exit:0",
			root:   true,
			needs:  []string{"cron", "unshare"},
			cause:  `env PATH(\[.*tools\])?`,
			via:    "cron -f > .*sh ",
		},
	}
}
