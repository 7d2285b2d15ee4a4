package record

import (
	"cmp"
	"encoding/binary"
	"errors"
	"time"

	"huiyin/ticket"
)

// FactSize is the length of a packed fact: five words of 64 bits.
//
//	0  ID 60, state 4
//	1  category 12, lead 12, county 12, channel 3, kind 3, urgency 2, supervision 2,
//	   secrecy 2, co-units 4, bounces 4, redos 4, returned 1, spare 3
//	2  caller 32, received 22, urged 4, substantiated 2, spare 3, used 1
//	3  close due 31, met 31, responded 2
//	4  closed 31, minutes 16, solved 2, satisfied 2, flags 13
//
// Received counts seconds in its month, the other times seconds since then.
const FactSize = 40

type bitWriter struct {
	word uint64
	used uint
}

func (b *bitWriter) put(bits uint, v uint64) *bitWriter {
	b.word = b.word<<bits | v&(1<<bits-1)
	b.used += bits
	return b
}

func (b *bitWriter) rest() uint64 { return b.word << (64 - b.used) }

type bitReader struct {
	word uint64
	left uint
}

func (b *bitReader) get(bits uint) uint64 {
	b.left -= bits
	return b.word >> b.left & (1<<bits - 1)
}

// Numbers gives units and counties the numbers under which facts hold them.
type Numbers interface {
	Of(word string) uint64
	Word(number uint64) (word string, known bool)
}

// PackFact packs a fact whose words the dictionary has numbered. Times keep
// whole seconds; what was settled before it was due stays before.
func PackFact(numbers Numbers, f ticket.Fact, secrecy ticket.Secrecy) []byte {
	received := f.ReceivedAt.Unix()
	due := since(f.CloseDue, received)
	var w [5]bitWriter
	w[0].put(60, f.ID.Bits()>>4).put(4, stateWords.bits(string(f.State)))
	w[1].put(12, categoryNumber(f.Category)).put(12, numbers.Of(f.Lead)).put(12, numbers.Of(f.County)).
		put(3, channelWords.bits(string(f.Channel))).put(3, kindWords.bits(string(f.Kind))).
		put(2, urgencyWords.bits(string(f.Urgency))).put(2, supervisionWords.bits(string(f.Supervision))).
		put(2, uint64(secrecy)).put(4, small(f.CoUnits)).put(4, small(f.Bounces)).put(4, small(f.Redos)).put(1, bit(f.Returned))
	w[2].put(32, uint64(f.CallerKey)).put(22, uint64(received-monthStart(f.ReceivedAt))).
		put(4, small(f.Urged)).put(2, triBits[f.Substantiated]).put(3, 0).put(1, 1)
	w[3].put(31, due).put(31, settled(f.MetAt, f.CloseDue, received)).put(2, triBits[f.Responded])
	w[4].put(31, settled(f.ClosedAt, f.CloseDue, received)).put(16, uint64(min(f.WorkMinutes, 1<<16-1))).
		put(2, triBits[f.Solved]).put(2, triBits[f.Satisfied])
	for _, flag := range factFlags(&f) {
		w[4].put(1, bit(*flag))
	}
	b := make([]byte, 0, FactSize)
	for i := range w {
		b = binary.BigEndian.AppendUint64(b, w[i].rest())
	}
	return b
}

func factFlags(f *ticket.Fact) []*bool {
	return []*bool{
		&f.Replied, &f.Contacted, &f.Notified, &f.Confidential, &f.Auto, &f.Extended, &f.Excluded,
		&f.Sample, &f.Mediated, &f.CallbackDue, &f.CalledBack, &f.Unreachable, &f.Risk,
	}
}

func bit(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
}

func small(n int) uint64 { return uint64(max(0, min(n, 15))) }

func monthStart(t time.Time) int64 { return ticket.MonthOf(t).Start().Unix() }

func since(t time.Time, received int64) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(max(1, t.Unix()-received+1))
}

