package web

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// told opens a ticket of such words.
func (b *bureau) told(no int, title, content string, change ...func(*intake.Form)) ticket.ID {
	f := complaint(no)
	f.Title, f.Content = title, content
	for _, c := range change {
		c(&f)
	}
	return b.accept(f)
}

var searchTotal = regexp.MustCompile(`data-test="total">(\d+)<`)

// finds fails unless a search finds so many, and shows the tickets named.
func (w *browser) finds(claim, query string, total string, shown ...ticket.ID) answer {
	w.b.t.Helper()
	page := w.get("/tickets?" + query)
	page.has(w.b.t, http.StatusOK)
	if m := searchTotal.FindStringSubmatch(page.body); m == nil || m[1] != total {
		w.b.t.Errorf("%s: %v, want %s\n%s", claim, m, total, page.body)
	}
	for _, id := range shown {
		if !strings.Contains(page.body, "/tickets/"+string(id)) {
			w.b.t.Errorf("%s: %s is not shown", claim, id)
		}
	}
	return page
}

func q(text string, more ...string) string {
	values := url.Values{"q": {text}}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values.Encode()
}

func TestSearchFindsInEveryTicketAndMarksTheWords(t *testing.T) {
	b := newBureau(t)
	bridge := b.told(1, "大桥护栏损坏", "河口大桥东侧护栏被撞坏，车牌粤W·88991的货车撞的")
	bus := b.told(2, "公交不停站", "K12路公交车在大桥站不停，已经三次")
	b.told(3, "驾校退费", "报名一年没有安排练车，要求退费")
	w := b.as("operator")
	w.finds("a word", q("大桥"), "2", bridge, bus).has(t, 200, `<mark class="found">大桥</mark>`)
	w.finds("several words", q("大桥 公交"), "1", bus)
	w.finds("a plate as people write it", q("粤w 88991"), "1", bridge)
	w.finds("traditional characters in full width", q("大橋　ｋ１２"), "1", bus)
	w.finds("a phone by its fingerprint", q("139-0000-1234"), "3", bridge, bus)
	w.finds("nobody's phone", q("13900009999"), "0")
	if kept := b.as("auditor").get("/audit"); !strings.Contains(kept.body, "按电话查询") || strings.Contains(kept.body, "13900009999") {
		t.Error("a search by phone leaves no trace, or the number itself")
	}
	empty := w.finds("nothing, and what to leave out", q("大桥 退费"), "0")
	empty.has(t, 200, "没有符合全部条件的工单", "去掉“文字 退费” <b class=\"num\">2</b> 件", "去掉“文字 大桥” <b class=\"num\">1</b> 件")
	w.finds("by day", q("大桥", "from", "2026-10-13"), "0")
	w.finds("by day, the last included", q("大桥", "from", "2026-10-12", "to", "2026-10-12"), "2", bridge, bus)
	w.get("/tickets?"+q("x", "from", "昨天")).has(t, http.StatusUnprocessableEntity)
	w.get("/tickets?"+q("x", "flag", "fast")).has(t, http.StatusUnprocessableEntity)
	b.as("leader").get("/tickets?"+q("13900001234")).has(t, 200, "不能按电话查工单")
}

func TestAClueIsNeitherCountedNorExportedByASearch(t *testing.T) {
	b := newBureau(t)
	open := b.told(1, "执法收费", "执法人员态度不好，收费不开票")
	clue := b.told(2, "执法收钱", "举报执法人员收受红包放行超限车，收费不开票")
	b.does("operator", clue, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	b.as("leader").finds("a leader", q("收费"), "1", open)
	b.as("operator").finds("an operator", q("收费"), "1", open)
	w := b.as("discipline")
	w.finds("discipline", q("收费"), "2", open, clue)
	file := w.post("/tickets/export", url.Values{"query": {q("收费")}, "format": {"csv"}, "reason": {"核对线索"}})
	file.has(t, 200, string(open))
	if strings.Contains(file.body, string(clue)) {
		t.Error("a clue left the house")
	}
}

func TestExport(t *testing.T) {
	b := newBureau(t)
	b.told(1, "=1+1 大桥", "大桥护栏损坏，请尽快修复处理")
	b.told(2, "大桥路灯", "大桥路灯不亮，请尽快修复处理", func(f *intake.Form) { f.Confidential = true })
	w := b.as("operator")
	ask := func(change ...string) answer {
		form := url.Values{"query": {q("大桥")}, "format": {"csv"}, "reason": {"报送材料"}}
		for i := 0; i+1 < len(change); i += 2 {
			form.Set(change[i], change[i+1])
		}
		return w.post("/tickets/export", form)
	}
	file := ask()
	file.has(t, 200, "'=1+1", "RX0002")
	if strings.Contains(file.body, "大桥路灯不亮") {
		t.Error("the words of a confidential ticket left the house")
	}
	if n := strings.Count(file.body, "\r\n"); n != 3 {
		t.Errorf("%d lines, want a head and two rows", n)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(ask("format", "xlsx").body)))
	b.check(err)
	rows, err := book.GetRows("工单")
	b.check(err)
	if len(rows) != 3 {
		t.Errorf("%d rows in the workbook", len(rows))
	}
	ask("reason", "").has(t, http.StatusUnprocessableEntity, "请写明导出做什么用")
	ask("format", "exe").has(t, http.StatusUnprocessableEntity)
	ask("query", q("没有的词")).has(t, http.StatusUnprocessableEntity, "没有可以导出的工单")
	b.as("auditor").get("/audit").has(t, 200, "导出工单", "csv 2 件", "报送材料")
	for range 20 {
		file = ask()
	}
	file.has(t, http.StatusTooManyRequests)
	if got := b.as("admin").post("/tickets/export", nil); got.status != http.StatusForbidden {
		t.Errorf("an administrator, who sees no tickets: %d", got.status)
	}
}

