//go:build linux && (amd64 || arm64)

package transplant

import "golang.org/x/sys/unix"

// backlog is what was read and not yet passed on: in memory up to a bound, then
// in a file without a name.
type backlog struct {
	mem       []byte
	spill     int // 0: none yet
	read, end int64
	lost      bool
}

func (b *backlog) empty() bool { return b.size() == 0 }
func (b *backlog) size() int64 { return int64(len(b.mem)) + b.end - b.read }

// add takes p at the end. Order: mem is older than the file.
func (b *backlog) add(p []byte) {
	if b.end == b.read && len(b.mem)+len(p) <= memoryMost {
		b.mem = append(b.mem, p...)
		return
	}
	if b.spill == 0 {
		fd, err := unix.MemfdCreate("backlog", unix.MFD_CLOEXEC)
		if f, e := unix.Open("/tmp", unix.O_RDWR|unix.O_TMPFILE|unix.O_CLOEXEC, 0o600); e == nil {
			if err == nil {
				_ = unix.Close(fd)
			}
			fd, err = f, nil
		}
		if err != nil {
			b.mem = append(b.mem, p...) // no file to be had: memory it is
			return
		}
		b.spill = fd
	}
	for len(p) > 0 {
		n, err := unix.Pwrite(b.spill, p, b.end)
		if err != nil {
			b.lost = true
			return
		}
		b.end, p = b.end+int64(n), p[n:]
	}
}

// flush writes at most one piece that fits where poll promised room. False: the
// destination is gone.
func (b *backlog) flush(to int) bool {
	if len(b.mem) == 0 && b.read < b.end {
		buf := make([]byte, chunk)
		n, err := unix.Pread(b.spill, buf[:min(chunk, int(b.end-b.read))], b.read)
		if err != nil || n <= 0 {
			b.lost, b.read = true, b.end
			return true
		}
		b.read += int64(n)
		b.mem = buf[:n]
		if b.read == b.end {
			b.read, b.end = 0, 0
			_ = unix.Ftruncate(b.spill, 0)
		}
	}
	if len(b.mem) == 0 {
		return true
	}
	n, err := unix.Write(to, b.mem[:min(atOnce, len(b.mem))])
	switch err {
	case unix.EINTR, unix.EAGAIN:
		return true
	case nil:
		b.mem = b.mem[n:]
		return true
	}
	return false
}

func (b *backlog) close() {
	if b.spill > 0 {
		_ = unix.Close(b.spill)
	}
}
