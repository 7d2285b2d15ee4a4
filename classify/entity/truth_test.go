package entity

import (
	"fmt"
	"strings"
	"testing"

	"huiyin/ticket"

	"pgregory.net/rapid"
)

// filler stands between the made-up entities. It names nothing, but is full
// of numbers and of the characters with which names end.
var filler = []string{
	"，司机态度很差，", "。一路上都在打电话，", "；等了20分钟，花了35.5元，", "，我在高速上看到，", "，乱收高速费，共3次，", "！请公司处理，", "、前面的路口、",
	"，2026年10月1日8:30，", "，编号不清楚，", "，这个站没有站牌，", "，里程12345公里，", "，村里没有路灯，", "，下一站，", "（附近有加油站）", "？为什么绕路？",
}

func digits(n int) *rapid.Generator[string] { return rapid.StringMatching(fmt.Sprintf(`[0-9]{%d}`, n)) }

var plates = rapid.Custom(func(t *rapid.T) ticket.Entity {
	head := string(rapid.SampledFrom([]rune(provinces)).Draw(t, "province")) + rapid.StringMatching(`[A-HJ-NP-Z]`).Draw(t, "authority")
	number := rapid.OneOf(
		rapid.StringMatching(`[0-9]{5}`), rapid.StringMatching(`[A-HJ-NP-Z][0-9]{4}`), rapid.StringMatching(`[0-9]{3}[A-HJ-NP-Z]{2}`),
		rapid.StringMatching(`[DF][A-HJ-NP-Z0-9][0-9]{4}`), rapid.StringMatching(`[0-9]{5}[DF]`),
		rapid.StringMatching(`[0-9]{4}[挂学警港澳]`),
	).Draw(t, "number")
	gap := rapid.SampledFrom([]string{"", "", "·", " ", "-"}).Draw(t, "gap")
	if rapid.Bool().Draw(t, "small") {
		return ticket.Entity{Kind: ticket.EntityPlate, Text: strings.ToLower(head + gap + number), Value: head + number}
	}
	return ticket.Entity{Kind: ticket.EntityPlate, Text: head + gap + number, Value: head + number}
})

var lines = rapid.Custom(func(t *rapid.T) ticket.Entity {
	code := rapid.StringMatching(`[1-9][0-9]{0,2}`).Draw(t, "number")
	letters := rapid.SampledFrom([]string{"", "", "K", "B", "T", "BRT"}).Draw(t, "letters")
	if rapid.Bool().Draw(t, "metro") {
		return ticket.Entity{Kind: ticket.EntityLine, Text: "地铁" + code + "号线", Value: code + "号线"}
	}
	prefix := rapid.SampledFrom([]string{"", "", "夜间", "快", "旅游", "高峰"}).Draw(t, "prefix")
	text := prefix + letters + code + "路"
	return ticket.Entity{Kind: ticket.EntityLine, Text: text, Value: text}
})

var roads = rapid.Custom(func(t *rapid.T) ticket.Entity {
	code := rapid.StringMatching(`G[1-9][0-9]{0,3}|S[1-9][0-9]{1,2}|X[0-9]{3}`).Draw(t, "code")
	return ticket.Entity{Kind: ticket.EntityRoad, Text: code, Value: code}
})

var phones = rapid.Custom(func(t *rapid.T) ticket.Entity {
	value := rapid.OneOf(rapid.StringMatching(`1[3-9][0-9]{9}`), rapid.StringMatching(`05[3-9][0-9][2-9][0-9]{6}`), rapid.StringMatching(`0[12]0[2-9][0-9]{7}`),
		rapid.StringMatching(`400[0-9]{7}`)).Draw(t, "digits")
	text := value
	if rapid.Bool().Draw(t, "grouped") {
		switch value[0] {
		case '1':
			text = value[:3] + " " + value[3:7] + " " + value[7:]
		case '4':
			text = value[:3] + "-" + value[3:6] + "-" + value[6:]
		default:
			area := len(value) - 8
			if value[1] == '5' {
				area = 4
			}
			text = value[:area] + "-" + value[area:]
		}
	}
	return ticket.Entity{Kind: ticket.EntityPhone, Text: text, Value: value}
})

