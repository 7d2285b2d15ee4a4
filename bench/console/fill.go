package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/workflow"
)

// The people who made the store what it is.
var (
	operator = ticket.Actor{ID: "huawu01", Name: "李话务", Roles: []ticket.Role{ticket.Operator}}
	reviewer = ticket.Actor{ID: "huawu02", Name: "王审核", Roles: []ticket.Role{ticket.Operator}}
)

const (
	months  = 13
	batch   = 2000
	writers = 64
	// openDays is how long ago the tickets that are still being worked on came.
	openDays = 30
)

// filled marks a folder whose store is full.
const filled = "bench-console.filled"

// fill makes a store of so many tickets with made-up texts, through the desk as
// an import does, and takes each through the steps of its life.
func fill(ctx context.Context, dir string, tickets int) error {
	mark := filepath.Join(dir, filled)
	if have, err := os.ReadFile(mark); err == nil {
		if string(have) != fmt.Sprint(tickets) {
			return fmt.Errorf("文件夹 %s 里是 %s 件的存储，要的是 %d 件：请换一个文件夹", dir, have, tickets)
		}
		return nil
	}
	server, err := redisd.Start(ctx, redisd.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer server.Close()
	desk, err := deskOn(ctx, server.Client())
	if err != nil {
		return err
	}
	f := &filler{ctx: ctx, desk: desk, maker: sample.New(7), rng: rand.New(rand.NewPCG(7, 7)), now: time.Now()}
	if err := f.run(tickets); err != nil {
		return err
	}
	if err := compact(ctx, server.Client()); err != nil {
		return err
	}
	return os.WriteFile(mark, fmt.Append(nil, tickets), 0o600)
}

// compact has the server write its log anew, as it does by itself in quiet hours:
// the service starts from what is there, not from each step that led to it.
func compact(ctx context.Context, rdb *redis.Client) error {
	if err := rdb.BgRewriteAOF(ctx).Err(); err != nil {
		return err
	}
	for {
		info, err := rdb.InfoMap(ctx, "persistence").Result()
		if err != nil {
			return err
		}
		if p := info["Persistence"]; p["aof_rewrite_in_progress"] == "0" && p["aof_rewrite_scheduled"] == "0" {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

type filler struct {
	ctx   context.Context
	desk  *workflow.Desk
	maker *sample.Maker
	rng   *rand.Rand
	now   time.Time
	mu    sync.Mutex
	ended map[string]int // lives that ended earlier than planned, by why
}

func (f *filler) run(tickets int) error {
	span := time.Duration(months) * 30 * 24 * time.Hour
	began := time.Now()
	for first := 0; first < tickets; first += batch {
		n := min(batch, tickets-first)
		var openings []workflow.Opening
		for i := range n {
			at := f.now.Add(-span + time.Duration(float64(span)*float64(first+i)/float64(tickets)))
			openings = append(openings, f.opening(first+i, at))
		}
		now := openings[n-1].Ticket.CalledAt.Add(time.Minute)
		opened, err := f.desk.Receive(f.ctx, now, openings)
		if err != nil {
			return err
		}
		if err := f.lives(now, opened, openings); err != nil {
			return err
		}
		if done := first + n; done%20000 == 0 || done == tickets {
			fmt.Fprintf(os.Stderr, "已生成 %d 件，用时 %.0f 秒\n", done, time.Since(began).Seconds())
		}
	}
	for why, n := range f.ended {
		fmt.Fprintf(os.Stderr, "%d 件提前停下：%s\n", n, why)
	}
	return nil
}

func (f *filler) opening(no int, at time.Time) workflow.Opening {
	c := f.maker.Complaint(at)
	policy := f.desk.Policy()
	t := ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: fmt.Sprintf("BC%s%07d", at.Format("0601"), no), Title: c.Title, Content: c.Content,
		Place: c.Place, County: c.County, Subject: c.Subject, CalledAt: at, CallerKey: fmt.Sprintf("%016x", uint64(f.rng.IntN(tickets9)+1)*0x9E3779B97F4A7C15),
		Sealed: []byte(strings.Repeat("\xa7", 150)), Sample: true,
		Verdict: ticket.Verdict{Category: c.Category, Kind: ticket.Complaint, Confidence: 0.93, Auto: true},
	}
	t.Category, t.Kind = c.Category, ticket.Complaint
	route := policy.Route(&t)
	t.Verdict.Lead, t.Verdict.Co, t.Verdict.Rule = route.Lead, route.Co, route.Rule
	o := workflow.Opening{Ticket: t, Actor: operator, Request: fmt.Sprint("bench-", no)}
	category, _ := policy.Categories.Find(c.Category)
	switch {
	case f.rng.IntN(4) == 0 && !category.Enforcement:
		o.Answer, o.Ticket.Kind, o.Ticket.Verdict.Kind = "已在电话中答复政策依据和办理渠道", ticket.Consult, ticket.Consult
	case f.now.Sub(at) < openDays*24*time.Hour && f.rng.IntN(5) == 0:
		o.Hold = true
	}
	return o
}

// tickets9 is how many different callers there are.
const tickets9 = 90000

// lives takes the tickets of a batch through their steps, many at once.
func (f *filler) lives(now time.Time, opened []workflow.Opened, openings []workflow.Opening) error {
	type life struct {
		id    ticket.ID
		steps int
	}
	waiting := make(chan life)
	var workers sync.WaitGroup
	for range writers {
		workers.Go(func() {
			for l := range waiting {
				f.life(now, l.id, l.steps)
			}
		})
	}
	for i, o := range opened {
		if o.Err != nil {
			f.end(ticket.StepReceive, o.Err)
		}
		if o.Err != nil || !o.Dispatched {
			continue
		}
		steps := len(moves)
		if f.now.Sub(openings[i].Ticket.CalledAt) < openDays*24*time.Hour {
			steps = f.rng.IntN(len(moves) + 1)
		}
		waiting <- life{o.ID, steps}
	}
	close(waiting)
	workers.Wait()
	return f.ctx.Err()
}

// moves are the steps of an ordinary life after the dispatch.
var moves = []struct {
	step ticket.Step
	unit bool
	give func(at string) map[string]string
}{
	{ticket.StepSign, true, func(string) map[string]string { return nil }},
	{ticket.StepContact, true, func(at string) map[string]string {
		return map[string]string{"at": at, "way": "phone", "outcome": "已联系来电人，核对时间地点"}
	}},
	{ticket.StepReply, true, func(at string) map[string]string {
		return map[string]string{
			"facts": "经调取监控并询问当事人，反映的情况基本属实", "handling": "已约谈负责人，责令限期整改", "basis": "《道路旅客运输及客运站管理规定》",
			"told_at": at, "told_way": "phone", "solved": "yes", "substantiated": "yes", "outcome": "solved",
		}
	}},
	{ticket.StepApproveReply, false, func(string) map[string]string { return map[string]string{"note": "同意"} }},
	{ticket.StepRecordCallback, false, func(string) map[string]string {
		return map[string]string{"responded": "yes", "solved": "yes", "satisfied": "yes"}
	}},
}

// coReplies lets the units that help do their share; 0 when one cannot.
func (f *filler) coReplies(at time.Time, t *ticket.Ticket, version int64) int64 {
	for _, unit := range t.Co {
		outcome, err := f.desk.Take(f.ctx, at.Add(-2*time.Minute), workflow.Request{
			ID: fmt.Sprint(t.ID, "-co-", unit), Ticket: t.ID, Version: version, Step: ticket.StepCoReply,
			Actor:  ticket.Actor{ID: "jb-" + unit, Name: "陈经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: unit},
			Fields: map[string]string{"reply": "已提供涉事车辆和当班人员信息，配合核查"},
		})
		if err != nil {
			f.end(ticket.StepCoReply, err)
			return 0
		}
		version = outcome.Ticket.Version
	}
	return version
}

// end notes why a life ended before its time: some do, for the table knows more
// ways than the ordinary one.
func (f *filler) end(step ticket.Step, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil {
		f.ended = map[string]int{}
	}
	code := "store"
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) {
		code = refusal.Code
	}
	f.ended[string(step)+" "+code]++
}

// life takes some steps on a ticket; where the table ends a life earlier, it ends.
func (f *filler) life(now time.Time, id ticket.ID, most int) {
	t, err := f.desk.Store().Tickets(f.ctx, []ticket.ID{id})
	if err != nil || len(t) == 0 {
		return
	}
	version := t[0].Version
	unit := ticket.Actor{ID: "jb-" + t[0].Lead, Name: "张经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: t[0].Lead}
	for i, m := range moves[:most] {
		at := now.Add(time.Duration(i+1) * 3 * time.Minute)
		actor := unit
		if !m.unit {
			actor = reviewer
		}
		if m.step == ticket.StepReply {
			if version = f.coReplies(at, &t[0], version); version == 0 {
				return
			}
		}
		outcome, err := f.desk.Take(f.ctx, at, workflow.Request{
			ID: fmt.Sprint(id, "-", i), Ticket: id, Version: version, Step: m.step, Actor: actor, Fields: m.give(at.Add(-time.Minute).Format(time.RFC3339)),
		})
		if err != nil {
			f.end(m.step, err)
			return
		}
		version = outcome.Ticket.Version
	}
}
