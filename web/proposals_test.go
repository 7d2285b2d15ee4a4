package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huiyin/classify/adjust"
	"huiyin/intake"
	"huiyin/intake/lessons"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rulings"
	"huiyin/workflow/versions"
)

// lesson lays a month's proposal of three rows on the pile.
func (b *bureau) lesson(evidence ...ticket.ID) {
	b.t.Helper()
	var ids []string
	for _, id := range evidence {
		ids = append(ids, string(id))
	}
	row := func(word, category string, before, after float64) adjust.Row {
		return adjust.Row{Word: word, Category: category, Before: before, After: after, Mended: 12, For: 12, Callers: 12, Evidence: ids}
	}
	body, err := json.Marshal(lessons.Lesson{
		Month: "2026-09", From: "2026-04", Advice: lessons.Better, InMonth: 12, Wanted: 10, Corrected: 12, Confirmed: 300,
		Turns:  []intake.Move{{Before: "C01", After: "C03", Tickets: 12}},
		Rows:   []adjust.Row{row("赶下车", "C03", 0, 1.5), row("听说路近", "C01", 0, 0.8), row("模拟器", "G03", 0, 2)},
		Effect: &adjust.Effect{Fixed: 12, Broken: 1, Classes: []adjust.ClassEffect{{Category: "C03", N: 40, Before: 20, After: 31}}},
		Open:   &lessons.Open{Tickets: 9, Changed: 4, Categories: []intake.Move{{Before: "C01", After: "C03", Tickets: 4}}},
		Doubts: []adjust.Doubt{{Word: "拒载", Category: "C01", Weight: 3, Misled: 7, Helped: 2}}, Reroutes: []lessons.Reroute{{Category: "C01", Before: "zhidui", After: "yunfu", Tickets: 5}},
	})
	b.check(err)
	_, err = proposals.NewPile(b.rdb).Add(b.ctx, proposals.Proposal{Kind: proposals.Lexicon, Key: "2026-09", At: b.now(), Body: body})
	b.check(err)
}

func (b *bureau) decided(kind proposals.Kind, key string) *proposals.Decision {
	b.t.Helper()
	return must(proposals.NewPile(b.rdb).Get(b.ctx, kind, key)).Decision
}

const lessonPath = "/policy/proposals/lexicon/2026-09"

func TestALessonIsReadWithoutAWordOfTheTickets(t *testing.T) {
	b := newBureau(t)
	b.lesson(b.accept(complaint(1)))
	w := b.as("admin")
	w.get("/").has(t, http.StatusOK, "词表建议待审")
	w.get("/policy/proposals").has(t, http.StatusOK, "2026年9月词表建议", "推荐采纳", "待审定")
	w.get(lessonPath).has(t, http.StatusOK, "赶下车", "改对", "11 件</span>", "4 件会有变化", "常常判错", "常常改派的", "看工单")
	got := w.get(lessonPath + "?open=0")
	got.has(t, http.StatusOK, "RX0001", "管理员管政策和账号，不看工单内容")
	for _, never := range []string{"要求处理", "听说路近就", "迎晖大道", `href="/tickets/`} {
		if strings.Contains(got.body, never) {
			t.Errorf("an administrator reads %q", never)
		}
	}
	b.as("operator").get(lessonPath+"?open=0").has(t, http.StatusOK, "出租车拒载", `href="/tickets/`, "由管理员审定")
}

func TestChosenRowsGoIntoTheDraftAndWithItIntoForce(t *testing.T) {
	b := newBureau(t)
	b.lesson()
	w := b.as("admin")
	w.post(lessonPath+"/draft", url.Values{}).has(t, http.StatusUnprocessableEntity, "一行也没有选")
	w.post(lessonPath+"/draft", url.Values{"row": {"0", "2"}}).has(t, http.StatusSeeOther)
	d := must(versions.New(b.rdb).Draft(b.ctx, "admin"))
	for row, want := range map[string]bool{"赶下车,C03,1.5,学习": true, "听说路近,C01": false, "模拟器,G03,2,学习": true} {
		if strings.Contains(d.Files["keywords.csv"], row) != want {
			t.Errorf("%s in the draft: wanted %v", row, want)
		}
	}
	if got := b.decided(proposals.Lexicon, "2026-09"); got == nil || got.Outcome != proposals.Drafted {
		t.Fatalf("%+v", got)
	}
	w.get("/policy/proposals").has(t, http.StatusOK, "的草稿里", "没有等审定的建议")
	b.publishes(w)
	got := b.decided(proposals.Lexicon, "2026-09")
	if got.Outcome != proposals.Published || got.Version != 1 {
		t.Errorf("%+v", got)
	}
	w.post(lessonPath+"/refuse", url.Values{"why": {"不要了"}}).has(t, http.StatusUnprocessableEntity, "已经采纳这份建议")
}

// publishes puts the draft in force.
func (b *bureau) publishes(w *browser) {
	b.t.Helper()
	d := must(versions.New(b.rdb).Draft(b.ctx, "admin"))
	w.post("/policy/draft/publish", url.Values{"why": {"采纳"}, "key": {draftKey(d)}}).has(b.t, http.StatusSeeOther)
}

func TestADraftThatWasThrownAwayLeavesTheProposalOpen(t *testing.T) {
	b := newBureau(t)
	b.lesson()
	w := b.as("admin")
	w.post(lessonPath+"/draft", url.Values{"row": {"0"}}).has(t, http.StatusSeeOther)
	w.post("/policy/draft/drop", url.Values{}).has(t, http.StatusSeeOther)
	w.get(lessonPath).has(t, http.StatusOK, "放进我的草稿")
	w.post(lessonPath+"/publish", url.Values{"row": {"0"}}).has(t, http.StatusSeeOther)
	if got := b.decided(proposals.Lexicon, "2026-09"); got.Outcome != proposals.Published || got.Version != 1 || len(got.Rows) != 1 {
		t.Errorf("%+v", got)
	}
	w.get("/policy/history").has(t, http.StatusOK, "采纳2026年9月词表建议 1 行")
}

