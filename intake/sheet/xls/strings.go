package xls

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// segments reads over the parts into which CONTINUE records cut long data.
type segments struct {
	parts [][]byte
}

// collect gathers a record and the CONTINUE records behind it.
func collect(stream []byte, r record) (s segments, next int) {
	s.parts = append(s.parts, r.data)
	for next = r.next; ; {
		more, ok := recordAt(stream, next)
		if !ok || more.kind != recContinue {
			return s, next
		}
		s.parts = append(s.parts, more.data)
		next = more.next
	}
}

// current drops read parts; false when nothing is left.
func (s *segments) current() bool {
	for len(s.parts) > 0 && len(s.parts[0]) == 0 {
		s.parts = s.parts[1:]
	}
	return len(s.parts) > 0
}

func (s *segments) take(n int) ([]byte, bool) {
	var taken []byte
	for n > 0 {
		if !s.current() {
			return nil, false
		}
		k := min(n, len(s.parts[0]))
		if taken == nil && k == n {
			taken = s.parts[0][:k:k]
		} else {
			taken = append(taken, s.parts[0][:k]...)
		}
		s.parts[0] = s.parts[0][k:]
		n -= k
	}
	return taken, true
}

func (s *segments) skip(n int) bool {
	for n > 0 {
		if !s.current() {
			return false
		}
		k := min(n, len(s.parts[0]))
		s.parts[0] = s.parts[0][k:]
		n -= k
	}
	return true
}

func (s *segments) u8() (int, bool) {
	b, ok := s.take(1)
	if !ok {
		return 0, false
	}
	return int(b[0]), true
}

func (s *segments) u16() (int, bool) {
	b, ok := s.take(2)
	if !ok {
		return 0, false
	}
	return int(binary.LittleEndian.Uint16(b)), true
}

// The option bits of a BIFF8 string.
const (
	wide    = 0x01 // two bytes a character
	asian   = 0x04 // phonetic data follows
	richRun = 0x08 // formatting runs follow
)

// unicode reads a BIFF8 string whose length in characters is known. Where a
// CONTINUE record cuts the characters, it begins with a new option byte.
func (s *segments) unicode(length int) (string, bool) {
	options, ok := s.u8()
	if !ok {
		return "", false
	}
	runs, phonetic := 0, 0
	if options&richRun != 0 {
		if runs, ok = s.u16(); !ok {
			return "", false
		}
	}
	if options&asian != 0 {
		size, ok := s.take(4)
		if !ok {
			return "", false
		}
		phonetic = int(binary.LittleEndian.Uint32(size))
	}
	text, ok := s.characters(length, options&wide != 0)
	return text, ok && s.skip(runs*4+phonetic)
}

func (s *segments) characters(length int, isWide bool) (string, bool) {
	var units []uint16
	narrow := make([]byte, 0, min(length, 256))
	for cut := false; length > 0; cut = true {
		if !s.current() {
			return "", false
		}
		if cut {
			options, _ := s.u8()
			isWide = options&wide != 0
			if !s.current() {
				return "", false
			}
		}
		size := 1
		if isWide {
			size = 2
		}
		n := min(length, len(s.parts[0])/size)
		if n == 0 { // half a character before the cut
			return "", false
		}
		chunk := s.parts[0][:n*size]
		s.parts[0] = s.parts[0][n*size:]
		length -= n
		units, narrow = appendUnits(units, narrow, chunk, isWide)
	}
	if units == nil {
		return latin(narrow), true
	}
	return string(utf16.Decode(units)), true
}

// appendUnits adds characters: to narrow while all were of one byte, else to units.
func appendUnits(units []uint16, narrow, chunk []byte, isWide bool) ([]uint16, []byte) {
	if !isWide && units == nil {
		return nil, append(narrow, chunk...)
	}
	if units == nil {
		units = make([]uint16, 0, len(narrow)+len(chunk))
		for _, c := range narrow {
			units = append(units, uint16(c))
		}
	}
	if !isWide {
		for _, c := range chunk {
			units = append(units, uint16(c))
		}
		return units, nil
	}
	for i := 0; i+1 < len(chunk); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(chunk[i:]))
	}
	return units, nil
}

// latin decodes characters of one byte: the low half of Unicode.
func latin(b []byte) string {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			out := append([]byte(nil), b[:i]...)
			for _, c := range b[i:] {
				out = utf8.AppendRune(out, rune(c))
			}
			return string(out)
		}
	}
	return string(b)
}

// ansi decodes a BIFF5 string: GBK, whatever code page the file names, since
// Chinese programs name the wrong one.
func ansi(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return latin(b)
	}
	return string(text)
}
