package snapshot

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fdMost bounds how many descriptors are looked at one by one.
const fdMost = 4096

// fds reads the descriptors that keep wants.
func (r *proc) fds(keep func(int) bool, light bool) {
	nums, err := r.fdNumbers()
	if err != nil {
		r.unknown("fd", err)
		return
	}
	if len(nums) > fdMost {
		r.p.Unknown["fd beyond "+strconv.Itoa(fdMost)] = strconv.Itoa(len(nums)) + " are open; only the lowest were looked at"
		nums = nums[:fdMost]
	}
	for _, n := range nums {
		if keep(n) {
			r.p.FDs = append(r.p.FDs, r.fd(n))
		}
	}
	if !light {
		r.sameFiles()
	}
	r.ttySizes()
}

func (r *proc) fdNumbers() ([]int, error) {
	dir, err := unix.Openat(r.dir, "fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	var nums []int
	var names []string
	for {
		n, err := unix.ReadDirent(dir, r.buf)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			slices.Sort(nums)
			return nums, nil
		}
		_, _, names = unix.ParseDirent(r.buf[:n], -1, names[:0])
		for _, name := range names {
			if num, err := strconv.Atoi(name); err == nil {
				nums = append(nums, num)
			}
		}
	}
}

func (r *proc) fd(n int) FD {
	fd := FD{Num: n, Kind: FDGone, Flags: -1, SameAs: -1}
	num := strconv.Itoa(n)
	target, err := r.link("fd/" + num)
	if err != nil {
		r.unknown("fd "+num, err)
		return fd
	}
	fd.Target = target
	if kind, ok := nameless(target); ok {
		fd.Kind, fd.Ino = kind, bracketed(target)
		r.fdinfo(&fd)
		return fd
	}
	var st unix.Stat_t
	if err := unix.Fstatat(r.dir, "fd/"+num, &st, 0); err == nil {
		fd.Dev, fd.Ino, fd.Mode, fd.Rdev, fd.Size = st.Dev, st.Ino, st.Mode, st.Rdev, st.Size
		fd.Kind = fdKind(target, st.Mode, st.Rdev)
		if st.Nlink == 0 && strings.HasSuffix(target, deletedMark) {
			fd.Deleted, fd.Target = true, strings.TrimSuffix(target, deletedMark)
		}
	}
	r.fdinfo(&fd)
	return fd
}

func (r *proc) fdinfo(fd *FD) {
	if b, err := r.read("fdinfo/" + strconv.Itoa(fd.Num)); err == nil {
		parseFdinfo(b, fd)
	}
}

// nameless tells what a link says by itself, so that no stat is needed.
func nameless(target string) (FDKind, bool) {
	switch {
	case strings.HasPrefix(target, "pipe:["):
		return FDPipe, true
	case strings.HasPrefix(target, "socket:["):
		return FDSocket, true
	case strings.HasPrefix(target, "anon_inode:"):
		return FDAnon, true
	}
	return "", false
}

func fdKind(target string, mode uint32, rdev uint64) FDKind {
	switch mode & unix.S_IFMT {
	case unix.S_IFIFO:
		return FDFifo
	case unix.S_IFSOCK:
		return FDSocket
	case unix.S_IFREG:
		if strings.HasPrefix(target, "/memfd:") {
			return FDAnon
		}
		return FDFile
	case unix.S_IFDIR:
		return FDDir
	case unix.S_IFCHR:
		return deviceKind(unix.Major(rdev), unix.Minor(rdev))
	case unix.S_IFBLK:
		return FDDev
	}
	return FDAnon
}

func deviceKind(major, minor uint32) FDKind {
	switch {
	case major == 1 && minor == 3:
		return FDNull
	case major == 4, major == 5 && minor < 2, major >= 136 && major <= 143, major == 204, major == 229:
		return FDTTY
	}
	return FDDev
}

// ttyName names the controlling terminal from its device number.
func ttyName(nr int) string {
	if nr == 0 {
		return ""
	}
	major, minor := nr>>8&0xfff, nr&0xff|nr>>12&0xfff00
	switch {
	case major >= 136 && major <= 143:
		return "/dev/pts/" + strconv.Itoa((major-136)<<8|minor)
	case major == 4 && minor < 64:
		return "/dev/tty" + strconv.Itoa(minor)
	case major == 4:
		return "/dev/ttyS" + strconv.Itoa(minor-64)
	case major == 5 && minor == 1:
		return "/dev/console"
	}
	return strconv.Itoa(major) + ":" + strconv.Itoa(minor)
}

// sameMost bounds how many descriptors of one file are compared with each other.
const sameMost = 8

// sameFiles finds which descriptors share an open file: only such as are on the
// same file at the same place with the same flags can.
func (r *proc) sameFiles() {
	seen := map[[2]uint64][]int{}
	for i := range r.p.FDs {
		fd := &r.p.FDs[i]
		if fd.Kind == FDGone {
			continue
		}
		fd.SameAs = fd.Num
		key := [2]uint64{fd.Dev, fd.Ino}
		for _, j := range seen[key] {
			other := &r.p.FDs[j]
			if other.Pos != fd.Pos || other.Flags != fd.Flags {
				continue
			}
			if same, ok := kcmpFile(r.pid, other.Num, fd.Num); !ok {
				fd.SameAs = -1
				break
			} else if same {
				fd.SameAs = other.Num
				break
			}
		}
		if fd.SameAs == fd.Num && len(seen[key]) < sameMost {
			seen[key] = append(seen[key], i)
		}
	}
}

func kcmpFile(pid, a, b int) (same, ok bool) {
	const kcmpFileType = 0
	v, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(pid), uintptr(pid), kcmpFileType, uintptr(a), uintptr(b), 0)
	return v == 0, errno == 0
}

// ttySizes asks each terminal for its size, through a descriptor of our own.
func (r *proc) ttySizes() {
	for i := range r.p.FDs {
		fd := &r.p.FDs[i]
		if fd.Kind != FDTTY {
			continue
		}
		if j := slices.IndexFunc(r.p.FDs[:i], func(o FD) bool { return o.Kind == FDTTY && o.Rdev == fd.Rdev }); j >= 0 {
			fd.Rows, fd.Cols = r.p.FDs[j].Rows, r.p.FDs[j].Cols
			continue
		}
		fd.Rows, fd.Cols = r.ttySize(fd.Num)
	}
}

func (r *proc) ttySize(n int) (rows, cols int) {
	fd, err := unix.Openat(r.dir, "fd/"+strconv.Itoa(n), unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, 0
	}
	defer unix.Close(fd)
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0
	}
	return int(size.Row), int(size.Col)
}
