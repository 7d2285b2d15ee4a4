package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"huiyin/intake"
	"huiyin/internal/browser"
	"huiyin/ticket"
	"huiyin/workflow"
)

// A month of corrections in a real store becomes a proposal by the job of the
// next month; an administrator reads it in a real browser, unticks a row, puts
// the rest into a draft, and publishes it; the next ticket is judged by it.
func TestAMonthOfCorrectionsJudgesTheNextTicket(t *testing.T) {
	b := openBureau(t, "2026-10-12 09:00")
	b.hire("guanli", "孙维", "", ticket.Admin)
	b.correctedMonth(14)
	b.at("2026-11-02 03:00")
	b.runJob("lexicon-proposal", "，推荐采纳")
	b.at("2026-11-03 09:00")
	chromium, err := browser.Start(b.ctx, b.base)
	b.must(err)
	admin, err := chromium.Person()
	b.must(err)
	b.must(admin.SignIn("guanli", testPassword))
	b.must(admin.Open("/"))
	b.expectText(admin, `[data-test="card-lexicon"]`, "词表建议待审", "1")
	b.must(admin.Click(`[data-test="card-lexicon"]`))
	b.must(admin.Click(`[data-test="proposal"]`))
	b.must(admin.Wait(`document.querySelector('[data-test="rows"]')`))
	b.expectText(admin, "main", "，推荐采纳", "改对", "模拟器", "学时造假", "在办的")
	b.must(admin.Click(`[data-test="evidence-0"]`))
	b.must(admin.Wait(`document.querySelector('[data-test="evidence"]')`))
	b.expectText(admin, `[data-test="evidence"]`, "GB", "驾校")
	b.expectText(admin, "main", "管理员管政策和账号，不看工单内容")
	b.expectNoText(admin, "main", "不给上车练", "傍晚")

	b.must(admin.Click(`[data-test="to-draft"]`))
	b.must(admin.Wait(`location.pathname === "/policy/draft/sheet"`))
	b.expectText(admin, `[data-test="sheet"]`, "模拟器", "G03", "学习", "2026年10月词表建议")
	b.must(admin.Open("/policy/draft/check"))
	b.expectText(admin, "main", "没有问题")
	b.must(admin.Open("/policy/draft/try"))
	b.must(admin.Click(`[data-test="try"]`))
	b.expectText(admin, `[data-test="trial-done"]`, "驾校退费与合同纠纷", "学时造假")
	b.must(admin.Open("/policy/draft/publish"))
	b.must(admin.Fill(`[data-test="why"]`, "采纳十月的词表建议"))
	b.must(admin.Click(`[data-test="publish"]`))
	b.must(admin.Wait(`location.search.includes("published=1")`))
	if got := b.simulator("GN1"); got.Category != "G03" || got.Verdict.Policy != 1 {
		t.Fatalf("the next ticket is judged %s by version %d", got.Category, got.Verdict.Policy)
	}
	b.must(admin.Open("/policy/proposals"))
	b.expectText(admin, "main", "没有等审定的建议", "已采纳，第 1 版")
}

// A ruling that a supervisor keeps is published by an administrator, and sends
// the next ticket of its category and place to the ruled unit.
func TestARulingBecomesARuleByTwoPeople(t *testing.T) {
	b := openBureau(t, "2026-11-03 09:00")
	b.hire("duban", "王强", "", ticket.Supervisor)
	b.hire("guanli", "孙维", "", ticket.Admin)
	id := b.inDispute("PT1")
	chromium, err := browser.Start(b.ctx, b.base)
	b.must(err)
	watch, err := chromium.Person()
	b.must(err)
	b.must(watch.SignIn("duban", testPassword))
	b.step(watch, id, "arbitrate", map[string]string{"lead": "ju-yunshu", "basis": "巡游车电召归行业管理"}, "keep_rule-yes")
	if got := b.ticket(id); got.Lead != "ju-yunshu" || !got.Final {
		t.Fatalf("the ruling does not bind its own ticket: %s", got.Lead)
	}
	if got := b.ticket(b.accept("PT2", pothole)); got.Verdict.Lead == "ju-yunshu" {
		t.Fatal("a ruling is in force before an administrator has published it")
	}
	admin, err := chromium.Person()
	b.must(err)
	b.must(admin.SignIn("guanli", testPassword))
	b.must(admin.Open("/policy/proposals/ruling/" + string(id)))
	b.expectText(admin, "main", "城东区", "巡游车电召归行业管理", "王强", "现在这样的工单按")
	b.must(admin.Click(`[data-test="publish"]`))
	b.must(admin.Wait(`location.search.includes("published=1")`))
	got := b.ticket(b.accept("PT3", pothole))
	if got.Verdict.Lead != "ju-yunshu" || !strings.Contains(got.Verdict.Rule, "裁定规则第裁1条") || !strings.Contains(got.Verdict.Rule, string(id)) {
		t.Errorf("the next one goes to %s by %s", got.Verdict.Lead, got.Verdict.Rule)
	}
	b.must(admin.Open("/policy?table=routes"))
	b.expectText(admin, "main", "裁定：2026-11-03 王强裁定", "2028-11-03到期")
}

