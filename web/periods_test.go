package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/edition"
)

func TestReportsOfOtherPeriodsAndPartsAreDownloaded(t *testing.T) {
	b := newBureau(t)
	b.replied(1)
	w := b.as("leader")
	w.get("/reports").has(t, 200, "2026年第四季度", "自选时段", "只含执法类投诉")
	for query, name := range map[string]string{
		"period=2026-Q4&format=docx":                                              "huiyin-2026-Q4.docx",
		"period=2026&format=json&scope=enforcement":                               "huiyin-2026-enforcement.json",
		"period=days&first=2026-10-01&last=2026-10-05&format=html&unit=zhidui":    "huiyin-2026-10-01..2026-10-05-zhidui.html",
		"period=2026-10&first=&last=&unit=zhidui&scope=enforcement&format=xlsx&x": "huiyin-2026-10-zhidui-enforcement.xlsx",
	} {
		a := w.get("/reports/period?" + query)
		if disposition := a.header.Get("Content-Disposition"); a.status != 200 || !strings.Contains(disposition, name) {
			t.Errorf("%s: %d, %q", query, a.status, disposition)
		}
	}
	w.get("/reports/period?period=2026-Q9&format=docx").has(t, http.StatusUnprocessableEntity, "看不懂")
	w.get("/reports/period?period=days&first=2026-10-05&last=2026-10-01&format=docx").has(t, http.StatusUnprocessableEntity, "早于")
	w.get("/reports/period?period=2026-10&unit=nobody&format=docx").has(t, http.StatusUnprocessableEntity, "单位目录")
	b.as("unit").get("/reports/period?period=2026&format=json").has(t, http.StatusForbidden)
}

func TestAQuarterIsDraftedApprovedNumberedFrozenAndPublishedAsAMonthIs(t *testing.T) {
	b := october(t)
	b.set(time.Date(2027, 1, 4, 9, 0, 0, 0, ticket.Shanghai))
	supervisor, leader := b.as("supervisor"), b.as("leader")
	supervisor.get("/reports/period?period=2026-Q4").has(t, http.StatusSeeOther)
	supervisor.get("/reports/2026-Q4").has(t, 200, "2026年第四季度季报", "没有起草")
	press, key := b.server.books.Press.Desk, "2026-Q4.1"
	step := func(w *browser, step ticket.Step, fields ...string) answer {
		return w.matterStep(press, "/reports/editions/", key, step, fields...)
	}
	supervisor.post("/reports/2026-Q4/begin", nil).has(t, http.StatusSeeOther)
	step(supervisor, edition.Edit, "part", "findings", "text", "第四季度拒载集中。").has(t, http.StatusSeeOther)
	step(supervisor, edition.Submit).has(t, http.StatusSeeOther)
	step(leader, edition.Approve).has(t, http.StatusSeeOther)
	supervisor.get("/reports").has(t, 200, "2026年第四季度季报", "市交运诉析〔2026〕1号")
	first := leader.get("/reports/2026-Q4.docx")
	b.taxi(99) // what comes later changes nothing
	if again := leader.get("/reports/2026-Q4.docx"); first.status != 200 || again.body != first.body {
		t.Error("the frozen quarter is not the same bytes")
	}
	step(supervisor, edition.Publish).has(t, http.StatusSeeOther)
	b.browser().get("/public/reports").has(t, 200, "2026年第四季度")
	b.browser().get("/public/reports/2026-Q4").has(t, 200, "见各月的公开摘要")
}

func TestAUnitsOwnReportIsApprovedButNotPublished(t *testing.T) {
	b := october(t)
	supervisor, key := b.as("supervisor"), "2026-10-01_2026-10-31@yunfu"
	supervisor.post("/reports/"+key+"/begin", nil).has(t, http.StatusSeeOther)
	step := func(w *browser, step ticket.Step) answer {
		return w.matterStep(b.server.books.Press.Desk, "/reports/editions/", key+".1", step)
	}
	step(supervisor, edition.Submit).has(t, http.StatusSeeOther)
	step(b.as("leader"), edition.Approve).has(t, http.StatusSeeOther)
	supervisor.get("/reports/"+key).has(t, 200, "运服中心专报", "已审定")
	step(supervisor, edition.Publish).has(t, http.StatusConflict, "分册")
	supervisor.post("/reports/2026-12@yunfu/begin", nil).has(t, http.StatusUnprocessableEntity, "还没有开始")
}

func TestTheLeadUnitConfirmsItsCardAndTheReportSaysWhoDid(t *testing.T) {
	b := october(t)
	b.as("supervisor").post("/reports/2026-10/begin", nil).has(t, http.StatusSeeOther)
	taxi := b.as("unit")
	taxi.get("/cards/2026-10-C01").has(t, http.StatusNotFound) // another unit has most of them
	b.as("supervisor").matterStep(b.server.books.Cards.Desk, "/cards/", "2026-10-C01", cards.Reassign, "unit", "yunfu", "reason", "出租行业由其管理").has(t, http.StatusSeeOther)
	taxi.get("/").has(t, 200, "待确认卡片")
	taxi.get("/cards").has(t, 200, "出租汽车拒载", "2026年10月")
	taxi.get("/cards/2026-10-C01").has(t, 200, "还没有人确认", "12件")
	b.as("unit2").get("/cards/2026-10-C01").has(t, http.StatusNotFound)
	fields := []string{"facts", "其中两件为同一来电人", "direct", "短途拒载", "measures", "夜间执勤", "person", "孙涛", "deadline", "2026-12-31", "target", "每月8件以下"}
	step := func(w *browser, fields ...string) answer {
		return w.matterStep(b.server.books.Cards.Desk, "/cards/", "2026-10-C01", cards.Confirm, fields...)
	}
	step(b.as("supervisor"), fields...).has(t, http.StatusForbidden)
	step(taxi, "direct", "短途拒载").has(t, http.StatusUnprocessableEntity, "责任人")
	step(taxi, fields...).has(t, http.StatusSeeOther)
	b.as("leader").get("/reports/2026-10").has(t, 200, "已确认（运服中心", "每月8件以下", "其中两件为同一来电人", "孙涛")
	b.as("supervisor").edition(edition.Submit).has(t, http.StatusSeeOther)
	b.as("leader").edition(edition.Approve).has(t, http.StatusSeeOther)
	step(taxi, fields...).has(t, http.StatusConflict)
}
