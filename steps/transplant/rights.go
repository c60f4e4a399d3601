package transplant

import (
	"os"

	"casebook/steps/snapshot"
)

// rights is an effective set of capabilities.
type rights uint64

const (
	capSetGID       = 6
	capSetUID       = 7
	capSetPCap      = 8
	capChroot       = 18
	capSysAdmin     = 21
	capSysNice      = 23
	capSysResource  = 24
	capAuditControl = 30
)

func (r rights) has(bit uint) bool { return r>>bit&1 == 1 }

// ownRights are those of this program, and so of the helper. None where it can't be told.
func ownRights() rights {
	p, err := snapshot.CaptureLight(os.Getpid())
	if err != nil {
		return 0
	}
	return rights(p.Caps.Effective)
}
