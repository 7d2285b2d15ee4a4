package record

import (
	"encoding/binary"
	"strings"
	"time"

	"huiyin/ticket"
)

const packedProgress = 1 // format of a ticket's progress

// PackProgress gives the bytes of what the history adds up to, so that lists
// need not read it. base is when the ticket was received.
func PackProgress(t *ticket.Ticket) []byte {
	g, base := &t.Progress, t.ReceivedAt
	p := packer{b: make([]byte, 0, 192)}
	p.uint(packedProgress)
	word(&p, stateWords, g.State)
	word(&p, kindWords, g.Kind)
	p.text(g.Category)
	p.text(t.County)
	p.text(g.Lead)
	p.units(g.Co)
	word(&p, urgencyWords, g.Urgency)
	word(&p, supervisionWords, g.Supervision)
	p.flags(g.Confidential, g.Auto, g.Extended, g.Final, g.Excluded, g.CallbackDue, g.Mediated)
	p.uint(triBits[g.Responded] | triBits[g.Solved]<<2 | triBits[g.Satisfied]<<4 | triBits[g.Substantiated]<<6)
	p.time(g.DispatchedAt, base)
	p.time(g.RepliedAt, base)
	p.time(g.ClosedAt, base)
	for _, n := range []int{g.Bounces, g.Redos, g.Attempts, g.Urged} {
		p.uint(uint64(n))
	}
	p.id(g.Primary)
	p.pairs(pendingWords, g.Pending)
	appendDues(&p, g.Dues, base)
	p.uint(uint64(len(g.Tasks)))
	for _, task := range g.Tasks {
		p.text(task.Unit)
		p.text(task.Task)
		p.time(task.GivenAt, base)
		p.time(task.DoneAt, base)
		p.text(task.Reply)
	}
	return p.b
}

// UnpackProgress is the inverse of PackProgress; t holds the body already.
func UnpackProgress(b []byte, t *ticket.Ticket) error {
	g, base := &t.Progress, t.ReceivedAt
	u := unpacker{b: b}
	if u.uint() != packedProgress {
		return Malformed("progress format")
	}
	g.State, g.Kind = wordOf[ticket.State](&u, stateWords), wordOf[ticket.Kind](&u, kindWords)
	g.Category, t.County, g.Lead, g.Co = u.text(), u.text(), u.text(), u.units()
	g.Urgency, g.Supervision = wordOf[ticket.Urgency](&u, urgencyWords), wordOf[ticket.Supervision](&u, supervisionWords)
	u.flags(&g.Confidential, &g.Auto, &g.Extended, &g.Final, &g.Excluded, &g.CallbackDue, &g.Mediated)
	tris := u.uint()
	g.Responded, g.Solved, g.Satisfied, g.Substantiated = triOf(tris), triOf(tris>>2), triOf(tris>>4), triOf(tris>>6)
	g.DispatchedAt, g.RepliedAt, g.ClosedAt = u.time(base), u.time(base), u.time(base)
	for _, n := range []*int{&g.Bounces, &g.Redos, &g.Attempts, &g.Urged} {
		*n = int(u.uint())
	}
	g.Primary, g.Pending = u.id(), u.pairs(pendingWords)
	g.Dues = unpackDues(&u, base)
	if n := u.count(); n > 0 {
		g.Tasks = make([]ticket.Task, n)
		for i := range g.Tasks {
			g.Tasks[i] = ticket.Task{Unit: u.text(), Task: u.text(), GivenAt: u.time(base), DoneAt: u.time(base), Reply: u.text()}
		}
	}
	return u.done("progress")
}

// PackDues gives the bytes of due times alone, to compare them as stored.
func PackDues(dues []ticket.Due, base time.Time) []byte {
	var p packer
	appendDues(&p, dues, base)
	return p.b
}

func appendDues(p *packer, dues []ticket.Due, base time.Time) {
	p.uint(uint64(len(dues)))
	for i := range dues {
		d := &dues[i]
		word(p, clockWords, d.Clock+taskMark(d.Unit))
		p.time(d.From, base)
		packLimit(p, d.Limit)
		packLimit(p, d.Extra)
		p.time(d.At, base)
		p.time(d.MetAt, base)
		p.uint(uint64(d.Paused.Milliseconds()))
		p.flags(d.Guessed)
	}
}

func unpackDues(u *unpacker, base time.Time) []ticket.Due {
	n := u.count()
	if n == 0 {
		return nil
	}
	dues := make([]ticket.Due, n)
	for i := range dues {
		d := &dues[i]
		clock, unit, _ := strings.Cut(u.word(clockWords), taskSign)
		d.Clock, d.Unit, d.From = ticket.Clock(clock), unit, u.time(base)
		d.Limit, d.Extra = unpackLimit(u), unpackLimit(u)
		d.At, d.MetAt, d.Paused = u.time(base), u.time(base), time.Duration(u.uint())*time.Millisecond
		u.flags(&d.Guessed)
	}
	return dues
}

// taskSign parts the clock of a task from the unit whose task it is.
const taskSign = ":"

func taskMark(unit string) ticket.Clock {
	if unit == "" {
		return ""
	}
	return ticket.Clock(taskSign + unit)
}

func packLimit(p *packer, l ticket.Limit) {
	word(p, limitWords, l.Unit)
	p.uint(uint64(l.N))
}

func unpackLimit(u *unpacker) ticket.Limit {
	return ticket.Limit{Unit: wordOf[ticket.LimitUnit](u, limitWords), N: int(u.uint())}
}

// id writes a ticket's ID in eight bytes, no ID in one.
func (p *packer) id(id ticket.ID) {
	if id == "" {
		p.uint(0)
		return
	}
	p.uint(8)
	p.b = binary.BigEndian.AppendUint64(p.b, id.Bits())
}

func (u *unpacker) id() ticket.ID {
	raw := u.bytes(u.uint())
	if len(raw) != 8 {
		u.bad = u.bad || len(raw) != 0
		return ""
	}
	return ticket.IDFromBits(binary.BigEndian.Uint64(raw))
}
