package workflow

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Opening is a complaint about to become a ticket.
type Opening struct {
	// Ticket holds channel, source number, texts, verdict, the sealed part and
	// the caller's key. Of Progress, only Confidential, Urgency, Kind and
	// Category are looked at: what the form says against the verdict.
	Ticket  ticket.Ticket
	Actor   ticket.Actor
	Request string // id, so that the same again changes nothing; empty: one is made
	Hold    bool   // a person looks first, however sure the verdict
	Answer  string // not empty: it was answered on the phone at once
}

// Opened is what became of an opening.
type Opened struct {
	ID         ticket.ID
	Existing   bool // the source number had a ticket already; nothing was changed
	Dispatched bool // by the service itself
	Err        error
}

// receiving is the table's step of receipt.
var receiving, _ = steps.Find(ticket.StepReceive)

// The longest source number and texts, in characters.
const (
	sourceMax  = 100
	titleMax   = 500
	contentMax = 20000
	// receiveBatch is how many tickets go to the store in one round trip.
	receiveBatch = 256
	// saltMax is how many source numbers may share one ID before it is a fault.
	saltMax = 8
)

// Receive opens tickets, many at once. A ticket is named by channel and source
// number: the same number again gives the ticket that is there and changes
// nothing. A ticket whose verdict is above the confidence line is dispatched by
// the service in the same instant. What is wrong with one opening stands in its
// Opened; the error is the store's.
func (d *Desk) Receive(ctx context.Context, now time.Time, openings []Opening) ([]Opened, error) {
	policy, now := d.Policy(), instant(now)
	for i := range openings {
		if err := d.store.beginMonth(ctx, ticket.MonthOf(receivedAt(now, openings[i].Ticket.CalledAt))); err != nil {
			return nil, err
		}
	}
	results := make([]Opened, len(openings))
	for start := 0; start < len(openings); start += receiveBatch {
		end := min(start+receiveBatch, len(openings))
		if err := d.receive(ctx, policy, now, openings[start:end], results[start:end]); err != nil {
			for i := start; i < len(openings); i++ {
				if results[i].ID == "" && results[i].Err == nil {
					results[i].Err = err
				}
			}
			return results, err
		}
	}
	return results, nil
}

// receive opens one batch. Openings whose ID turns out to belong to another
// source number are tried again under the next one.
func (d *Desk) receive(ctx context.Context, policy *rules.Policy, now time.Time, openings []Opening, results []Opened) error {
	waiting := make([]int, 0, len(openings))
	for i := range openings {
		waiting = append(waiting, i)
	}
	for salt := 0; len(waiting) > 0 && salt < saltMax; salt++ {
		var calls []call
		var opened []*stored
		var which []int
		for _, i := range waiting {
			s, c, err := d.opening(ctx, policy, now, &openings[i], salt)
			if err != nil {
				results[i].Err = err
				continue
			}
			calls, opened, which = append(calls, c), append(opened, s), append(which, i)
		}
		waiting = nil
		for n, cmd := range pipeline(ctx, d.store.rdb, openScript, calls) {
			i, s := which[n], opened[n]
			fresh, err := cmd.Int()
			switch {
			case isOther(err):
				waiting = append(waiting, i)
			case err != nil:
				return refusal.Of(s.ID, err)
			case fresh == 0:
				results[i] = Opened{ID: s.ID, Existing: true}
			default:
				results[i] = Opened{ID: s.ID, Dispatched: s.State == ticket.Dispatched}
			}
		}
	}
	for _, i := range waiting {
		results[i].Err = refusal.Damaged("", record.Malformed("source number without a free ID"))
	}
	return nil
}

func isOther(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "OTHER ") }