func TestARefusalNeedsAReasonAndIsAudited(t *testing.T) {
	b := newBureau(t)
	b.lesson()
	w := b.as("admin")
	w.post(lessonPath+"/refuse", url.Values{"row": {"0"}}).has(t, http.StatusUnprocessableEntity, "请写明为什么不采纳")
	w.post(lessonPath+"/refuse", url.Values{"why": {"件数太少"}}).has(t, http.StatusSeeOther)
	w.get(lessonPath).has(t, http.StatusOK, "不采纳：件数太少")
	b.as("auditor").get("/audit").has(t, http.StatusOK, "不采纳政策建议", "lexicon:2026-09", "件数太少")
}

func TestOnlyAdministratorsDecideOnProposals(t *testing.T) {
	b := newBureau(t)
	b.lesson()
	for _, login := range []string{"operator", "supervisor", "leader"} {
		w := b.as(login)
		for _, do := range []string{"draft", "publish", "refuse"} {
			w.post(lessonPath+"/"+do, url.Values{"row": {"0"}, "why": {"x"}}).has(t, http.StatusForbidden)
		}
	}
	b.as("admin").get("/policy/proposals/lexicon/2026-01").has(t, http.StatusNotFound)
}

func (b *bureau) ruling(id ticket.ID, change func(*rulings.Ruling)) string {
	b.t.Helper()
	r := rulings.Ruling{
		Ticket: id, SourceNo: "RX0001", Category: "C01", County: "城东区", Lead: "yunfu", Basis: "服务质量考核办法", By: "supervisor", Name: "王强",
		At: b.now(), Rule: "派单目录第113条：C01", Named: []rulings.Condition{"实体:道路=迎晖大道"},
	}
	if change != nil {
		change(&r)
	}
	p := must(r.Proposal())
	_, err := proposals.NewPile(b.rdb).Add(b.ctx, p)
	b.check(err)
	return "/policy/proposals/ruling/" + string(id)
}

func TestARulingIsPublishedWithItsTermAndLimits(t *testing.T) {
	b := newBureau(t)
	path := b.ruling(b.accept(complaint(1)), nil)
	w := b.as("admin")
	w.get(path).has(t, http.StatusOK, "城东区", "服务质量考核办法", "派单目录第113条", "道路=迎晖大道", `value="24" selected`)
	w.post(path+"/publish", url.Values{"months": {"很久"}}).has(t, http.StatusUnprocessableEntity, "有效月数应为")
	w.post(path+"/publish", url.Values{"months": {"12"}, "only": {"实体:道路=别处"}}).has(t, http.StatusUnprocessableEntity, "不能用它来限定")
	w.post(path+"/publish", url.Values{"months": {"12"}, "only": {"实体:道路=迎晖大道"}}).has(t, http.StatusSeeOther)
	here := b.ticket(b.accept(complaint(2)))
	if here.Verdict.Lead != "yunfu" || !strings.Contains(here.Verdict.Rule, "裁定规则第裁1条") {
		t.Errorf("the next ticket of the place goes to %s by %s", here.Verdict.Lead, here.Verdict.Rule)
	}
	w.get("/policy?table=routes").has(t, http.StatusOK, "裁定：", "王强裁定")
}

func TestARulingForEverywhereIsSaidToBeOne(t *testing.T) {
	b := newBureau(t)
	path := b.ruling("00000000AAA0", func(r *rulings.Ruling) { r.County = "" })
	b.as("admin").get(path).has(t, http.StatusOK, "这条规则会管到所有县区")
}

func TestACheckNamesRulesThatAreNeverReached(t *testing.T) {
	b := newBureau(t)
	w := b.as("admin")
	w.post(b.ruling("00000000AAA0", nil)+"/draft", url.Values{"months": {"0"}}).has(t, http.StatusSeeOther)
	b.edits(w, "routes.csv", "add", nil, "序号", "0", "类别", "C01", "牵头", "zhidui", "依据", "试一试").has(t, http.StatusSeeOther)
	w.get("/policy/draft/check").has(t, http.StatusOK, "没有问题", "提醒", "派单目录第 ", "永远用不到", "牵头不同")
}

func TestThoseWhoReadTicketsSeeTheTrialOfADraft(t *testing.T) {
	b := newBureau(t)
	for n := range 3 {
		b.accept(complaint(n))
	}
	reader := b.as("supervisor")
	reader.get("/policy/trials").has(t, http.StatusOK, "还没有试运行过")
	w := b.amender()
	b.edits(w, "routes.csv", "add", nil, "序号", "0", "类别", "C01", "牵头", "gonglu", "依据", "试一试").has(t, http.StatusSeeOther)
	w.post("/policy/draft/try", url.Values{"months": {"1"}}).has(t, http.StatusSeeOther)
	<-b.server.studio.trials["admin"].finished
	reader.get("/policy/trials").has(t, http.StatusOK, "试运行草稿", "出租车拒载", `href="/tickets/`, "换牵头单位")
	w.get("/policy/trials").has(t, http.StatusForbidden)
	kept := must(b.desk.Store().Document(b.ctx, trialDocument("admin")))
	if strings.Contains(string(kept), "拒载") {
		t.Error("what is kept of a trial holds words of the tickets")
	}
}
