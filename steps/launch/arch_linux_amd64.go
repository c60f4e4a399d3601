package launch

import "golang.org/x/sys/unix"

// nativeArch tells calls in our numbering from those of a 32-bit program.
const nativeArch = unix.AUDIT_ARCH_X86_64
