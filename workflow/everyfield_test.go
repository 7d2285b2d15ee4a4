package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
)

// blow is one change of what the store keeps, done by hand in Redis.
type blow struct {
	what   string
	strike func()
}

// blows are all single changes of what is kept of a ticket: each of its fields
// changed, emptied and removed, one field more, each set that it stands in, each
// byte of its fact. The fields and sets are those that lie in the store, not a
// list that somebody would forget to keep.
func (b *bureau) blows(id ticket.ID) []blow {
	b.t.Helper()
	s, err := b.store.load(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	p := b.store.partition(id)
	key := ticketKey(p, id)
	var all []blow
	for field, value := range b.raw(id) {
		for _, at := range []int{0, len(value) / 2, len(value) - 1} {
			changed := []byte(value)
			if changed[at] ^= 4; field == shelfField && unfoldsTheSame(value, string(changed)) {
				continue // a bit that compression ignores
			}
			all = append(all, blow{fmt.Sprintf("field %s changed at %d", field, at), func() { b.rdb.HSet(b.ctx, key, field, changed) }})
		}
		all = append(all,
			blow{"field " + field + " emptied", func() { b.rdb.HSet(b.ctx, key, field, "") }},
			blow{"field " + field + " removed", func() { b.rdb.HDel(b.ctx, key, field) }})
	}
	for _, more := range []string{"x", "e99", "p", "b", "z"} {
		if _, there := b.raw(id)[more]; !there {
			all = append(all, blow{"field " + more + " added", func() { b.rdb.HSet(b.ctx, key, more, "x") }})
		}
	}
	for _, at := range b.sets(id) {
		all = append(all,
			blow{"taken out of " + at, func() { b.rdb.ZRem(b.ctx, at, string(id)) }},
			blow{"another time in " + at, func() { b.rdb.ZIncrBy(b.ctx, at, 1000, string(id)) }})
	}
	facts := factsKey(p, ticket.MonthOf(s.ReceivedAt))
	for at := range int64(record.FactSize) {
		offset := s.ordinal*record.FactSize + at
		all = append(all, blow{fmt.Sprintf("byte %d of the fact", at), func() {
			raw, _ := b.rdb.GetRange(b.ctx, facts, offset, offset).Bytes()
			b.rdb.SetRange(b.ctx, facts, offset, string([]byte{raw[0] ^ 0x11}))
		}})
	}
	return append(all, blow{"another turn in the month", func() { b.rdb.Incr(b.ctx, ordinalKey(p, ticket.MonthOf(s.ReceivedAt))) }})
}

func unfoldsTheSame(a, b string) bool {
	progress, body, events, err := record.Unshelve([]byte(a))
	p, q, e, other := record.Unshelve([]byte(b))
	return err == nil && other == nil && bytes.Equal(record.Row(progress, body, events), record.Row(p, q, e))
}

// sets are the sorted sets of the store that hold a ticket, whatever they are
// called.
func (b *bureau) sets(id ticket.ID) []string {
	b.t.Helper()
	var sets []string
	for _, key := range b.keys() {
		if kind, _ := b.rdb.Type(b.ctx, key).Result(); kind != "zset" || strings.Contains(key, ":"+outboxMark+":") {
			continue
		}
		if err := b.rdb.ZScore(b.ctx, key, string(id)).Err(); err == nil {
			sets = append(sets, key)
		} else if !errors.Is(err, redis.Nil) {
			b.t.Fatal(err)
		}
	}
	return sets
}

func TestFsckFindsAnySingleChangeOfWhatIsKeptOfATicket(t *testing.T) {
	b := newBureau(t)
	for _, state := range []ticket.State{ticket.Handling, ticket.Closed, ticket.Merged, ticket.HandedOver} {
		id := b.reach(state)
		if state == ticket.Handling {
			b.does(caoUnit, id, ticket.StepAddCoUnit)
		}
		for _, hit := range b.blows(id) {
			t.Run(string(state)+": "+hit.what, func(t *testing.T) {
				b.t = t
				saved := b.everything()
				hit.strike()
				summary, breaches := b.fsck()
				named := slices.ContainsFunc(breaches, func(br Breach) bool { return br.Ticket == id || br.Key != "" })
				if !named && summary.OlderPolicy == 0 { // the working time can be that of other working hours: it is counted
					t.Errorf("not found; breaches are %v", breaches)
				}
				b.restore(saved)
			})
		}
		if _, left := b.fsck(); len(left) > 0 {
			t.Fatalf("the store was not restored: %v", left)
		}
	}
}

func TestFsckFindsAWordOfTheFactsThatMeansAnother(t *testing.T) {
	b := newBureau(t)
	b.reach(ticket.Handling)
	words, err := b.rdb.HGetAll(b.ctx, codesKey).Result()
	if err != nil || words["zhidui"] == "" || words["城东区"] == "" {
		t.Fatalf("%v %v", words, err)
	}
	b.rdb.HSet(b.ctx, codesKey, "zhidui", words["城东区"], "城东区", words["zhidui"])
	other := bureauOn(t, b.rdb, b.desk.Policy())
	if _, breaches := other.fsck(); len(breaches) == 0 {
		t.Error("the figures name other units, and nothing is found")
	}
}
