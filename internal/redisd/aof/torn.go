package aof

import (
	"bytes"
	"strconv"
)

// Torn says whether rest, what follows the sound part of a log, is no more than
// one write that did not reach the disk whole: complete commands (of a
// transaction without its end), then at most a piece of one, then zeros. A
// complete command behind a damaged place means that acknowledged records may
// follow it.
func Torn(rest []byte) bool {
	rest = bytes.TrimRight(rest, "\x00")
	for {
		n, whole := command(rest)
		if !whole {
			break
		}
		if bytes.EqualFold(rest[:n], []byte("*1\r\n$4\r\nEXEC\r\n")) {
			return false
		}
		rest = rest[n:]
	}
	for i := 1; i < len(rest); i++ {
		at := bytes.Index(rest[i:], []byte("\r\n*"))
		if at < 0 {
			return true
		}
		i += at
		if _, whole := command(rest[i+2:]); whole {
			return false
		}
	}
	return true
}

// command measures the complete command at the start of b.
func command(b []byte) (size int, whole bool) {
	n, at, ok := number(b, 0, '*')
	if !ok || n < 1 || n > 1<<20 {
		return 0, false
	}
	for range n {
		var length int
		if length, at, ok = number(b, at, '$'); !ok {
			return 0, false
		}
		if length < 0 || length > len(b)-at-2 || b[at+length] != '\r' || b[at+length+1] != '\n' {
			return 0, false
		}
		at += length + 2
	}
	return at, true
}

// number reads a mark, digits and a line end at b[at:].
func number(b []byte, at int, mark byte) (n, next int, ok bool) {
	if at >= len(b) || b[at] != mark {
		return 0, 0, false
	}
	end := bytes.Index(b[at:min(len(b), at+24)], []byte("\r\n"))
	if end < 0 {
		return 0, 0, false
	}
	n, err := strconv.Atoi(string(b[at+1 : at+end]))
	return n, at + end + 2, err == nil
}
