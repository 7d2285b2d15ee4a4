package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huiyin/intake"
	"huiyin/internal/browser"
	"huiyin/ticket"
)

// TestAnAdministratorSplitsACategoryInTwo does in a real browser what the
// manual of the policy describes: dangerous driving becomes a category of its
// own, is tried on stored tickets, published, and taken back.
func TestAnAdministratorSplitsACategoryInTwo(t *testing.T) {
	b := openBureau(t, "2026-11-03 09:00")
	b.hire("guanli", "孙维", "", ticket.Admin)
	b.hire("duban", "王强", "", ticket.Supervisor)
	for n := range 3 {
		if got := b.dangerous(n); got.Category != "C03" || got.Lead != "yunfu" {
			t.Fatalf("before, it is %s of %s", got.Category, got.Lead)
		}
	}
	chromium, err := browser.Start(b.ctx, b.base)
	b.must(err)
	admin, err := chromium.Person()
	b.must(err)
	b.must(admin.SignIn("guanli", testPassword))
	b.must(admin.Open("/policy"))
	b.must(admin.Click(`[data-test="amend"]`))
	b.must(admin.Click(`[data-test="start-draft"]`))
	b.must(admin.Wait(`document.querySelector('[data-test="tables"]')`))

	for _, word := range []string{"边开车边", "开得飞快"} {
		b.moveKeyword(admin, word, "C07")
	}
	b.expectFaults(admin, "没有类别“C07”")
	b.addRow(admin, "categories.csv", map[string]string{
		"编码": "C07", "名称": "出租汽车危险驾驶", "大类": "出租汽车与网约车", "领域": "城市客运", "执法类": "否", "密": "否", "默认类型": "投诉举报", "说明": "边开车边打电话、超速",
	})
	b.expectFaults(admin, "C07")
	b.addRow(admin, "routes.csv", map[string]string{"序号": "115a", "类别": "C07", "牵头": "zhidui", "依据": "道路运输条例"})
	b.must(admin.Open("/policy/draft/check"))
	b.expectText(admin, "main", "没有问题")

	b.must(admin.Open("/policy/draft/try"))
	b.must(admin.Click(`[data-test="try"]`))
	b.expectText(admin, `[data-test="trial-done"]`, "有变化", "换牵头单位", "运服中心 → 执法支队", "出租汽车危险驾驶")
	b.expectText(admin, `[data-test="matrix"] tbody`, "C03", "3")
	b.expectText(admin, `[data-test="examples"]`, "WX0", "WX1", "WX2", "边开车边", "现行看到", "草稿看到")
	b.expectText(admin, `[data-test="no-content"]`, "管理员管政策和账号，不看工单内容")
	b.expectNoText(admin, "main", "请核实处理", "乘客很害怕")
	b.operatorsSeeTheTrial(chromium)
	if got := b.dangerous(3); got.Category != "C03" || got.Verdict.Policy != 0 {
		t.Fatalf("a trial changed the judgement to %s", got.Category)
	}

	b.must(admin.Open("/policy/draft/publish"))
	b.expectText(admin, "main", "试运行过", "边开车边", "C03 → C07", "115a")
	b.must(admin.Fill(`[data-test="why"]`, "危险驾驶单列"))
	b.must(admin.Click(`[data-test="publish"]`))
	b.must(admin.Wait(`location.search.includes("published=1")`))
	b.expectText(admin, `[data-test="versions"]`, "第 1 版", "现行", "危险驾驶单列", "关键词：改 2 行")
	if got := b.dangerous(4); got.Category != "C07" || got.Lead != "zhidui" || got.Verdict.Policy != 1 {
		t.Fatalf("after publishing it is %s of %s by version %d", got.Category, got.Lead, got.Verdict.Policy)
	}

	b.must(admin.Click(`[data-test="version-0"]`))
	b.must(admin.Fill(`[data-test="back-why"]`, "两类分得太细"))
	b.must(admin.Click(`[data-test="restore"]`))
	b.must(admin.Wait(`location.search.includes("published=2")`))
	b.expectText(admin, `[data-test="versions"]`, "第 2 版", "退回内置默认政策：两类分得太细")
	if got := b.dangerous(5); got.Category != "C03" || got.Lead != "yunfu" || got.Verdict.Policy != 2 {
		t.Fatalf("after going back it is %s of %s by version %d", got.Category, got.Lead, got.Verdict.Policy)
	}
}