// opening makes the ticket, its first events and the call that stores them.
func (d *Desk) opening(ctx context.Context, policy *rules.Policy, now time.Time, o *Opening, salt int) (*stored, call, error) {
	if err := checkOpening(o); err != nil {
		return nil, call{}, err
	}
	s := &stored{Ticket: o.Ticket}
	s.ID = ticket.NewID(o.Ticket.Channel, o.Ticket.SourceNo, salt)
	s.Progress, s.Events = ticket.Progress{}, nil
	s.ReceivedAt, s.CalledAt = receivedAt(now, o.Ticket.CalledAt), instant(o.Ticket.CalledAt)
	if o.Ticket.CalledAt.IsZero() {
		s.CalledAt = now
	}
	s.SealSum = record.SealSum(s.Sealed)
	body := record.PackBody(&s.Ticket)
	if err := record.UnpackBody(body, &s.Ticket); err != nil { // what is folded is what is stored
		return nil, call{}, refusal.Damaged(s.ID, err)
	}
	s.county = s.County
	s.head = d.store.chain(s.ID).Origin(sourceOf(&s.Ticket), body)
	events, err := firstEvents(policy, now, o, &s.Ticket)
	if err != nil {
		return nil, call{}, err
	}
	s.body = body
	after, err := d.store.extend(policy, s, events)
	if err != nil {
		return nil, call{}, refusal.Damaged(s.ID, err)
	}
	if err := d.store.codes.number(ctx, factWords(&after.Ticket)...); err != nil {
		return nil, call{}, err
	}
	return after, d.store.openCall(policy, after), nil
}

func (s *Store) openCall(policy *rules.Policy, t *stored) call {
	p, month := s.partition(t.ID), ticket.MonthOf(t.ReceivedAt)
	places := s.places(&t.Ticket)
	keys := append([]string{ticketKey(p, t.ID), ordinalKey(p, month), factsKey(p, month), streamKey(p), PendingKey(p)}, keysOf(places)...)
	args := []any{
		string(t.ID), record.PackFact(s.codes, steps.FactOf(policy, &t.Ticket), t.Secrecy()),
		s.stream, record.PackChange(ticket.None, &t.Ticket, len(t.history)),
	}
	args = append(args, scoresOf(places)...)
	args = append(args, sourceField, sourceOf(&t.Ticket), headField, t.head, versionField, t.Version)
	args = append(args, laid(&stored{}, t)...)
	if len(t.Sealed) > 0 {
		args = append(args, sealedField, t.Sealed)
	}
	return call{keys: keys, args: args}
}

func checkOpening(o *Opening) error {
	t := &o.Ticket
	var faults []ticket.FieldFault
	fault := func(field, code, message string) {
		faults = append(faults, ticket.FieldFault{Field: field, Code: code, Message: message})
	}
	switch {
	case !t.Channel.Valid():
		fault("channel", "unknown_channel", "没有这个渠道")
	case t.Channel == ticket.ChannelCase:
		fault("channel", "not_a_ticket", "处罚案件只抽取回访，不作为工单受理")
	}
	checkText(fault, "source_no", "来源编号", t.SourceNo, sourceMax, true)
	checkText(fault, "title", "标题", t.Title, titleMax, false)
	checkText(fault, "content", "内容", t.Content, contentMax, true)
	checkText(fault, "answer", "答复内容", o.Answer, steps.StoryMax, false)
	if len(o.Request) > requestMax {
		fault("request", "bad_request_id", "请求编号太长")
	}
	if _, may := steps.RoleFor(receiving, o.Actor, nil); !may {
		return steps.Forbidden(receiving, o.Actor)
	}
	if len(faults) == 0 {
		return nil
	}
	r := ticket.Refuse(ticket.ErrInvalid, "invalid_fields", "受理：%s", faults[0].Message)
	r.Faults = faults
	return r
}

func checkText(fault func(field, code, message string), field, label, value string, most int, required bool) {
	switch {
	case required && strings.TrimSpace(value) == "":
		fault(field, "missing", label+"不能为空")
	case !utf8.ValidString(value):
		fault(field, "bad_text", label+"里有无法识别的字符")
	case utf8.RuneCountInString(value) > most:
		fault(field, "too_long", label+"太长")
	}
}

