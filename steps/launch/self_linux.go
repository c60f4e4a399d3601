package launch

import "os"

// ownBinary is this program, also where its file was replaced or deleted meanwhile.
func ownBinary() (path, argv0 string, err error) {
	argv0, err = os.Executable()
	if err != nil {
		argv0 = "casebook"
	}
	return "/proc/self/exe", argv0, nil
}
