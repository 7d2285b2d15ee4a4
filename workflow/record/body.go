package record

import (
	"crypto/sha256"

	"huiyin/ticket"
)

// The formats of a ticket's first part. The elder has no digest of the sealed part.
const (
	bodyUnsummed = 1
	packedBody   = 2
)

// SealSum is the digest of a ticket's sealed part, empty or not, that its body
// holds: 64 bits are enough against a change that shall not be noticed, for the
// part is authenticated as a whole by its own key.
func SealSum(sealed []byte) []byte {
	sum := sha256.Sum256(sealed)
	return sum[:8]
}

// PackBody gives the bytes of what a ticket was when it was received: texts,
// verdict and origin, but neither the sealed part nor channel and source
// number, which stand in fields of their own. A verdict's numbers keep four
// decimal places.
func PackBody(t *ticket.Ticket) []byte {
	p := packer{b: make([]byte, 0, 512+len(t.Content))}
	p.uint(packedBody)
	p.time(t.ReceivedAt, epoch)
	p.time(t.CalledAt, t.ReceivedAt)
	p.flags(t.Sample)
	p.token(t.CallerKey)
	p.text(t.County)
	p.text(t.Title)
	p.text(t.Content)
	p.text(t.Place)
	p.text(t.Subject)
	p.pairs(fieldWords, t.Extra)
	packVerdict(&p, &t.Verdict, []rune(t.Text()))
	p.text(string(t.SealSum))
	return p.b
}

// UnpackBody is the inverse of PackBody; it leaves the rest of t as it is.
func UnpackBody(b []byte, t *ticket.Ticket) error {
	u := unpacker{b: b}
	format := u.uint()
	if format != packedBody && format != bodyUnsummed {
		return Malformed("body format")
	}
	t.ReceivedAt = u.time(epoch)
	t.CalledAt = u.time(t.ReceivedAt)
	u.flags(&t.Sample)
	t.CallerKey, t.County = u.token(), u.text()
	t.Title, t.Content, t.Place, t.Subject = u.text(), u.text(), u.text(), u.text()
	t.Extra = u.pairs(fieldWords)
	unpackVerdict(&u, &t.Verdict, []rune(t.Text()))
	if t.SealSum = nil; format != bodyUnsummed {
		if sum := u.text(); sum != "" {
			t.SealSum = []byte(sum)
		}
	}
	return u.done("body")
}

func packVerdict(p *packer, v *ticket.Verdict, text []rune) {
	p.text(v.Category)
	word(p, kindWords, v.Kind)
	p.decimal(v.Confidence)
	p.flags(v.Auto, v.Enforcement, v.Clue)
	word(p, urgencyWords, v.Urgency)
	p.uint(uint64(v.Policy))
	p.text(v.Lead)
	p.units(v.Co)
	p.text(v.Rule)
	p.uint(uint64(len(v.Hits)))
	for _, h := range v.Hits {
		p.span(h.Start, h.End)
		p.quote(h.Keyword, h.Start, h.End, text)
		p.text(h.Category)
		p.decimal(h.Weight)
	}
	p.uint(uint64(len(v.Candidates)))
	for _, c := range v.Candidates {
		p.text(c.Category)
		p.decimal(c.Score)
	}
	p.uint(uint64(len(v.Entities)))
	for _, e := range v.Entities {
		word(p, entityWords, e.Kind)
		p.span(e.Start, e.End)
		p.quote(e.Text, e.Start, e.End, text)
		p.text(e.Value)
		p.text(e.County)
	}
	p.uint(uint64(len(v.Risks)))
	for _, r := range v.Risks {
		p.text(r.Name)
		word(p, urgencyWords, r.Level)
		p.units(r.Words)
	}
}

func unpackVerdict(u *unpacker, v *ticket.Verdict, text []rune) {
	v.Category, v.Kind, v.Confidence = u.text(), wordOf[ticket.Kind](u, kindWords), u.decimal()
	u.flags(&v.Auto, &v.Enforcement, &v.Clue)
	v.Urgency, v.Policy = wordOf[ticket.Urgency](u, urgencyWords), int(u.uint())
	v.Lead, v.Co, v.Rule = u.text(), u.units(), u.text()
	v.Hits = make([]ticket.Hit, u.count())
	for i := range v.Hits {
		h := &v.Hits[i]
		h.Start, h.End = u.span()
		h.Keyword, h.Category, h.Weight = u.quote(h.Start, h.End, text), u.text(), u.decimal()
	}
	v.Candidates = make([]ticket.Candidate, u.count())
	for i := range v.Candidates {
		v.Candidates[i] = ticket.Candidate{Category: u.text(), Score: u.decimal()}
	}
	v.Entities = make([]ticket.Entity, u.count())
	for i := range v.Entities {
		e := &v.Entities[i]
		e.Kind = wordOf[ticket.EntityKind](u, entityWords)
		e.Start, e.End = u.span()
		e.Text, e.Value, e.County = u.quote(e.Start, e.End, text), u.text(), u.text()
	}
	v.Risks = make([]ticket.Risk, u.count())
	for i := range v.Risks {
		v.Risks[i] = ticket.Risk{Name: u.text(), Level: wordOf[ticket.Urgency](u, urgencyWords), Words: u.units()}
	}
}

func (p *packer) units(list []string) {
	p.uint(uint64(len(list)))
	for _, s := range list {
		p.text(s)
	}
}

func (u *unpacker) units() []string {
	n := u.count()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = u.text()
	}
	return list
}

func (p *packer) span(start, end int) {
	p.uint(uint64(start))
	p.int(int64(end) - int64(start))
}

func (u *unpacker) span() (start, end int) {
	start = int(u.uint() & (1<<31 - 1))
	return start, start + int(int32(u.int()))
}

// quote writes a word of the text as nothing where its place already says it.
func (p *packer) quote(word string, start, end int, text []rune) {
	if word != "" && start >= 0 && start < end && end <= len(text) && string(text[start:end]) == word {
		p.uint(0)
		return
	}
	p.uint(1)
	p.text(word)
}

func (u *unpacker) quote(start, end int, text []rune) string {
	if u.uint() != 0 {
		return u.text()
	}
	if start < 0 || start >= end || end > len(text) {
		u.bad = true
		return ""
	}
	return string(text[start:end])
}
