package reports

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func written(part string, fields map[string]string) ticket.Amendment {
	return ticket.Amendment{Part: part, Fields: fields, By: "duban", Name: "王强", At: shanghai("11-03 14:20")}
}

func TestWhatPeopleWriteStandsInTheReportWithTheirName(t *testing.T) {
	plain := build(t, handMade(), "2026-10", afterOctober())
	if len(plain.Cards) == 0 {
		t.Fatal("no card to confirm")
	}
	key := plain.Cards[0].Key
	src := &kept{memory: handMade(), written: []ticket.Amendment{
		written(PartForeword, map[string]string{"text": "本月重点是夜间巡查。"}),
		written(PartFindings, map[string]string{"text": "第一条。\n\n 第二条。"}),
		written(PartSuggestions, map[string]string{"text": "请支队于下月排班。"}),
		written(CardPart(key), map[string]string{"direct": "夜间无人查", "measures": "每周两次夜查\n公布举报码", "lead": "gonglu", "person": "孙涛", "deadline": "2027-01-31", "target": "降到每月5件以下"}),
		written("card:nowhere", map[string]string{"direct": "x"}),
	}}
	m := build(t, src, "2026-10", afterOctober())
	c := m.Cards[0]
	if c.Proposed || c.Confirmed == nil || c.Lead != "gonglu" || c.Person != "孙涛" || c.Deadline != "2027-01-31" {
		t.Errorf("the card is %+v", c)
	}
	if diff := cmp.Diff([]string{"每周两次夜查", "公布举报码"}, c.Cause.Measures); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(plain.Cards[0].Cause.Management, c.Cause.Management); diff != "" {
		t.Errorf("what was not touched stays: %s", diff)
	}
	if diff := cmp.Diff([]string{"第一条。", "第二条。"}, m.Summary.Findings); diff != "" {
		t.Error(diff)
	}
	page := string(bytesOf(t, m, WriteHTML))
	for _, want := range []string{"编者按", "本月重点是夜间巡查", "已确认（王强，11月3日14时20分）", "每周两次夜查", "孙涛", "请支队于下月排班。", "“主要情况”（王强，11月3日14时20分）"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %s", want)
		}
	}
	if strings.Contains(page, plain.Summary.Findings[0]) {
		t.Error("what was written over is still there")
	}
	if diff := cmp.Diff(plain.Volume, m.Volume); diff != "" {
		t.Errorf("words changed a number: %s", diff)
	}
}

func TestAPartThatNobodyTouchedIsAProposal(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	page := string(bytesOf(t, m, WriteHTML))
	if !m.Cards[0].Proposed || !strings.Contains(page, "建议（待确认）") || strings.Contains(page, "已确认（") {
		t.Error("a card of the policy's table must say that it is a proposal")
	}
	for _, p := range m.Parts() {
		if p.Signed != nil {
			t.Errorf("%s is signed by %s", p.Name, p.Signed.Name)
		}
	}
}

func TestACorrectionSaysWhatItCorrects(t *testing.T) {
	now := afterOctober()
	first, err := build(t, handMade(), "2026-10", now).Issue(Edition{N: 1, Number: "诉析〔2026〕3号", Approver: "陈明", ApprovedAt: now}, nil)
	if err != nil {
		t.Fatal(err)
	}
	more := handMade()
	more.facts["2026-10"] = more.facts["2026-10"][1:]
	var stored Month
	if err := json.Unmarshal(bytesOf(t, first, WriteJSON), &stored); err != nil {
		t.Fatal(err)
	}
	second, err := build(t, more, "2026-10", now).Issue(Edition{N: 2, Number: "诉析〔2026〕4号", Approver: "陈明", ApprovedAt: now.Add(time.Hour), Correction: "一件重复登记"}, &stored)
	if err != nil {
		t.Fatal(err)
	}
	if first.Edition.Digest == second.Edition.Digest || len(first.Edition.Digest) != 64 {
		t.Errorf("digests %s and %s", first.Edition.Digest, second.Edition.Digest)
	}
	found := false
	for _, d := range second.Edition.Changes {
		found = found || d.Where == "首页：受理" && d.Before != d.After
	}
	if !found {
		t.Errorf("the count of the first page is not among the changes: %+v", second.Edition.Changes)
	}
	page := string(bytesOf(t, second, WriteHTML))
	for _, want := range []string{"更正版", "一件重复登记", "更正说明", "诉析〔2026〕4号", second.Edition.Digest} {
		if !strings.Contains(page, want) {
			t.Errorf("the second edition does not say %s", want)
		}
	}
	same, err := build(t, handMade(), "2026-10", now).Issue(Edition{N: 2, Correction: "无"}, &stored)
	if err != nil {
		t.Fatal(err)
	}
	if len(same.Edition.Changes) != 0 {
		t.Errorf("nothing changed, but: %+v", same.Edition.Changes)
	}
}

func TestAFrozenMonthComesBackWhole(t *testing.T) {
	for name, m := range months(t) {
		t.Run(name, func(t *testing.T) {
			var back Month
			if err := json.Unmarshal(bytesOf(t, m, WriteJSON), &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m.Paper(), back.Paper()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
