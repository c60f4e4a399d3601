package steps_test

// inflightPython are the launchers that Python projects start their workers from.
func inflightPython() []inflight {
	return []inflight{
		{
			name: "a pytest fixture with Popen and env and PIPE",
			files: map[string]string{
				"test_worker.py": `import subprocess
import pytest


@pytest.fixture
def worker():
    process = subprocess.Popen(["sh", "{dir}/worker.sh"], env={"PATH": "/usr/bin:/bin", "COURIER_LOG": "info"},
                               stdout=subprocess.PIPE, text=True)
    yield process
    process.terminate()
    process.wait()


def test_takes_a_parcel(worker):
    assert worker.stdout.readline() == "worker: ready\n"
`,
				"worker.sh": "[ -n \"$COURIER_DEPOT\" ] || { echo 'worker: no depot given'; exit 3; }\necho 'worker: ready'\n",
			},
			good:   "env COURIER_DEPOT=north COURIER_LOG=debug sh {dir}/worker.sh",
			bad:    "env COURIER_DEPOT=north COURIER_LOG=debug {bin}/python -m pytest -q -p no:cacheprovider {dir}/test_worker.py",
			target: `^sh \S+/worker\.sh$`,
			check:  "target.exit:0",
			cause:  "env COURIER_DEPOT",
			via:    "pytest .* > sh ",
		},
		{
			name: "a pytest fixture that never reads its PIPE",
			files: map[string]string{
				"test_worker.py": `import subprocess
import pytest


@pytest.fixture
def worker():
    process = subprocess.Popen(["sh", "{dir}/worker.sh"], stdout=subprocess.PIPE)
    yield process
    process.kill()


def test_ends(worker):
    assert worker.wait(timeout=1) == 0
`,
				"worker.sh": "head -c 100000 /dev/zero\necho 'worker: done' >{dir}/done\n",
			},
			good:   "sh {dir}/worker.sh",
			bad:    "{bin}/python -m pytest -q -p no:cacheprovider {dir}/test_worker.py",
			target: `^sh \S+/worker\.sh$`,
			check:  "file:{dir}/done",
			reset:  "rm -f {dir}/done",
			cause:  "stdout",
			via:    "pytest .* > sh ",
		},
		{
			name: "a tox environment",
			files: map[string]string{
				"tox.ini":  "[tox]\nenv_list = unit\nno_package = true\n\n[testenv]\nskip_install = true\nallowlist_externals = sh\nset_env =\n    STAGE = ci\npass_env = COLOUR\ncommands = sh {dir}/check.sh\n",
				"check.sh": "echo \"stage $STAGE, colour $COLOUR\"\nread first <\"${PRICE_LIST:?is not set}\" && echo \"$first\"\n",
				"prices":   "apples 3\n",
			},
			good:   "env PRICE_LIST={dir}/prices COLOUR=red STAGE=desk sh {dir}/check.sh",
			bad:    "env PRICE_LIST={dir}/prices COLOUR=red STAGE=desk {bin}/tox run -q -c {dir}/tox.ini --workdir {dir}/.tox",
			target: `^(/\S+/)?sh \S+/check\.sh$`,
			check:  "exit:0",
			cause:  "env PRICE_LIST",
			via:    "tox run .* > (/.*/)?sh ",
		},
	}
}