// operatorsSeeTheTrial looks at the administrator's trial as somebody who may
// read tickets: their titles, and each of them to open.
func (b *bureau) operatorsSeeTheTrial(chromium *browser.Browser) {
	b.t.Helper()
	watch, err := chromium.Person()
	b.must(err)
	b.must(watch.SignIn("duban", testPassword))
	b.must(watch.Open("/policy/trials"))
	b.expectText(watch, "main", "孙维", "试运行草稿", "请核实处理", "出租汽车服务态度、车容车况")
	b.must(watch.Click(`[data-test="open-ticket"]`))
	b.must(watch.Wait(`location.pathname.startsWith("/tickets/")`))
	b.expectText(watch, "main", "乘客很害怕")
}

func (b *bureau) expectNoText(p *browser.Person, css string, never ...string) {
	b.t.Helper()
	text, err := p.Text(css)
	b.must(err)
	for _, w := range never {
		if strings.Contains(text, w) {
			b.t.Errorf("%s says %q:\n%s", css, w, text)
		}
	}
}

// dangerous takes in a complaint about a taxi driver and tells what was made of it.
func (b *bureau) dangerous(n int) ticket.Ticket {
	b.t.Helper()
	now := *b.now.Load()
	results, err := b.app.line.Accept(b.ctx, now, ticket.Service, []intake.Form{{
		Channel: ticket.Channel12328, SourceNo: fmt.Sprintf("WX%d", n), Title: "请核实处理", CalledAt: now.Add(-time.Hour),
		Content: "出租车司机边开车边打电话，开得飞快，乘客很害怕，希望处理。",
	}})
	b.must(err)
	got := b.ticket(results[0].ID)
	if got.Lead == "" {
		got.Lead = got.Verdict.Lead
	}
	return got
}

func (b *bureau) moveKeyword(p *browser.Person, word, category string) {
	b.t.Helper()
	b.must(p.Open("/policy/draft/sheet?file=keywords.csv&value=C03&q=" + word))
	b.must(p.Click(`[data-test^="edit-"]`))
	b.must(p.Fill(`[data-test="c1"]`, category))
	b.must(p.Click(`[data-test="save-row"]`))
	b.must(p.Wait(`location.search.includes("saved=")`))
}

// addRow fills the form of a new row by the names of its columns.
func (b *bureau) addRow(p *browser.Person, file string, cells map[string]string) {
	b.t.Helper()
	b.must(p.Open("/policy/draft/sheet?file=" + file))
	b.must(p.Click(`[data-test="add-row"]`))
	b.must(p.Wait(`document.querySelector('[data-test="row-form"]')`))
	for label, value := range cells {
		name, err := p.Value(`Array.from(document.querySelectorAll('[data-test="row-form"] label')).find(l => l.textContent === "` + label + `").htmlFor`)
		b.must(err)
		b.must(p.Fill("#"+name, value))
	}
	b.must(p.Click(`[data-test="save-row"]`))
	b.must(p.Wait(`location.search.includes("near=")`))
}

// expectFaults sees the faults and that they stand in the way of publishing.
func (b *bureau) expectFaults(p *browser.Person, want string) {
	b.t.Helper()
	b.must(p.Open("/policy/draft/check"))
	b.expectText(p, "main", "处问题，改好之后才能", want)
	b.must(p.Open("/policy/draft/publish"))
	b.expectText(p, "main", "改好之后才能发布")
}

func (b *bureau) expectText(p *browser.Person, css string, want ...string) {
	b.t.Helper()
	text, err := p.Text(css)
	b.must(err)
	for _, w := range want {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), w) {
			b.t.Errorf("%s does not say %q:\n%s", css, w, text)
		}
	}
}