var idNumbers = rapid.Custom(func(t *rapid.T) ticket.Entity {
	body := rapid.StringMatching(`[1-6][1-5][0-9]{4}(19[3-9][0-9]|200[0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}`).Draw(t, "body")
	for _, last := range "0123456789X" {
		if id := body + string(last); ticket.ValidIDNumber(id) {
			return ticket.Entity{Kind: ticket.EntityIDNumber, Text: id, Value: id}
		}
	}
	panic("no check digit fits " + body)
})

var cards = rapid.Custom(func(t *rapid.T) ticket.Entity {
	body := "62" + digits(rapid.SampledFrom([]int{13, 14, 16}).Draw(t, "length")).Draw(t, "body")
	for last := '0'; last <= '9'; last++ {
		if card := body + string(last); luhn(card) {
			return ticket.Entity{Kind: ticket.EntityBankCard, Text: card, Value: card}
		}
	}
	panic("no check digit fits " + body)
})

var badges = rapid.Custom(func(t *rapid.T) ticket.Entity {
	code := rapid.StringMatching(`[0-9]{4,8}`).Draw(t, "code")
	return ticket.Entity{Kind: ticket.EntityBadge, Text: code, Value: code}
})

// TestEverythingIsFoundAndNothingElse puts entities of known truth between
// fillers: precision and recall are 1, or the test fails.
func TestEverythingIsFoundAndNothingElse(t *testing.T) {
	s := New(nil)
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.SliceOfN(rapid.OneOf(plates, lines, roads, phones, idNumbers, cards, badges), 1, 8).Draw(t, "truth")
		var text strings.Builder
		for _, e := range truth {
			text.WriteString(rapid.SampledFrom(filler).Draw(t, "filler"))
			if e.Kind == ticket.EntityBadge {
				text.WriteString("工号：")
			}
			text.WriteString(e.Text)
		}
		text.WriteString(rapid.SampledFrom(filler).Draw(t, "filler"))
		found := s.Scan(text.String())
		if err := consistent(text.String(), found); err != nil {
			t.Fatal(err)
		}
		for i := range max(len(found), len(truth)) {
			if i >= len(found) || i >= len(truth) || found[i].Kind != truth[i].Kind || found[i].Text != truth[i].Text || found[i].Norm() != truth[i].Value {
				t.Fatalf("%s\nfound %s\ntruth %s", text.String(), show(found), show(truth))
			}
		}
	})
}

func TestTornTextsAreScannedWithoutHarm(t *testing.T) {
	s := New(gazetteer)
	piece := rapid.SampledFrom([]string{"皖", "A", "1", "12", "345", "·", "-", " ", "路", "号线", "国道", "公司", "(", ")", "（", "）", "收费站", "城东", "工号", "：", "X", "K", "+",
		"、", "地铁", "京台", "高速", "县", "\xff", "\xe5", "\xe5\x9f", "😡", "𠀀", "十", "三", "86", "0551", "13812345678", "某", "集团"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "pieces"), "")
		if found := s.Scan(text); strings.ToValidUTF8(text, "") == text {
			if err := consistent(text, found); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Each of these made a scan that looked on or back without bound take hours.
func TestAMegabyteOfOneThingIsScanned(t *testing.T) {
	s := New(gazetteer)
	for _, piece := range []string{"12-", "1", "一", "一路", "路", "公司", "(", "12、", "皖", "京台", "号线", "A ", "工号：", "有限公司", "X", "0551)", "(0551)"} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if err := consistent(text, s.Scan(text)); err != nil {
			t.Errorf("%q repeated: %v", piece, err)
		}
	}
}
