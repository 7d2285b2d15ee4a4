package workflow

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// FactOf draws a ticket's fact from its history.
func FactOf(p *Policy, t *ticket.Ticket) ticket.Fact {
	f := ticket.Fact{
		ID: t.ID, Channel: t.Channel, Kind: t.Kind, Category: t.Category, Lead: t.Lead, County: t.County,
		State: t.State, CoUnits: len(t.Co), CallerKey: callerNumber(t.CallerKey),
		ReceivedAt: t.ReceivedAt, ClosedAt: t.ClosedAt, Replied: !t.RepliedAt.IsZero(),
		Urgency: t.Urgency, Supervision: t.Supervision,
		Confidential: t.Confidential, Auto: t.Auto, Extended: t.Extended, Excluded: t.Excluded,
		Sample: t.Sample, Mediated: t.Mediated, Bounces: t.Bounces, Redos: t.Redos, Urged: t.Urged,
		CallbackDue: t.CallbackDue, Responded: t.Responded, Solved: t.Solved, Satisfied: t.Satisfied,
		Substantiated: t.Substantiated, Risk: len(t.Verdict.Risks) > 0,
	}
	if due, ok := t.Due(ticket.ClockClose); ok {
		f.CloseDue, f.MetAt = due.At, due.MetAt
	}
	var dispatched time.Time
	for i := range t.Events {
		e := &t.Events[i]
		if e.To == ticket.Dispatched && dispatched.IsZero() {
			dispatched = e.At
		}
		switch e.Step {
		case StepContact:
			f.Contacted = true
		case StepReply:
			f.Notified = e.Fields["told_at"] != ""
		case StepRecordCallback:
			f.Unreachable = e.Fields["unreachable"] == yes
			f.CalledBack = !f.Unreachable
		case StepRedo:
			f.CalledBack, f.Unreachable = false, false
		}
	}
	if f.Replied && !dispatched.IsZero() {
		f.WorkMinutes = int(p.Calendar.Working(dispatched, t.RepliedAt) / time.Minute)
	}
	return f
}

func callerNumber(fingerprint string) uint32 {
	if len(fingerprint) < 8 {
		return 0
	}
	n, _ := strconv.ParseUint(fingerprint[:8], 16, 32)
	return uint32(n)
}

// factSize is the length of a packed fact: five words of 64 bits.
//
//	0  ID 60, state 4
//	1  category 12, lead 12, county 12, channel 3, kind 3, urgency 2, supervision 2,
//	   secrecy 2, co-units 4, bounces 4, redos 4, spare 4
//	2  caller 32, received 22, urged 4, substantiated 2, spare 3, used 1
//	3  close due 31, met 31, responded 2
//	4  closed 31, minutes 16, solved 2, satisfied 2, flags 13
//
// Received counts seconds in its month, the other times seconds since then.
const factSize = 40

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

