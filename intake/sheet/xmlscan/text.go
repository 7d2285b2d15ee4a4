package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// AppendText adds the text of a Chars token, entities resolved, bytes that are
// no UTF-8 replaced by U+FFFD.
func (s *Scanner) AppendText(dst []byte) []byte {
	if s.raw {
		return appendValid(dst, s.text)
	}
	return appendResolved(dst, s.text)
}

// Attr is the value of an attribute by its local name; empty when it is not there.
func (s *Scanner) Attr(name string) string {
	raw := s.RawAttr(name)
	if bytes.IndexByte(raw, '&') < 0 && utf8.Valid(raw) {
		return string(raw)
	}
	return string(appendResolved(nil, raw))
}

// RawAttr is an attribute as it is written, entities and all. It allocates
// nothing and is valid until the next call of Next.
func (s *Scanner) RawAttr(name string) []byte {
	rest := s.attrs
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		equals := bytes.IndexByte(rest, '=')
		if equals < 0 {
			return nil
		}
		key := local(bytes.TrimRight(rest[:equals], " \t\r\n"))
		rest = bytes.TrimLeft(rest[equals+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		if string(key) == name {
			return rest[1 : 1+end]
		}
		rest = rest[end+2:]
	}
}

func appendResolved(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return appendValid(dst, raw)
		}
		dst = appendValid(dst, raw[:i])
		raw = raw[i:]
		r, n := entity(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[n:]
	}
}

// entity reads a reference at the start of raw; an unknown one stays as written.
func entity(raw []byte) (r rune, size int) {
	end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
	if end < 2 {
		return '&', 1
	}
	switch name := string(raw[1:end]); {
	case name == "amp":
		return '&', end + 1
	case name == "lt":
		return '<', end + 1
	case name == "gt":
		return '>', end + 1
	case name == "quot":
		return '"', end + 1
	case name == "apos":
		return '\'', end + 1
	case name[0] == '#':
		digits, base := name[1:], 10
		if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		if n, err := strconv.ParseInt(digits, base, 32); err == nil && utf8.ValidRune(rune(n)) {
			return rune(n), end + 1
		}
	}
	return '&', 1
}

func appendValid(dst, raw []byte) []byte {
	if utf8.Valid(raw) {
		return append(dst, raw...)
	}
	return append(dst, bytes.ToValidUTF8(raw, []byte("\uFFFD"))...)
}
