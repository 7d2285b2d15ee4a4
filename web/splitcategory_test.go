package web

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"huiyin/intake"
	"huiyin/ticket"
)

func TestATicketKnowsTheVersionThatJudgedItWhenTheSplitIsTakenBack(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	b.edits(w, "categories.csv", "add", nil, "编码", "D07", "名称", "公交站亭与站牌", "大类", "公共交通", "领域", "城市客运", "执法类", "否", "密", "否", "默认类型", "意见建议").has(t, http.StatusSeeOther)
	b.edits(w, "routes.csv", "add", nil, "序号", "160", "类别", "D07", "牵头", "yunfu", "依据", "站点设施").has(t, http.StatusSeeOther)
	b.edits(w, "keywords.csv", "add", nil, "关键词", "站牌倒了", "类别", "D07", "权重", "9", "来源", "人工").has(t, http.StatusSeeOther)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(w.get("/policy/draft/publish").body)
	if key == nil {
		t.Fatal("the draft cannot be published")
	}
	w.post("/policy/draft/publish", url.Values{"key": {key[1]}, "why": {"站亭站牌单列"}}).has(t, http.StatusSeeOther)

	id := b.accept(intake.Form{Channel: ticket.Channel12345, SourceNo: "SPLIT1", CalledAt: b.now(), Content: "光华路的站牌倒了，没有人扶"})
	if v := b.ticket(id).Verdict; v.Category != "D07" || v.Policy != 1 {
		t.Fatalf("judged %s by version %d", v.Category, v.Policy)
	}
	w.post("/policy/history/0/restore", url.Values{"head": {"1"}, "why": {"试过了"}}).has(t, http.StatusSeeOther)
	b.as("operator").get("/tickets/"+string(id)+"/why").has(t, http.StatusOK, "进线时按第 1 版判的是“D07（现行政策里没有这一类）”")
}