// packFact packs a fact whose words the dictionary has numbered. Times keep
// whole seconds; what was settled before it was due stays before.
func (s *Store) packFact(f ticket.Fact, secrecy Secrecy) []byte {
	received := f.ReceivedAt.Unix()
	due := since(f.CloseDue, received)
	var w [5]bitWriter
	w[0].put(60, f.ID.Bits()>>4).put(4, stateWords.bits(string(f.State)))
	w[1].put(12, categoryNumber(f.Category)).put(12, s.codes.of(f.Lead)).put(12, s.codes.of(f.County)).
		put(3, channelWords.bits(string(f.Channel))).put(3, kindWords.bits(string(f.Kind))).
		put(2, urgencyWords.bits(string(f.Urgency))).put(2, supervisionWords.bits(string(f.Supervision))).
		put(2, uint64(secrecy)).put(4, small(f.CoUnits)).put(4, small(f.Bounces)).put(4, small(f.Redos))
	w[2].put(32, uint64(f.CallerKey)).put(22, uint64(received-monthStart(f.ReceivedAt))).
		put(4, small(f.Urged)).put(2, triBits[f.Substantiated]).put(3, 0).put(1, 1)
	w[3].put(31, due).put(31, settled(f.MetAt, f.CloseDue, received)).put(2, triBits[f.Responded])
	w[4].put(31, settled(f.ClosedAt, f.CloseDue, received)).put(16, uint64(min(f.WorkMinutes, 1<<16-1))).
		put(2, triBits[f.Solved]).put(2, triBits[f.Satisfied])
	for _, flag := range factFlags(&f) {
		w[4].put(1, map[bool]uint64{true: 1}[*flag])
	}
	b := make([]byte, 0, factSize)
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

// unpackFact is the inverse of packFact. A number that the dictionary does not
// know yet is reported in unknown.
func (s *Store) unpackFact(b []byte, start time.Time) (f ticket.Fact, secrecy Secrecy, unknown bool, err error) {
	var w [5]bitReader
	for i := range w {
		w[i] = bitReader{word: binary.BigEndian.Uint64(b[i*8:]), left: 64}
	}
	f.ID = ticket.IDFromBits(w[0].get(60) << 4)
	f.State = ticket.State(stateWords.at(w[0].get(4)))
	f.Category = categoryCode(w[1].get(12))
	var knownLead, knownCounty bool
	f.Lead, knownLead = s.codes.word(w[1].get(12))
	f.County, knownCounty = s.codes.word(w[1].get(12))
	f.Channel, f.Kind = ticket.Channel(channelWords.at(w[1].get(3))), ticket.Kind(kindWords.at(w[1].get(3)))
	f.Urgency = ticket.Urgency(urgencyWords.at(w[1].get(2)))
	f.Supervision = ticket.Supervision(supervisionWords.at(w[1].get(2)))
	secrecy = Secrecy(w[1].get(2))
	f.CoUnits, f.Bounces, f.Redos = int(w[1].get(4)), int(w[1].get(4)), int(w[1].get(4))
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

// Facts are the facts of the tickets received in a month, in the order of
// receipt, without those that are hidden as clues. Errors are *ticket.Refusal.
func (s *Store) Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error) {
	return s.facts(ctx, m, func(secrecy Secrecy) bool { return secrecy == Visible })
}

func (s *Store) facts(ctx context.Context, m ticket.Month, include func(Secrecy) bool) ([]ticket.Fact, error) {
	pipe := s.rdb.Pipeline()
	records := make([]*redis.StringCmd, s.partitions)
	for p := range records {
		records[p] = pipe.Get(ctx, factsKey(p, m))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, refused("", err)
	}
	var order []factPlace
	for _, r := range records {
		b, err := r.Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, refused("", err)
		}
		for ; len(b) >= factSize; b = b[factSize:] {
			order = append(order, placeOf(b[:factSize]))
		}
	}
	slices.SortFunc(order, func(a, b factPlace) int {
		return cmp.Or(cmp.Compare(a.received, b.received), cmp.Compare(a.id, b.id))
	})
	facts, start := make([]ticket.Fact, 0, len(order)), m.Start()
	for _, place := range order {
		f, secrecy, unknown, err := s.unpackFact(place.record, start)
		if err != nil {
			continue
		}
		if unknown {
			// Another instance gave the number.
			if err := s.codes.read(ctx); err != nil {
				return nil, err
			}
			f, secrecy, _, _ = s.unpackFact(place.record, start)
		}
		if include(secrecy) {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// factPlace is where a record stands in the order of receipt. IDs sort as their bits.
type factPlace struct {
	received, id uint64
	record       []byte
}

func placeOf(record []byte) factPlace {
	received := bitReader{word: binary.BigEndian.Uint64(record[16:]), left: 32}
	return factPlace{received: received.get(22), id: binary.BigEndian.Uint64(record), record: record}
}

// Months are the months in which tickets were received, earliest first.
func (s *Store) Months(ctx context.Context) ([]ticket.Month, error) {
	names, err := s.rdb.SMembers(ctx, monthsKey).Result()
	if err != nil {
		return nil, refused("", err)
	}
	slices.Sort(names)
	months := make([]ticket.Month, len(names))
	for i, n := range names {
		months[i] = ticket.Month(n)
	}
	return months, nil
}
