package rules

import (
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/tables"
	"huiyin/workflow/rules/ruletest"
)

func TestRepliesOfTheCategoryComeFirst(t *testing.T) {
	folder := ruletest.Folder()
	folder["replies.csv"] = &fstest.MapFile{Data: []byte("类别,名称,基本情况,办理过程,办理依据,公开答复\n*,解释,情况【要点】,,,\nB*,查处,车牌【车牌】,,,\nB01,黑车,黑车【车牌】,,,已查处\nA01,过罚,案卷,,,\n")}
	p, err := Load(folder, ruletest.Few)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range p.RepliesFor("B01") {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "黑车 查处 解释" {
		t.Errorf("offered: %s", got)
	}
	if r := p.RepliesFor("B01")[0]; r.Texts["public_reply"] != "已查处" || r.Texts["facts"] != "黑车【车牌】" {
		t.Errorf("texts: %v", r.Texts)
	}
}

func TestEveryReplyOfTheDefaultPolicySaysWhatToFillIn(t *testing.T) {
	folder := tables.Default()
	p, err := Load(folder, ruletest.Categories(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Replies {
		for _, field := range []string{"facts", "handling", "basis"} {
			if !strings.Contains(r.Texts[field], "【") {
				t.Errorf("%s %s: %s would be taken as it is, for every ticket", r.Category, r.Name, field)
			}
		}
	}
	if len(p.RepliesFor("M01")) == 0 {
		t.Error("a category without a reply of its own gets none at all")
	}
}