// fillers make each complaint a text of its own.
var fillers = strings.Fields("当时 后来 然后 再说 一直 已经 反正 本来 结果 真的 早晨 傍晚 中午 周末 前天 昨天 大家 我们 他们 自己 确实 非常 实在 居然 竟然 只好 还是 总是 从来 至今")

func (b *bureau) accept(no, content string) ticket.ID {
	b.t.Helper()
	now := *b.now.Load()
	results, err := b.app.line.Accept(b.ctx, now, ticket.Service, []intake.Form{{
		Channel: ticket.Channel12328, SourceNo: no, CalledAt: now.Add(-time.Minute), Content: content, CallerPhone: fmt.Sprintf("170%08d", len(no)*7919+int(no[len(no)-1])*31+int(no[len(no)-2])*977),
	}})
	b.must(err)
	if len(results[0].Faults) > 0 {
		b.t.Fatal(results[0].Faults)
	}
	return results[0].ID
}

func (b *bureau) simulator(no string) ticket.Ticket {
	b.t.Helper()
	return b.ticket(b.accept(no, "驾校让学员坐着模拟器充数，不给上车练，"+filler(uint64(len(no)), uint64(no[len(no)-1])<<8+uint64(no[len(no)-2]))))
}

// filler is the end of a story that no other story has.
func filler(a, b uint64) string {
	rng := rand.New(rand.NewPCG(a, b))
	words := make([]string, 14)
	for i := range words {
		words[i] = fillers[rng.IntN(len(fillers))]
	}
	return strings.Join(words, "，") + "。"
}

// correctedMonth is a month in which an operator gives n tickets another
// category than was proposed.
func (b *bureau) correctedMonth(n int) {
	b.t.Helper()
	for i := range n {
		for k, ordinary := range []string{"驾校不肯给学员退报名费，不让上车", "教练说学时充数就行，学员签个字"} {
			got := b.ticket(b.accept(fmt.Sprintf("P%d%02d", k, i), ordinary+"，"+filler(uint64(k), uint64(i))))
			if got.State == ticket.Received {
				b.takes(got, ticket.StepDispatch, deskOperator, map[string]string{"lead": got.Verdict.Lead})
			}
		}
		got := b.simulator(fmt.Sprintf("GB%02d", i))
		if got.Category != "G01" {
			b.t.Fatalf("the story of the test no longer misleads: judged %s", got.Category)
		}
		b.takes(got, ticket.StepDispatch, deskOperator, map[string]string{"lead": got.Verdict.Lead, "category": "G03", "reason": "学时"})
	}
}

var (
	deskOperator = ticket.Actor{ID: "huawu", Name: "李静", Roles: []ticket.Role{ticket.Operator}}
)

func (b *bureau) takes(t ticket.Ticket, step ticket.Step, who ticket.Actor, fields map[string]string) ticket.Ticket {
	b.t.Helper()
	outcome, err := b.app.desk.Take(b.ctx, *b.now.Load(), workflow.Request{
		ID: fmt.Sprintf("%s-%d", t.ID, t.Version), Ticket: t.ID, Version: t.Version, Step: step, Actor: who, Fields: fields,
	})
	b.must(err)
	return outcome.Ticket
}

func (b *bureau) runJob(name, want string) {
	b.t.Helper()
	var out bytes.Buffer
	runner, err := b.app.runner(b.root, slog.New(slog.DiscardHandler))
	b.must(err)
	b.must(runner.Run(b.ctx, name, *b.now.Load(), "测试"))
	states, err := runner.States(b.ctx)
	b.must(err)
	for _, s := range states {
		if s.Name == name {
			fmt.Fprint(&out, s.Note)
		}
	}
	if !strings.Contains(out.String(), want) {
		b.t.Fatalf("the job says %q, want %q", out.String(), want)
	}
}

// pothole is a complaint whose category the lexicon is sure of.
const pothole = "城东区出租车拒载，司机听说去城东就不走"

// inDispute is a ticket that an operator has asked a ruling for.
func (b *bureau) inDispute(no string) ticket.ID {
	b.t.Helper()
	got := b.ticket(b.accept(no, pothole))
	if got.State == ticket.Dispatched {
		unit := ticket.Actor{ID: "jingban", Name: "经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: got.Lead}
		got = b.takes(got, ticket.StepRequestReturn, unit, map[string]string{"ground": "R01", "basis": "三定规定", "reason": "不是我们的职责"})
	}
	return b.takes(got, ticket.StepEscalate, deskOperator, map[string]string{"reason": "两家都不认"}).ID
}
