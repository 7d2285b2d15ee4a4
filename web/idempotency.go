package web

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/intake"
	"huiyin/ticket"
)

const (
	keyIdempotency  = "{people}:idempotency:"
	idempotencyLife = 7 * 24 * time.Hour
	idempotencyMax  = 200 // bytes of the header
)

// remembered is what an Idempotency-Key of an account stands for.
type remembered struct {
	Body     string       `json:"body"`             // digest of the request
	SourceNo string       `json:"source"`           // under which the ticket is opened
	Answer   *createdBody `json:"answer,omitempty"` // nil until the ticket is open
}

// ownSourceNo is the source number of a complaint that brings none. It is
// random: whatever another request sends, it cannot name this ticket.
func ownSourceNo() string { return "API-" + newRequestID() }

// createOnce opens a ticket under a key: the same body again gets the first
// answer, another body is refused. The key is taken before the ticket is
// opened, with the source number in it, so that a request whose answer was
// lost half-way opens the same ticket when it comes again.
func (s *Server) createOnce(v *visit, key string, body newTicketBody) error {
	if len(key) > idempotencyMax {
		return invalidField("Idempotency-Key", "too_long", "请求头 Idempotency-Key 最多 %d 个字节", idempotencyMax)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	place := keyIdempotency + digest(v.actor.ID+"\n"+key)
	mine := remembered{Body: digest(string(text)), SourceNo: body.SourceNo}
	if mine.SourceNo == "" {
		mine.SourceNo = ownSourceNo()
	}
	known, err := s.reserve(v, place, mine)
	if err != nil {
		return err
	}
	if known.Body != mine.Body {
		return ticket.Refuse(ticket.ErrInvalid, "idempotency_key_reused", "这个 Idempotency-Key 已经用在另一份内容上了，新的诉求请换一个")
	}
	if known.Answer != nil {
		return answerCreated(v, *known.Answer)
	}
	form := body.form(v.now)
	form.SourceNo = known.SourceNo
	created, err := s.create(v, v.actor, form)
	if err != nil {
		if errors.Is(err, ticket.ErrInvalid) {
			// Nothing was opened: once put right, it may come under the same key.
			err = errors.Join(err, s.Redis.Del(v.ctx(), place).Err())
		}
		return err
	}
	known.Answer = &created
	if err := s.remember(v, place, known); err != nil {
		return err
	}
	return answerCreated(v, created)
}

// reserve takes a key, or gives what it stands for already.
func (s *Server) reserve(v *visit, place string, mine remembered) (remembered, error) {
	doc, err := json.Marshal(mine)
	if err != nil {
		return mine, err
	}
	before, err := s.Redis.SetArgs(v.ctx(), place, doc, redis.SetArgs{Mode: "NX", Get: true, TTL: idempotencyLife}).Result()
	if errors.Is(err, redis.Nil) {
		return mine, nil
	}
	if err != nil {
		return mine, storeDown(err)
	}
	var known remembered
	return known, json.Unmarshal([]byte(before), &known)
}

func (s *Server) remember(v *visit, place string, known remembered) error {
	doc, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return storeDown(s.Redis.Set(v.ctx(), place, doc, idempotencyLife).Err())
}

// form is the complaint as intake takes it; without a time it came in now.
func (b newTicketBody) form(now time.Time) intake.Form {
	called := b.CalledAt
	if called.IsZero() {
		called = now
	}
	return intake.Form{
		Channel: b.Channel, SourceNo: b.SourceNo, Title: b.Title, Content: b.Content, CallerName: b.CallerName, CallerSex: b.CallerSex,
		CallerPhone: b.CallerPhone, Contact: b.Contact, CallerAddress: b.Address, IDNo: b.IDNo, Confidential: b.Confidential,
		Place: b.Place, Area: b.Area, Subject: b.Subject, CalledAt: called, Extra: b.Extra,
	}
}
