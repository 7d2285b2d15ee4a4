package outbox

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

//go:embed lua/tell.lua
var tellSource string

var tellScript = redis.NewScript(tellSource)

// What is told beside the steps of tickets. In notices.csv and receivers.csv
// they stand among the steps.
const (
	SignRaised ticket.Step = "sign_raise" // an early sign (苗头) was found
	CardAsked  ticket.Step = "card_ask"   // a unit is asked to confirm a card of a report
)

var matterNames = map[ticket.Step]string{SignRaised: "发现苗头", CardAsked: "请确认问题卡片"}

// matterSteps are in the order in which they are offered.
var matterSteps = []ticket.Step{SignRaised, CardAsked}

// Matter is something beside the tickets of which people and systems are told.
type Matter struct {
	Kind string // of the matter: sign, card
	ID   string // of the matter, within its kind
	What ticket.Step
	Unit string // that it is with; empty for none
	// Data is what a receiver learns of it: no personal data. nil tells no
	// receiver anything.
	Data any
}

// MatterMessage is the body of a POST about something beside the tickets.
type MatterMessage struct {
	Type      string    `json:"type"` // sign.raised, card.asked
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

var messageTypes = map[ticket.Step]string{SignRaised: "sign.raised", CardAsked: "card.asked"}

// subjectForm is how a matter is named where tickets have their number.
var subjectForm = regexp.MustCompile(`^(sign|card)\.[A-Za-z0-9@-]{1,90}$`)

func (m *Matter) subject() ticket.ID { return ticket.ID(m.Kind + "." + m.ID) }

// IsMatter tells the name of a matter from that of a ticket.
func IsMatter(id ticket.ID) bool { return subjectForm.MatchString(string(id)) }

// Tell tells of a matter those whom the policy names, once: telling the same
// again changes nothing. The error is the store's, or of a bad name.
func (o *Outbox) Tell(ctx context.Context, now time.Time, m Matter) error {
	id := m.subject()
	if !IsMatter(id) {
		return ticket.Refuse(ticket.ErrInvalid, "bad_request", "事项编号“%s”不能用来通知", refusal.Clip(string(id)))
	}
	body, err := json.Marshal(MatterMessage{Type: messageTypes[m.What], Timestamp: now.UTC(), Data: m.Data})
	if err != nil {
		return err
	}
	p := o.Desk.Store().PartitionOf(id)
	keys := []string{bodiesKey(p), receiversKey(p)}
	var messages []any
	n := 0
	for i := range o.Policy().Receivers {
		if r := &o.Policy().Receivers[i]; m.Data != nil && r.wantsMatter(&m) {
			e := entry{1, now.Add(r.Hold).UnixMilli()}
			keys = append(keys, queueKey(p, r.Code), laneKey(p, r.Code, id))
			messages = append(messages, r.Code, e.String(), e.notBefore)
			n++
		}
	}
	for _, box := range o.Policy().boxesOfMatter(&m) {
		keys = append(keys, boxKey(p, box))
	}
	args := append([]any{
		string(id), body, n, now.Add(-noticeLife).UnixMilli(), noticeMost, string(id) + ":1:" + string(m.What), now.UnixMilli(),
	}, messages...)
	return refusal.Of("", tellScript.Run(ctx, o.Redis, keys, args...).Err())
}

// wantsMatter: only a receiver that names it, and of a unit's matter only one
// that is of that unit.
func (r *Receiver) wantsMatter(m *Matter) bool {
	return r.Enabled && slices.Contains(r.Steps, m.What) && (len(r.Units) == 0 || slices.Contains(r.Units, m.Unit))
}

func (p *Policy) boxesOfMatter(m *Matter) []string {
	var boxes []string
	for i := range p.Notices {
		r := &p.Notices[i]
		if r.Step != m.What {
			continue
		}
		for _, to := range r.To {
			box := ""
			if role, ok := audienceRoles[to]; ok {
				box = roleBox(role)
			} else if to == ToLead && m.Unit != "" {
				box = unitBox(m.Unit)
			}
			if box != "" && !slices.Contains(boxes, box) {
				boxes = append(boxes, box)
			}
		}
	}
	return boxes
}

// sendMatter posts what was laid down when the matter was told.
func (o *Outbox) sendMatter(ctx context.Context, r *Receiver, id ticket.ID, seq int64) result {
	body, err := o.Redis.HGet(ctx, bodiesKey(o.Desk.Store().PartitionOf(id)), string(id)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return result{ok: true, silent: true}
	case err != nil:
		return result{cause: CauseTicket, storeGone: true}
	}
	return o.post(ctx, r, MessageID(id, seq), body)
}
