package snapshot

import (
	"casebook/steps/fact"
	"casebook/steps/secret"
)

// immovable are the kinds that no transplant changes, and why.
var immovable = map[fact.Kind]string{
	fact.PyPath:   "seen and compared only: it follows from the environment, the working directory and what is installed",
	fact.PyModule: "seen and compared only: it follows from the module path",
	fact.PyDist:   "seen and compared only: it is installed or not",
	fact.OpenFile: "seen and compared only: the program opened it itself",
	fact.Socket:   "seen and compared only: the program made it itself",
	fact.Library:  "seen and compared only: the program loaded it itself",
	fact.Cgroup:   "needs a cgroup that may be written",
	fact.Seccomp:  "a filter can't be taken off, and one of another process can't be copied",
}

// privileged are the kinds that only some users may change.
var privileged = map[fact.Kind]bool{
	fact.Credentials: true, fact.Groups: true, fact.LoginUID: true, fact.Namespace: true, fact.Root: true, fact.Capabilities: true,
	fact.Securebits: true,
}

// NeedsPrivilege says whether changing a factor of this kind takes a privilege
// that Casebook may not have.
func NeedsPrivilege(k fact.Kind) bool { return privileged[k] }

// movable says whether a transplant could change the difference; whether this
// host allows what needs privilege is for whoever transplants to find out.
func movable(d *fact.Difference) (bool, string) {
	if why, ok := immovable[d.Kind]; ok {
		return false, why
	}
	if d.Good.State == fact.Unknown || d.Bad.State == fact.Unknown {
		return false, "one side could not be read"
	}
	for _, v := range []fact.Value{d.Good, d.Bad} {
		if secret.IsMark(secret.Reveal(v.Exact)) {
			return false, "the value is masked in the snapshot file: only its fingerprint is known"
		}
	}
	return true, ""
}
