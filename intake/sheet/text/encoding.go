// Package text reads tables that are plain text: csv and its relatives, in
// whatever encoding and with whatever separator an office program or a system
// wrote them.
package text

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ErrEncoding is a file that is neither UTF-8 nor UTF-16 nor GB18030. To guess
// would store nonsense.
var ErrEncoding = errors.New("text: unknown encoding")

// Encoding is how a file writes its characters.
type Encoding struct {
	Name string
	// Damaged is how many bytes of the file are not valid in it. They are
	// read as U+FFFD.
	Damaged int
	decode  encoding.Encoding // nil for UTF-8
}

// A file with damaged bytes is still taken for the encoding that fits best
// when there are at least so many good characters beyond ASCII for each of them.
const maxDamage = 200

// minCommon is the share of GB2312 among the characters of a GB18030 file:
// UTF-8 that is read as GB18030 is formally valid, but looks rare.
const minCommon = 0.75

// Detect finds the encoding of a whole file: by its byte order mark, by the
// zero bytes of UTF-16, else by which of UTF-8 and GB18030 it is valid in. A
// short file of Chinese is rarely valid in both, and then it is UTF-8.
func Detect(r io.Reader) (Encoding, error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Encoding{}, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), zeros(head, 1):
		return Encoding{Name: "UTF-16LE", decode: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)}, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")), zeros(head, 0):
		return Encoding{Name: "UTF-16BE", decode: unicode.UTF16(unicode.BigEndian, unicode.UseBOM)}, nil
	case bytes.IndexByte(head, 0) >= 0:
		return Encoding{}, ErrEncoding
	}
	return weigh(io.MultiReader(bytes.NewReader(head), r))
}

// zeros reports whether every second byte, from offset on, is mostly zero and
// the others are not: UTF-16 without a mark. Chinese alone has no zeros, but a
// table has separators and line ends.
func zeros(head []byte, offset int) bool {
	if len(head) < 4 || len(head)%2 != 0 && len(head) < 64<<10 {
		return false
	}
	here, there := 0, 0
	for i, c := range head {
		switch {
		case c != 0:
		case i%2 == offset:
			here++
		default:
			there++
		}
	}
	return there == 0 && here > len(head)/64
}

func weigh(r io.Reader) (Encoding, error) {
	var utf, gb validity
	utf.next, gb.next = nextUTF8, nextGB18030
	buf := make([]byte, 0, 256<<10)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		atEOF := errors.Is(err, io.EOF)
		if err != nil && !atEOF {
			return Encoding{}, err
		}
		utf.feed(buf, atEOF)
		gb.feed(buf, atEOF)
		if atEOF {
			break
		}
		buf = buf[:0]
	}
	switch {
	case utf.bad*maxDamage <= utf.good:
		return Encoding{Name: "UTF-8", Damaged: utf.bad}, nil
	case gb.bad*maxDamage <= gb.good && float64(gb.common) >= minCommon*float64(gb.good):
		return Encoding{Name: "GB18030", Damaged: gb.bad, decode: simplifiedchinese.GB18030}, nil
	}
	return Encoding{}, ErrEncoding
}

// validity counts the characters beyond ASCII of a stream, good and bad, in one
// encoding. What a buffer cuts is kept for the next.
type validity struct {
	next func(b []byte) (size int, ok, cut bool)
	kept []byte
	// common counts the good ones that lie in GB2312.
	good, bad, common int
}

func (v *validity) feed(b []byte, atEOF bool) {
	for len(v.kept) > 0 && len(b) > 0 { // at most three bytes of one character
		v.kept = append(v.kept, b[0])
		b = b[1:]
		if size, ok, cut := v.next(v.kept); !cut {
			v.count(v.kept, ok)
			b = append(append([]byte(nil), v.kept[size:]...), b...)
			v.kept = nil
		}
	}
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		size, ok, cut := v.next(b[i:])
		if cut {
			v.kept = append(v.kept, b[i:]...)
			break
		}
		v.count(b[i:], ok)
		i += size
	}
	if atEOF && len(v.kept) > 0 {
		v.count(v.kept, false)
	}
}

func (v *validity) count(char []byte, ok bool) {
	if !ok {
		v.bad++
		return
	}
	v.good++
	if lead := char[0]; char[1] >= 0xA1 && (lead >= 0xB0 && lead <= 0xF7 || lead >= 0xA1 && lead <= 0xA9) {
		v.common++
	}
}

func nextUTF8(b []byte) (size int, ok, cut bool) {
	if !utf8.FullRune(b) {
		return 0, false, true
	}
	r, size := utf8.DecodeRune(b)
	return size, r != utf8.RuneError || size > 1, false
}

// nextGB18030 measures a character of two or four bytes.
func nextGB18030(b []byte) (size int, ok, cut bool) {
	if b[0] == 0x80 || b[0] == 0xFF {
		return 1, false, false
	}
	if len(b) < 2 {
		return 0, false, true
	}
	switch second := b[1]; {
	case second >= 0x40 && second <= 0xFE && second != 0x7F:
		return 2, true, false
	case second < 0x30 || second > 0x39:
		return 1, false, false
	}
	if len(b) < 4 {
		return 0, false, true
	}
	if b[2] < 0x81 || b[2] == 0xFF || b[3] < 0x30 || b[3] > 0x39 {
		return 1, false, false
	}
	return 4, true, false
}

// Reader decodes a file to UTF-8, without a byte order mark.
func (e Encoding) Reader(r io.Reader) io.Reader {
	if e.decode == nil {
		return transform.NewReader(r, unicode.UTF8BOM.NewDecoder())
	}
	return transform.NewReader(r, unicode.BOMOverride(e.decode.NewDecoder()))
}
