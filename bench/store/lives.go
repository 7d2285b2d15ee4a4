package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

var (
	operator  = ticket.Actor{ID: "huawu03", Name: "李话务", Roles: []ticket.Role{ticket.Operator}}
	reviewer  = ticket.Actor{ID: "shenhe01", Name: "王审核", Roles: []ticket.Role{ticket.Operator}}
	handler   = ticket.Actor{ID: "zhidui02", Name: "张经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	attendant = ticket.Actor{ID: "yunfu01", Name: "陈经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "yunfu"}
)

// phrases make up texts of two hundred characters that are not all alike.
var phrases = []string{
	"昨天晚上八点多在长途汽车站出站口打车", "司机问清目的地后说不顺路不愿意去", "表示要一口价八十元，不打表",
	"要求出示服务监督卡被拒绝", "同行的老人行李很多，等了四十分钟", "车辆是白色轿车，顶灯显示空车", "当时旁边还有三四辆车也在挑客",
	"希望主管部门查实后给一个答复", "以前也反映过同样的问题没有改观", "现场有监控可以调取", "售票员态度生硬", "公交车到站不停直接开走",
	"驾校以各种理由拖延退费", "路面坑洼雨天积水严重", "大货车夜间抛洒石子", "维修店更换配件没有提前告知价格",
}

func content(no int) string {
	var b strings.Builder
	for i := no; len([]rune(b.String())) < 200; i = i*31 + 7 {
		b.WriteString(phrases[(i%len(phrases)+len(phrases))%len(phrases)] + "，")
	}
	return string([]rune(b.String())[:200])
}

// complaint is a ticket with what intake would have found in it.
func complaint(no int, auto bool) workflow.Opening {
	text := content(no)
	t := ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: "GD20260902" + strconv.Itoa(100000+no), Title: "反映出租车拒载议价",
		Content: text, Place: "长途汽车站出站口", County: "城东区", CallerKey: fmt.Sprintf("%016x", uint64(no)*0x9E3779B97F4A7C15),
		Sealed: []byte(strings.Repeat("\xa7", 150)), // as long as a sealed name, phone and address
		Verdict: ticket.Verdict{
			Category: "C01", Kind: ticket.Complaint, Confidence: 0.913, Auto: auto, Policy: 3, Lead: "zhidui", Co: []string{"yunfu"},
			Rule:       "派单目录第12条：C01 出租汽车拒载、绕路、甩客",
			Hits:       []ticket.Hit{{Keyword: "打车", Category: "C01", Weight: 1.25, Start: 24, End: 26}, {Keyword: "一口价", Category: "C02", Weight: 2.5, Start: 50, End: 53}},
			Candidates: []ticket.Candidate{{Category: "C01", Score: 0.913}, {Category: "C02", Score: 0.051}, {Category: "C04", Score: 0.012}},
			Entities:   []ticket.Entity{{Kind: ticket.EntityStation, Text: "长途汽车站", County: "城东区", Start: 18, End: 23}},
			Risks:      []ticket.Risk{},
		},
	}
	return workflow.Opening{Ticket: t, Actor: operator, Request: requestID(no)}
}

// requestID is an id as a browser makes it.
func requestID(n int) string {
	return fmt.Sprintf("%08x-1f2e-4d3c-8b5a-%012x", uint32(n)*2654435761, uint64(n)*40503)
}

// life takes a ticket from dispatch to closed: ten events.
func (b *bench) life(id ticket.ID) error {
	const at = "" // of the step
	moves := []struct {
		actor  ticket.Actor
		step   ticket.Step
		fields map[string]string
	}{
		{operator, ticket.StepDispatch, map[string]string{"lead": "zhidui", "co": "yunfu"}},
		{handler, ticket.StepSign, nil},
		{handler, ticket.StepContact, map[string]string{"at": at, "way": "phone", "outcome": "已联系来电人，核对时间地点车牌"}},
		{attendant, ticket.StepCoReply, map[string]string{"reply": "已提供该车经营企业和当班驾驶员信息"}},
		{operator, ticket.StepUrge, map[string]string{"reason": "来电人再次来电询问进度"}},
		{handler, ticket.StepReply, map[string]string{
			"facts": "经调取站区监控，当日二十时许该车驾驶员确有挑客议价行为", "handling": "约谈企业负责人和驾驶员，责令企业整改并按规定处罚",
			"basis": "《巡游出租汽车经营服务管理规定》第四十八条", "told_at": at, "told_way": "phone", "solved": "yes", "substantiated": "yes", "outcome": "solved",
		}},
		{reviewer, ticket.StepApproveReply, map[string]string{"note": "同意"}},
		{operator, ticket.StepCallback, map[string]string{"at": at, "reached": "yes"}},
		{operator, ticket.StepRecordCallback, map[string]string{"responded": "yes", "solved": "yes", "satisfied": "yes"}},
	}
	for i, m := range moves {
		b.notes++
		at := b.now.Add(time.Duration(i+2) * time.Minute)
		for _, name := range []string{"at", "told_at"} {
			if _, asked := m.fields[name]; asked {
				m.fields[name] = at.Format(time.RFC3339)
			}
		}
		_, err := b.desk.Take(b.ctx, at, workflow.Request{
			ID: requestID(1<<24 + b.notes), Ticket: id, Version: int64(i + 1), Step: m.step, Actor: m.actor, Fields: m.fields,
		})
		if err != nil {
			return fmt.Errorf("%s: %w %s", m.step, err, refusal.Cause(err))
		}
	}
	return nil
}

// memory measures bytes a ticket with a two-hundred-character text: open and
// just dispatched, and closed with ten events, all indexes included.
func (b *bench) memory(int) error {
	const n = 8000
	measure := func(what string, limit int, fill func() error) error {
		before, err := b.used()
		if err != nil {
			return err
		}
		if err := fill(); err != nil {
			return err
		}
		after, err := b.used()
		if err != nil {
			return err
		}
		fmt.Printf("%s：每件 %d 字节（目标不超过 %d）\n", what, (after-before)/n, limit)
		return nil
	}
	var ids []ticket.ID
	base, err := b.used()
	if err != nil {
		return err
	}
	err = measure("在办工单，2 步", 2400, func() error {
		var openings []workflow.Opening
		for i := range n {
			openings = append(openings, complaint(i, false))
		}
		opened, err := b.desk.Receive(b.ctx, b.now, openings)
		for _, o := range opened {
			ids = append(ids, o.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := b.life(id); err != nil {
			return err
		}
	}
	after, err := b.used()
	if err != nil {
		return err
	}
	each := (after - base) / n
	fmt.Printf("办结工单，10 步：每件 %d 字节\n", each)
	b.row("办结工单（10 步、全部索引、200 字）的内存", fmt.Sprintf("%d 字节", each), "≤ 1700 字节", each <= 1700)
	return nil
}

// used is the server's memory without the stream and what the outbox still has
// to look at, which are trimmed and do not grow with the tickets.
func (b *bench) used() (int, error) {
	for p := range 16 {
		if err := b.rdb.Del(b.ctx, fmt.Sprintf("{p%d}:ev", p), workflow.PendingKey(p)).Err(); err != nil {
			return 0, err
		}
	}
	info, err := b.rdb.InfoMap(b.ctx, "memory").Result()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(info["Memory"]["used_memory"])
}