func TestSavedSearches(t *testing.T) {
	b := newBureau(t)
	b.told(1, "大桥护栏", "大桥护栏损坏，请尽快修复处理")
	w := b.as("operator")
	save := func(w *browser, name, query, shared string) answer {
		return w.post("/searches", url.Values{"name": {name}, "query": {query}, "shared": {shared}})
	}
	save(w, "大桥的事", q("大桥"), "").has(t, http.StatusSeeOther)
	save(w, "退费", q("退费"), "1").has(t, http.StatusSeeOther)
	save(w, "来电人", q("13900001234"), "").has(t, http.StatusUnprocessableEntity, "电话号码是个人信息")
	save(w, "", q("大桥"), "").has(t, http.StatusUnprocessableEntity)
	page := w.get("/")
	page.has(t, 200, "大桥的事", `退费 <b class="num"`)
	if strings.Index(page.body, "大桥的事") > strings.Index(page.body, ">退费") {
		t.Error("searches stand in another order than saved")
	}
	id := regexp.MustCompile(`data-saved-count="([0-9a-f]+)">(\d+)`)
	own := id.FindAllStringSubmatch(page.body, -1)
	if len(own) != 2 || own[0][2] != "1" || own[1][2] != "0" {
		t.Fatalf("counts %v", own)
	}
	b.told(2, "驾校退费", "报名一年没有安排练车，要求退费处理")
	w.get("/searches/counts").has(t, 200, `"`+own[1][1]+`":1`)
	colleague := b.as("operator2").get("/tickets")
	colleague.has(t, 200, "退费（安话务）")
	if strings.Contains(colleague.body, "大桥的事") {
		t.Error("a search that is not shared is shown to others")
	}
	if strings.Contains(b.as("leader").get("/tickets").body, "退费（安话务）") {
		t.Error("a search is shared with another role")
	}
	w.get("/tickets")
	w.post("/searches/"+own[1][1], url.Values{"do": {"up"}}).has(t, http.StatusSeeOther)
	w.post("/searches/"+own[0][1], url.Values{"do": {"drop"}}).has(t, http.StatusSeeOther)
	if page = w.get("/tickets"); strings.Contains(page.body, "大桥的事") || !strings.Contains(page.body, ">退费") {
		t.Error("not dropped, or too much was")
	}
	if got := b.as("operator2").post("/searches/"+own[1][1], url.Values{"do": {"drop"}}); got.status != http.StatusNotFound {
		t.Errorf("somebody else's search: %d", got.status)
	}
	b.as("auditor").get("/audit").has(t, 200, "保存查询", "删除查询")
}

func TestFiguresThatTakeLongAreShownOnceMore(t *testing.T) {
	b := newBureau(t)
	b.waiting(1)
	of := b.server.months.of
	month, err := b.server.month(b.ctx, ticket.MonthOf(b.now()), b.now())
	b.check(err)
	var built *builtMonth
	for about := range b.server.months.built {
		built = of(about)
	}
	shown := func(after time.Duration) (same, fresh bool) {
		m, fresh := built.figures(b.server.Reports(), b.now().Add(after))
		return m == month, fresh
	}
	for _, c := range []struct {
		claim       string
		took, after time.Duration
		same, fresh bool
	}{
		{"a moment later they are fresh", time.Millisecond, time.Second, true, true},
		{"later they are built anew", time.Millisecond, time.Minute, false, false},
		{"what took long is shown meanwhile", time.Second, time.Minute, true, false},
		{"but not for ever", time.Second, time.Hour, false, false},
		{"and not before it was built", time.Second, -time.Second, false, false},
	} {
		built.took = c.took
		if same, fresh := shown(c.after); same != c.same || fresh != c.fresh {
			t.Errorf("%s: shown %v, fresh %v", c.claim, same, fresh)
		}
	}
}
