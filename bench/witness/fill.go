package main

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

var (
	operator = ticket.Actor{ID: "huawu03", Name: "李话务", Roles: []ticket.Role{ticket.Operator}}
	reviewer = ticket.Actor{ID: "shenhe01", Name: "王审核", Roles: []ticket.Role{ticket.Operator}}
	handler  = ticket.Actor{ID: "zhidui02", Name: "张经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	helper   = ticket.Actor{ID: "yunfu01", Name: "陈经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "yunfu"}
	leader   = ticket.Actor{ID: "ju01", Name: "周局长", Roles: []ticket.Role{ticket.Leader}}
)

const (
	writers = 64
	batch   = 5000
)

// fill receives tickets that the service dispatches by itself, and takes some of
// them through their whole life.
func (b *bench) fill(tickets, closed int) error {
	text := strings.Repeat("昨天晚上八点多在长途汽车站打车，司机问清目的地后说不顺路，要一口价八十元。", 6)
	for first := 0; first < tickets; first += batch {
		var openings []workflow.Opening
		for no := first; no < min(first+batch, tickets); no++ {
			openings = append(openings, workflow.Opening{Actor: operator, Ticket: ticket.Ticket{
				Channel: ticket.Channel12345, SourceNo: fmt.Sprint("GD", 100000+no), Title: "反映出租车拒载议价", Content: fmt.Sprint(text, no),
				County: "城东区", CallerKey: fmt.Sprintf("%016x", no), Sealed: []byte(strings.Repeat("\xa7", 150)),
				Verdict: ticket.Verdict{Category: "C01", Kind: ticket.Complaint, Confidence: 0.913, Auto: true, Lead: "zhidui", Co: []string{"yunfu"}},
			}})
		}
		opened, err := b.desk.Receive(b.ctx, b.now, openings)
		if err != nil {
			return err
		}
		for _, o := range opened {
			if o.Err != nil {
				return o.Err
			}
			b.ids = append(b.ids, o.ID)
		}
	}
	return b.lives(b.ids[:closed])
}

func (b *bench) lives(ids []ticket.ID) error {
	waiting, failed := make(chan ticket.ID), make(chan error, writers)
	var workers sync.WaitGroup
	for range writers {
		workers.Go(func() {
			for id := range waiting {
				if err := b.life(id); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	defer workers.Wait()
	defer close(waiting)
	for _, id := range ids {
		select {
		case waiting <- id:
		case err := <-failed:
			return err
		}
	}
	return nil
}

func (b *bench) life(id ticket.ID) error {
	const at = "" // of the step
	moves := []struct {
		actor  ticket.Actor
		step   ticket.Step
		fields map[string]string
	}{
		{handler, ticket.StepSign, nil},
		{handler, ticket.StepContact, map[string]string{"at": at, "way": "phone", "outcome": "已联系来电人，核对时间地点车牌"}},
		{helper, ticket.StepCoReply, map[string]string{"reply": "已提供该车经营企业和当班驾驶员信息"}},
		{operator, ticket.StepUrge, map[string]string{"reason": "来电人再次来电询问进度"}},
		{handler, ticket.StepReply, map[string]string{
			"facts": "经调取站区监控，该车驾驶员确有挑客议价行为", "handling": "约谈企业负责人和驾驶员，责令整改", "basis": "《巡游出租汽车经营服务管理规定》第四十八条",
			"told_at": at, "told_way": "phone", "solved": "yes", "substantiated": "yes", "outcome": "solved",
		}},
		{reviewer, ticket.StepApproveReply, map[string]string{"note": "同意"}},
		{operator, ticket.StepCallback, map[string]string{"at": at, "reached": "yes"}},
		{operator, ticket.StepRecordCallback, map[string]string{"responded": "yes", "solved": "yes", "satisfied": "yes"}},
	}
	for i, m := range moves {
		at := b.now.Add(time.Duration(i+1) * time.Minute)
		for _, name := range []string{"at", "told_at"} {
			if _, asked := m.fields[name]; asked {
				m.fields[name] = at.Format(time.RFC3339)
			}
		}
		_, err := b.desk.Take(b.ctx, at, workflow.Request{
			ID: fmt.Sprint(id, m.step), Ticket: id, Version: int64(i + 2), Step: m.step, Actor: m.actor, Fields: m.fields,
		})
		if err != nil {
			return fmt.Errorf("%s: %w %s", m.step, err, refusal.Cause(err))
		}
	}
	return nil
}

// note takes a step on some tickets.
func (b *bench) note(tickets int) error {
	for range tickets {
		b.notes++
		id := b.ids[len(b.ids)-1-b.notes%len(b.ids)]
		t, err := b.desk.Ticket(b.ctx, ticket.Service, id)
		if err != nil {
			return err
		}
		_, err = b.desk.Take(b.ctx, b.now, workflow.Request{
			ID: fmt.Sprint("note", b.notes), Ticket: id, Version: t.Version, Step: ticket.StepNote, Actor: leader, Fields: map[string]string{"text": "请抓紧办"},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func collect() { debug.FreeOSMemory() }