// settled keeps the order of a time and the due time where both fall into the
// same second.
func settled(t, due time.Time, received int64) uint64 {
	n := since(t, received)
	if n > 1 && t.Before(due) && n == since(due, received) {
		n--
	}
	return n
}

func categoryNumber(code string) uint64 {
	if !ticket.ValidCategoryCode(code) {
		return 0
	}
	return uint64(code[0]-'A')*100 + uint64(code[1]-'0')*10 + uint64(code[2]-'0') + 1
}

func categoryCode(n uint64) string {
	if n == 0 || n > 2600 {
		return ""
	}
	n--
	return string([]byte{'A' + byte(n/100), '0' + byte(n/10%10), '0' + byte(n%10)})
}

// errNoFact marks a gap: a record that no ticket has written.
var errNoFact = errors.New("no fact")

// UnpackFact is the inverse of PackFact. A number that the dictionary does not
// know yet is reported in unknown.
func UnpackFact(numbers Numbers, b []byte, start time.Time) (f ticket.Fact, secrecy ticket.Secrecy, unknown bool, err error) {
	var w [5]bitReader
	for i := range w {
		w[i] = bitReader{word: binary.BigEndian.Uint64(b[i*8:]), left: 64}
	}
	f.ID = ticket.IDFromBits(w[0].get(60) << 4)
	f.State = ticket.State(stateWords.at(w[0].get(4)))
	f.Category = categoryCode(w[1].get(12))
	var knownLead, knownCounty bool
	f.Lead, knownLead = numbers.Word(w[1].get(12))
	f.County, knownCounty = numbers.Word(w[1].get(12))
	f.Channel, f.Kind = ticket.Channel(channelWords.at(w[1].get(3))), ticket.Kind(kindWords.at(w[1].get(3)))
	f.Urgency = ticket.Urgency(urgencyWords.at(w[1].get(2)))
	f.Supervision = ticket.Supervision(supervisionWords.at(w[1].get(2)))
	secrecy = ticket.Secrecy(w[1].get(2))
	f.CoUnits, f.Bounces, f.Redos = int(w[1].get(4)), int(w[1].get(4)), int(w[1].get(4))
	f.Returned = w[1].get(1) == 1
	f.CallerKey = uint32(w[2].get(32))
	f.ReceivedAt = start.Add(time.Duration(w[2].get(22)) * time.Second).UTC()
	f.Urged, f.Substantiated = int(w[2].get(4)), triOf(w[2].get(2))
	if w[2].get(3); w[2].get(1) == 0 {
		return f, secrecy, false, errNoFact
	}
	f.CloseDue, f.MetAt, f.Responded = after(&w[3], f.ReceivedAt), after(&w[3], f.ReceivedAt), triOf(w[3].get(2))
	f.ClosedAt, f.WorkMinutes = after(&w[4], f.ReceivedAt), int(w[4].get(16))
	f.Solved, f.Satisfied = triOf(w[4].get(2)), triOf(w[4].get(2))
	for _, flag := range factFlags(&f) {
		*flag = w[4].get(1) == 1
	}
	return f, secrecy, !knownLead || !knownCounty, nil
}

func after(b *bitReader, received time.Time) time.Time {
	n := b.get(31)
	if n == 0 {
		return time.Time{}
	}
	return received.Add(time.Duration(n-1) * time.Second)
}

// FactPlace is where a record stands in the order of receipt. IDs sort as their bits.
type FactPlace struct {
	received, id uint64
	Record       []byte
}

// Compare orders by receipt, then by ID.
func (a FactPlace) Compare(b FactPlace) int {
	return cmp.Or(cmp.Compare(a.received, b.received), cmp.Compare(a.id, b.id))
}

// PlaceOf reads the place of a packed fact.
func PlaceOf(record []byte) FactPlace {
	received := bitReader{word: binary.BigEndian.Uint64(record[16:]), left: 32}
	return FactPlace{received: received.get(22), id: binary.BigEndian.Uint64(record), Record: record}
}
