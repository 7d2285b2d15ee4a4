package workflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// check is what one ticket should be, and what the store says.
type check struct {
	id       ticket.ID
	ticket   *stored       // nil when it cannot be read
	folded   ticket.Ticket // what its history gives
	older    bool
	breaches []Breach
	places   []standing
	scores   []*redis.FloatCmd // in each of places
	fact     *redis.StringCmd
}

func (c *check) breach(kind, format string, args ...any) {
	c.breaches = append(c.breaches, Breach{Ticket: c.id, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// judge checks a ticket against itself: chain, fold, source and due times.
func (f *fsck) judge(id ticket.ID, fields map[string]string) *check {
	c := &check{id: id}
	stray := strayField(fields)
	if err := f.store.lay(id, fields); err != nil {
		c.breach("archive", "已归档，%s", archiveText(err))
		return c
	}
	t, err := f.store.decode(id, fields)
	var broken *record.BrokenChain
	switch {
	case errors.As(err, &broken):
		c.breach("chain", "%s，记录被改动过", broken)
		return c
	case err != nil:
		c.breach("chain", "记录读不出来，存储已损坏")
		return c
	}
	c.ticket = t
	if stray != "" {
		c.breach("stray", "记录里有不该有的字段“%s”", stray)
	}
	if len(t.SealSum) > 0 && !bytes.Equal(record.SealSum(t.Sealed), t.SealSum) {
		c.breach("sealed", "密封的来电人信息被改动或不见了")
	}
	if c.folded, err = steps.Fold(f.policy, t.origin(), t.Events); err != nil {
		c.breach("state", "历史不合流程：%s", err)
		c.ticket = nil
		return c
	}
	if !namesSource(id, &t.Ticket) {
		c.breach("source", "编号与来源编号不符")
	}
	if !t.State.IsOpen() {
		c.older = !bytes.Equal(record.PackDues(c.folded.Dues, t.ReceivedAt), record.PackDues(t.Dues, t.ReceivedAt))
		c.folded.Dues = t.Dues
	}
	if bytes.Equal(record.PackProgress(&c.folded), t.progress) {
		return c
	}
	same := c.folded
	same.Dues = t.Dues
	if bytes.Equal(record.PackProgress(&same), t.progress) {
		c.breach("dues", "时限与按历史重算的不同")
	} else {
		c.breach("state", "状态是“%s”，按历史应为“%s”，或其他记录与历史不符", t.State.Name(), c.folded.State.Name())
	}
	return c
}

// strayField names a field that a ticket's hash does not hold as it stands:
// finished on the shelf, in the archive, or open with its events one by one.
func strayField(fields map[string]string) string {
	allowed := map[string]bool{versionField: true, sourceField: true, ordinalField: true, headField: true, sealedField: true, archiveField: true}
	_, shelved := fields[shelfField]
	_, open := fields[bodyField]
	switch {
	case shelved:
		allowed[shelfField] = true
	case open:
		allowed[bodyField], allowed[stateField] = true, true
		for seq := int64(1); fields[eventField(seq)] != ""; seq++ {
			allowed[eventField(seq)] = true
		}
	}
	for name := range fields {
		if !allowed[name] {
			return name
		}
	}
	return ""
}

// readable is the ticket for further looks, nil when it cannot be read.
func (c *check) readable() *ticket.Ticket {
	if c.ticket == nil {
		return nil
	}
	return &c.ticket.Ticket
}

func namesSource(id ticket.ID, t *ticket.Ticket) bool {
	for salt := range saltMax {
		if ticket.NewID(t.Channel, t.SourceNo, salt) == id {
			return true
		}
	}
	return false
}

// ask reads where the ticket should stand.
func (c *check) ask(ctx context.Context, pipe redis.Pipeliner, s *Store) {
	if c.ticket == nil {
		return
	}
	c.places, c.scores = s.places(&c.folded), nil
	for _, at := range c.places {
		c.scores = append(c.scores, pipe.ZScore(ctx, at.key, string(c.id)))
	}
	key := factsKey(s.partition(c.id), ticket.MonthOf(c.ticket.ReceivedAt))
	start := c.ticket.ordinal * record.FactSize
	c.fact = pipe.GetRange(ctx, key, start, start+record.FactSize-1)
}

// compare checks the answers.
func (c *check) compare(f *fsck) []Breach {
	if c.ticket == nil {
		return nil
	}
	var breaches []Breach
	for i, cmd := range c.scores {
		key := c.places[i].key
		n, err := cmd.Result()
		switch {
		case err != nil:
			breaches = append(breaches, Breach{c.id, key, "index", "不在它应在的队列里：" + key})
		case int64(n) != c.places[i].score:
			breaches = append(breaches, Breach{c.id, key, "index", "在队列里的到期时间不对：" + key})
		}
	}
	fact := steps.FactOf(f.policy, &c.folded)
	have := []byte(c.fact.Val())
	if len(have) == record.FactSize && !c.folded.State.IsOpen() {
		// Working hours may have been others when it was done.
		if old, _, _, err := record.UnpackFact(f.store.codes, have, ticket.MonthOf(c.ticket.ReceivedAt).Start()); err == nil {
			if f.mayBeOlder(c, old.WorkMinutes, fact.WorkMinutes) {
				fact.WorkMinutes = old.WorkMinutes
			}
		}
	}
	if !bytes.Equal(have, record.PackFact(f.store.codes, fact, c.folded.Secrecy())) {
		breaches = append(breaches, Breach{c.id, "", "fact", "统计记录与按历史重算的不同"})
	}
	return breaches
}

// mayBeOlder reports whether other working hours can have given a finished
// ticket this working time; then it is counted among those of an older policy.
func (f *fsck) mayBeOlder(c *check, have, computed int) bool {
	t := &c.folded
	within := !t.RepliedAt.IsZero() && have <= int(t.RepliedAt.Sub(t.Events[0].At)/time.Minute)
	c.older = c.older || within && have != computed
	return within
}

// group checks that a merged ticket follows somebody, and that its caller was
// told before the primary was done.
func (f *fsck) group(ctx context.Context, c *check) ([]Breach, error) {
	if c.ticket == nil || c.folded.State != ticket.Merged {
		return nil, nil
	}
	primary, err := f.store.load(ctx, c.folded.Primary)
	switch {
	case refusal.IsNotFound(err):
		return []Breach{{c.id, "", "group", "并入的主单不存在"}}, nil
	case err != nil:
		return nil, err
	case primary.State == ticket.Merged:
		return []Breach{{c.id, "", "group", "并入的主单自己又并入了别的工单"}}, nil
	case primary.State.Info().Type == ticket.Final && steps.Last(&c.folded, ticket.StepInform) == nil:
		return []Breach{{c.id, "", "group", "主单已办结，这件的来电人还没有告知"}}, nil
	}
	return nil, nil
}
