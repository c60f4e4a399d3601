package snapshot

import (
	"path"
	"strconv"
	"strings"

	"casebook/steps/fact"
)

var stdioKinds = [3]fact.Kind{fact.Stdin, fact.Stdout, fact.Stderr}

// closed is what a standard stream is where its descriptor is not open.
const closed = "closed"

func (l *lister) fd(n int) *FD {
	for i := range l.p.FDs {
		if l.p.FDs[i].Num == n {
			return &l.p.FDs[i]
		}
	}
	return nil
}

func (l *lister) stdio() {
	for n, kind := range stdioKinds {
		l.unless("fd", kind, "", func() {
			fd := l.fd(n)
			if fd == nil {
				l.add(kind, "", closed)
				return
			}
			l.unless("fd "+strconv.Itoa(n), kind, "", func() { l.add(kind, "", l.stream(fd)) })
		})
	}
}

// stream is what a standard stream is, in words.
func (l *lister) stream(fd *FD) string {
	words := ""
	switch fd.Kind {
	case FDTTY:
		words = "tty"
		if fd.Cols > 0 {
			words += " " + strconv.Itoa(fd.Cols) + "x" + strconv.Itoa(fd.Rows)
		}
	case FDPipe:
		words = "pipe"
		if d := l.t.drainage(fd.Num); fd.Num > 0 && d != DrainUnknown {
			words += ", " + string(d)
		}
	case FDFifo:
		words = "fifo " + l.m.Text(fd.Target)
	case FDFile, FDDir, FDDev:
		words = string(fd.Kind) + " " + l.m.Text(fd.Target)
		if fd.Deleted {
			words = string(fd.Kind) + ", deleted"
		}
		if fd.Flags > 0 && fd.Flags&flagAppend != 0 {
			words += " (append)"
		}
	default:
		words = string(fd.Kind)
	}
	if fd.Num == 2 && fd.SameAs == 1 && fd.Kind != FDNull {
		words += ", same as stdout"
	}
	if !fd.opens(fd.Num == 0) && fd.Flags >= 0 {
		words += ", " + fd.mode() + " only"
	}
	return words
}

// descriptors adds fds from 3 on, and the flags of all.
func (l *lister) descriptors() {
	for i := range l.p.FDs {
		fd := &l.p.FDs[i]
		num := strconv.Itoa(fd.Num)
		if fd.Num > 2 {
			l.unless("fd "+num, fact.FD, num, func() { l.add(fact.FD, num, l.descriptor(fd)) })
		}
		if fd.Flags >= 0 {
			if words := flagWords(fd); fd.Num <= 2 || words != "blocking" {
				l.add(fact.FDFlags, num, words)
			}
		}
	}
}

func flagWords(fd *FD) string {
	words := "blocking"
	if fd.Flags&flagNonblock != 0 {
		words = "non-blocking"
	}
	if fd.Flags&flagAppend != 0 {
		words += ", append"
	}
	return words
}

// descriptor is what an fd from 3 on is, in words.
func (l *lister) descriptor(fd *FD) string {
	words := string(fd.Kind)
	switch fd.Kind {
	case FDFile, FDDir, FDFifo, FDDev:
		words += " " + l.m.Text(fd.Target)
		if fd.Deleted {
			words = string(fd.Kind) + ", deleted"
		}
	case FDAnon:
		name := strings.TrimPrefix(fd.Target, "anon_inode:")
		words = "anon " + strings.Trim(path.Base(name), "[]")
	}
	words += " (" + fd.mode() + ")"
	if len(fd.Locks) > 0 {
		words += ", locked: " + strings.Join(fd.Locks, "; ")
	}
	if fd.SameAs >= 0 && fd.SameAs < fd.Num && fd.SameAs <= 2 {
		words += ", same as " + string(stdioKinds[fd.SameAs])
	}
	return words
}
