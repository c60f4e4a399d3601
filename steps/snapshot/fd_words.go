package snapshot

// Open flags as fdinfo shows them on Linux. They are spelled out because a
// snapshot is also read on systems whose own constants differ.
const (
	flagAccess   = 0o3
	flagWrite    = 0o1
	flagBoth     = 0o2
	flagAppend   = 0o2000
	flagNonblock = 0o4000
	flagPath     = 0o10000000
)

// opens says whether the descriptor is open for reading, or for writing.
func (fd FD) opens(reading bool) bool {
	if fd.Flags < 0 || fd.Flags&flagPath != 0 {
		return false
	}
	switch fd.Flags & flagAccess {
	case flagBoth:
		return true
	case flagWrite:
		return !reading
	}
	return reading
}

// mode is how the descriptor is open, in a word.
func (fd FD) mode() string {
	switch {
	case fd.Flags < 0:
		return "unknown"
	case fd.Flags&flagPath != 0:
		return "path only"
	case fd.Flags&flagAppend != 0:
		return "append"
	case fd.Flags&flagAccess == flagBoth:
		return "read/write"
	case fd.Flags&flagAccess == flagWrite:
		return "write"
	}
	return "read"
}
