package web

import (
	"net/http"
	"strings"
	"testing"
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