// firstEvents are the receipt, and what follows it at once. The error is a
// *ticket.Refusal: this complaint cannot be settled on the phone.
func firstEvents(policy *rules.Policy, now time.Time, o *Opening, t *ticket.Ticket) ([]ticket.Event, error) {
	role, _ := steps.RoleFor(receiving, o.Actor, nil)
	first := ticket.Event{
		Seq: 1, At: now, Step: ticket.StepReceive, From: ticket.None, To: ticket.Received,
		Actor: o.Actor.ID, Name: o.Actor.Name, Role: role, Unit: o.Actor.Unit,
		Request: cmp.Or(o.Request, "receive"), Fields: receiptFields(policy, o),
	}
	opened := *t
	if err := steps.Apply(&opened, &first); err != nil {
		return nil, refusal.Damaged(t.ID, err)
	}
	switch {
	case o.Answer != "":
		if refusal := steps.Answerable(policy, &opened); refusal != nil {
			return nil, refusal
		}
		answer := first
		answer.Seq, answer.Step, answer.From, answer.To = 2, ticket.StepAnswer, ticket.Received, ticket.Answered
		answer.Request, answer.Fields = first.Request+"+", map[string]string{"answer": o.Answer}
		return []ticket.Event{first, answer}, nil
	case !o.Hold && mayDispatch(policy, &opened):
		fields := map[string]string{"lead": t.Verdict.Lead}
		if len(t.Verdict.Co) > 0 {
			fields["co"] = strings.Join(t.Verdict.Co, ";")
		}
		return []ticket.Event{first, steps.ByService(&first, ticket.StepDispatch, ticket.Dispatched, fields)}, nil
	}
	return []ticket.Event{first}, nil
}

// receiptFields record what the form says against the verdict, and whether
// policy takes the ticket for a clue.
func receiptFields(policy *rules.Policy, o *Opening) map[string]string {
	t, v := &o.Ticket, &o.Ticket.Verdict
	fields := map[string]string{}
	if t.Confidential {
		fields["confidential"] = steps.Yes
	}
	if t.Urgency != "" && t.Urgency != v.Urgency {
		fields["urgency"] = string(t.Urgency)
	}
	if t.Kind.Valid() && t.Kind != v.Kind {
		fields["kind"] = string(t.Kind)
	}
	code := v.Category
	if t.Category != "" && t.Category != v.Category {
		code = t.Category
		fields["category"] = code
	}
	if category, _ := policy.Categories.Find(code); v.Clue || category.Sealed {
		fields["clue"] = steps.Yes
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// mayDispatch reports whether the service may dispatch by itself: the verdict
// is sure, and the units that it names may have the ticket.
func mayDispatch(policy *rules.Policy, t *ticket.Ticket) bool {
	v := &t.Verdict
	if !v.Auto || v.Lead == "" || t.Secrecy() != ticket.Visible || t.Category != v.Category {
		return false
	}
	var accused []string
	if t.Confidential {
		accused = policy.Accused(t)
	}
	for _, code := range append([]string{v.Lead}, v.Co...) {
		kind := steps.FieldUnits
		if code == v.Lead {
			kind = steps.FieldUnit
		}
		u, ok := policy.Units.Find(code)
		if !ok || u.Disabled || !steps.UnitFits(kind, u) || slices.Contains(accused, code) {
			return false
		}
	}
	return !slices.Contains(v.Co, v.Lead)
}

// receivedAt is when a ticket counts as received: when it was told, also when
// its sheet is imported later; its clocks run from the receipt here.
func receivedAt(now, called time.Time) time.Time {
	if called.IsZero() || called.After(now) {
		return now
	}
	return instant(called)
}

// beginMonth notes that tickets are received in a month, before the first is.
func (s *Store) beginMonth(ctx context.Context, m ticket.Month) error {
	if _, seen := s.months.Load(m); seen {
		return nil
	}
	if err := s.rdb.SAdd(ctx, monthsKey, string(m)).Err(); err != nil {
		return refusal.Of("", err)
	}
	s.months.Store(m, true)
	return nil
}

// Find gives the ID of the ticket of a source number. Errors are
// *ticket.Refusal of the kinds ErrNotFound and ErrStore.
func (s *Store) Find(ctx context.Context, channel ticket.Channel, sourceNo string) (ticket.ID, error) {
	for salt := range saltMax {
		id := ticket.NewID(channel, sourceNo, salt)
		source, err := s.rdb.HGet(ctx, ticketKey(s.partition(id), id), sourceField).Result()
		switch {
		case err != nil && !errors.Is(err, redis.Nil):
			return "", refusal.Of(id, err)
		case err != nil:
			return "", refusal.NotFound(id)
		case source == string(channel)+"\x00"+sourceNo:
			return id, nil
		}
	}
	return "", refusal.NotFound("")
}
