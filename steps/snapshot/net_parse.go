package snapshot

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
)

var tcpStates = [...]string{
	1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 4: "FIN_WAIT1", 5: "FIN_WAIT2", 6: "TIME_WAIT",
	7: "CLOSE", 8: "CLOSE_WAIT", 9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING", 12: "NEW_SYN_RECV",
}

// parseInet reads /proc/net/{tcp,tcp6,udp,udp6} and hands on the sockets whose inode is wanted.
func parseInet(b []byte, proto string, wanted map[uint64]int) []Socket {
	var out []Socket
	_, b = cutByte(b, '\n') // the heading
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		var words [10][]byte
		for i := range words {
			words[i], line = field(line)
		}
		inode := unsigned(words[9])
		fd, ok := wanted[inode]
		if !ok || inode == 0 {
			continue
		}
		out = append(out, Socket{
			FD: fd, Proto: proto, Inode: inode,
			Local: endpoint(words[1]), Peer: endpoint(words[2]), State: tcpState(hex(words[3])),
		})
	}
	return out
}

func tcpState(n uint64) string {
	if n > 0 && n < uint64(len(tcpStates)) {
		return tcpStates[n]
	}
	return "state " + strconv.FormatUint(n, 10)
}

// endpoint reads "0100007F:1F90": the address in words of the host's byte
// order, the port as a number. What is no such thing stays as it is.
func endpoint(b []byte) string {
	host, port := cutByte(b, ':')
	if len(host) != 8 && len(host) != 32 || len(port) != 4 {
		return string(b)
	}
	var raw [16]byte
	for i := 0; i < len(host); i += 8 {
		binary.NativeEndian.PutUint32(raw[i/2:], uint32(hex(host[i:i+8])))
	}
	addr, _ := netip.AddrFromSlice(raw[:len(host)/2])
	return netip.AddrPortFrom(addr.Unmap(), uint16(hex(port))).String()
}

// parseUnix reads /proc/net/unix.
func parseUnix(b []byte, wanted map[uint64]int) []Socket {
	var out []Socket
	_, b = cutByte(b, '\n')
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		var words [7][]byte
		for i := range words {
			words[i], line = field(line)
		}
		inode := unsigned(words[6])
		fd, ok := wanted[inode]
		if !ok || inode == 0 {
			continue
		}
		out = append(out, Socket{
			FD: fd, Proto: "unix", Inode: inode,
			Local: string(bytes.TrimPrefix(line, []byte(" "))), State: unixState(hex(words[3]), hex(words[5])),
		})
	}
	return out
}

func unixState(flags, state uint64) string {
	const accepting = 0x10000
	switch {
	case flags&accepting != 0:
		return "LISTEN"
	case state == 3:
		return "CONNECTED"
	case state == 2:
		return "CONNECTING"
	}
	return "UNCONNECTED"
}

// parseLibraries returns the files that are mapped executable, once each, in
// the order of their addresses.
func parseLibraries(b []byte) []string {
	var out []string
	seen := map[string]bool{}
	for len(b) > 0 {
		var line []byte
		line, b = cutByte(b, '\n')
		_, rest := field(line)
		mode, rest := field(rest)
		slash := bytes.IndexByte(rest, '/')
		if slash < 0 || len(mode) < 3 || mode[2] != 'x' {
			continue
		}
		if path := string(bytes.TrimSuffix(rest[slash:], []byte(deletedMark))); !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	return out
}

// parseSyscall reads /proc/PID/syscall: "0 0x3 0x7ff...", "running" or "-1 ...".
func parseSyscall(b []byte) (nr int64, args [6]uint64, in bool) {
	word, rest := field(b)
	if len(word) == 0 || digit(word[0]) > 9 {
		return 0, args, false
	}
	for i := range args {
		var arg []byte
		arg, rest = field(rest)
		args[i] = hex(bytes.TrimPrefix(arg, []byte("0x")))
	}
	return number(word), args, true
}

// deletedMark is what the kernel puts behind the name of a file that is gone.
const deletedMark = " (deleted)"
