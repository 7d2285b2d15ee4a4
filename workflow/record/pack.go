// Package record is how a ticket is written in bytes: words by number, events,
// body, progress, facts and changes, the shelf of finished tickets, and the hash
// chain over a history. What is packed twice gives the same bytes, and whatever
// bytes are given, reading ends with a value or an error.
package record

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
)

// packer writes the store's records: whole numbers as varints, texts with
// their length, words by number. What is packed twice gives the same bytes.
type packer struct{ b []byte }

func (p *packer) uint(v uint64) { p.b = binary.AppendUvarint(p.b, v) }
func (p *packer) int(v int64)   { p.b = binary.AppendVarint(p.b, v) }

func (p *packer) text(s string) {
	p.uint(uint64(len(s)))
	p.b = append(p.b, s...)
}

func (p *packer) word(list *words, s string) {
	code := list.code[s]
	p.uint(code)
	if code == 0 {
		p.text(s)
	}
}

func (p *packer) flags(flags ...bool) {
	var v uint64
	for i, f := range flags {
		if f {
			v |= 1 << i
		}
	}
	p.uint(v)
}

// time writes an instant as milliseconds after a base; zero stays zero.
func (p *packer) time(t, base time.Time) {
	if t.IsZero() {
		p.uint(0)
		return
	}
	ms := t.UnixMilli() - base.UnixMilli()
	p.uint(1 + uint64(ms<<1^ms>>63))
}

// decimal writes a number to four places.
func (p *packer) decimal(v float64) { p.int(int64(math.Round(v * 10000))) }

// token writes a text that is often hex, such as a UUID or a fingerprint, in
// half the bytes.
func (p *packer) token(s string) {
	if raw, ok := unhex(s); ok {
		p.uint(uint64(len(raw))<<2 | 1)
		p.b = append(p.b, raw...)
		return
	}
	if raw, ok := unuuid(s); ok {
		p.uint(uint64(len(raw))<<2 | 2)
		p.b = append(p.b, raw...)
		return
	}
	p.uint(uint64(len(s)) << 2)
	p.b = append(p.b, s...)
}

// unhex reads a text of small hexadecimal digits, two a byte.
func unhex(s string) ([]byte, bool) {
	if s == "" || len(s)%2 != 0 {
		return nil, false
	}
	raw := make([]byte, len(s)/2)
	for i := range raw {
		high, low := hexDigits[s[2*i]], hexDigits[s[2*i+1]]
		if high < 0 || low < 0 {
			return nil, false
		}
		raw[i] = byte(high<<4 | low)
	}
	return raw, true
}

// hexDigits are the values of the digits, -1 for all other bytes.
var hexDigits = func() (digits [256]int16) {
	for i := range digits {
		digits[i] = int16(strings.IndexByte("0123456789abcdef", byte(i)))
	}
	return digits
}()

func unuuid(s string) ([]byte, bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return nil, false
	}
	return unhex(s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:])
}

func uuidText(raw []byte) string {
	s := hex.EncodeToString(raw)
	if len(s) != 32 {
		return s
	}
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// pairs writes a map in the order of its keys.
func (p *packer) pairs(keys *words, m map[string]string) {
	var room [8]string
	names := room[:0]
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	p.uint(uint64(len(names)))
	for _, k := range names {
		p.word(keys, k)
		p.word(valueWords, m[k])
	}
}

// unpacker reads what packer wrote. After a fault it reads zeros and bad is set;
// it never reads beyond its bytes, whatever they are.
type unpacker struct {
	b   []byte
	bad bool
}

func (u *unpacker) uint() uint64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[n:]
	return v
}

func (u *unpacker) int() int64 {
	v, n := binary.Varint(u.b)
	if n <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[n:]
	return v
}

func (u *unpacker) bytes(n uint64) []byte {
	if n > uint64(len(u.b)) {
		u.bad, u.b = true, nil
		return nil
	}
	taken := u.b[:n]
	u.b = u.b[n:]
	return taken
}

func (u *unpacker) text() string { return string(u.bytes(u.uint())) }

func (u *unpacker) word(list *words) string {
	code := u.uint()
	switch {
	case code == 0:
		return u.text()
	case code > uint64(len(list.list)):
		u.bad = true
		return ""
	}
	return list.list[code-1]
}

func (u *unpacker) flags(flags ...*bool) {
	v := u.uint()
	for i, f := range flags {
		*f = v&(1<<i) != 0
	}
}

func (u *unpacker) time(base time.Time) time.Time {
	v := u.uint()
	if v == 0 {
		return time.Time{}
	}
	v--
	ms := int64(v>>1) ^ -int64(v&1)
	return time.UnixMilli(base.UnixMilli() + ms).UTC()
}

func (u *unpacker) decimal() float64 { return float64(u.int()) / 10000 }

func (u *unpacker) token() string {
	head := u.uint()
	raw := u.bytes(head >> 2)
	switch head & 3 {
	case 1:
		return hex.EncodeToString(raw)
	case 2:
		return uuidText(raw)
	}
	return string(raw)
}

// count reads how many records follow, each of at least one byte.
func (u *unpacker) count() int {
	n := u.uint()
	if n > uint64(len(u.b)) {
		u.bad, u.b = true, nil
		return 0
	}
	return int(n)
}

func (u *unpacker) pairs(keys *words) map[string]string {
	n := u.count()
	if n == 0 {
		return nil
	}
	m := make(map[string]string, n)
	for range n {
		k := u.word(keys)
		m[k] = u.word(valueWords)
	}
	return m
}

// done reports a fault, or bytes left over.
func (u *unpacker) done(what string) error {
	if u.bad || len(u.b) > 0 {
		return Malformed(what)
	}
	return nil
}

// epoch is the base of instants that stand alone.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Formats of an event. The second ends with the digest of what was asked.
const (
	packedEvent = 1
	packedAsked = 2
)

// PackEvent gives the bytes that the chain covers. Seq and hashes are not in
// them: the place in the history says the first, the chain computes the others.
func PackEvent(e *ticket.Event) []byte {
	p := packer{b: make([]byte, 0, 112)}
	if e.Asked == 0 {
		p.uint(packedEvent)
	} else {
		p.uint(packedAsked)
	}
	p.time(e.At, epoch)
	word(&p, stepWords, e.Step)
	word(&p, stateWords, e.From)
	word(&p, stateWords, e.To)
	p.text(e.Actor)
	p.text(e.Name)
	word(&p, roleWords, e.Role)
	p.text(e.Unit)
	p.token(e.Request)
	p.pairs(fieldWords, e.Fields)
	if e.Asked != 0 {
		p.uint(uint64(e.Asked))
	}
	return p.b
}

// UnpackEvent is the inverse of PackEvent, without Seq and hashes.
func UnpackEvent(b []byte) (ticket.Event, error) {
	u := unpacker{b: b}
	format := u.uint()
	if format != packedEvent && format != packedAsked {
		return ticket.Event{}, Malformed("event format")
	}
	e := ticket.Event{
		At: u.time(epoch), Step: wordOf[ticket.Step](&u, stepWords),
		From: wordOf[ticket.State](&u, stateWords), To: wordOf[ticket.State](&u, stateWords),
		Actor: u.text(), Name: u.text(), Role: wordOf[ticket.Role](&u, roleWords), Unit: u.text(),
		Request: u.token(), Fields: u.pairs(fieldWords),
	}
	if format == packedAsked {
		asked := u.uint()
		if e.Asked = uint32(asked); asked == 0 || asked>>askedBits != 0 {
			return ticket.Event{}, Malformed("event digest")
		}
	}
	return e, u.done("event")
}
