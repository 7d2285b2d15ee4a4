package ticket_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

func TestMasks(t *testing.T) {
	cases := []struct {
		name      string
		got, want string
	}{
		{"a name keeps the family name", ticket.MaskName("张小明"), "张**"},
		{"a rare character is one character", ticket.MaskName("𠮷田"), "𠮷*"},
		{"a single character is still masked", ticket.MaskName("王"), "王*"},
		{"no name stays empty", ticket.MaskName(" "), ""},
		{"a mobile keeps head and tail", ticket.MaskPhone("13912345678"), "139****5678"},
		{"a landline keeps two digits", ticket.MaskPhone("05121234567"), "051****4567"},
		{"a short number is hidden whole", ticket.MaskPhone("1234"), "****"},
		{"an identity number keeps four", ticket.MaskIDNumber("11010519491231002X"), "**************002X"},
		{"an address keeps the street", ticket.MaskAddress("城东区迎晖大道18号2幢301室"), "城东区迎晖大道***"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	cases := []struct {
		name, text, want string
		removed          int
	}{
		{"a mobile number goes", "请回电13912345678谢谢", "请回电139****5678谢谢", 1},
		{"also with separators", "电话 139-1234-5678。", "电话 139****5678。", 1},
		{"an identity number goes, also with a small x", "身份证11010519491231002x", "身份证**************002x", 1},
		{"a landline with area code goes", "座机0512-87654321", "座机**********21", 1},
		{"a bank card goes", "卡号6222020200112233446", "", 1},
		{"an 18-digit order number stays, also when Luhn holds by chance", "工单250912101108115407、250912101108115415", "工单250912101108115407、250912101108115415", 0},
		{"a plate stays", "车牌苏A12345、苏AD12345", "车牌苏A12345、苏AD12345", 0},
		{"a road stays", "G104国道K1234+500", "G104国道K1234+500", 0},
		{"a date stays", "2026年10月08日 18点", "2026年10月08日 18点", 0},
		{"an order number after letters stays", "订单DD20261008123456789", "订单DD20261008123456789", 0},
		{"a date without separators stays", "来电时间20261001，2026-13-45，2026-10-08 16:20", "来电时间20261001，2026-13-45，2026-10-08 16:20", 0},
		{"a local number goes behind a word for it", "请联系62345678", "请联系******78", 1},
		{"eight digits without such a word stay", "工号62345678", "工号62345678", 0},
		{"a word too far away does not count", "电话打不通，我在路边等了很久62345678", "电话打不通，我在路边等了很久62345678", 0},
		{"an identity number with a wrong check digit goes", "身份证110105194912310021", "身份证**************0021", 1},
		{"a work order number stays, also of an evening", "工单250912101108115409和250912201108115409", "工单250912101108115409和250912201108115409", 0},
		{"a card goes by the word, whatever its check digit", "卡号是6222020200112233445", "卡号是***************3445", 1},
		{"a mail address keeps its first letter", "邮箱wang.li@qq.com", "邮箱w***@qq.com", 1},
		{"a mail address of digits goes as one", "写信到13912345678@163.com", "写信到1***@163.com", 1},
		{"two numbers side by side both go", "电话13912345678 13912345679", "电话139****5678 139****5679", 2},
		{"a number behind a date goes, the date stays", "2026-10-08 13912345678", "2026-10-08 139****5678", 1},
		{"money stays", "罚款20000元，共1234567.89元", "罚款20000元，共1234567.89元", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, removed := ticket.Redact(c.text)
			if len(removed) != c.removed {
				t.Errorf("removed %q", removed)
			}
			if c.want != "" && c.want != got {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRedactLeavesNoPhoneAndIsIdempotent(t *testing.T) {
	filler := []string{"司机拒载，", "在城东客运站", "K12路", "，请回复", "G328", " ", "\n", "罚了200元", "𠮷", "：", "（", "工号"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		var phones []string
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			b.WriteString(rapid.SampledFrom(filler[:9]).Draw(t, "filler") + "，")
			phone := rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "phone")
			phones = append(phones, phone)
			b.WriteString("电话" + phone + "。")
		}
		redacted, removed := ticket.Redact(b.String())
		if len(removed) != len(phones) {
			t.Fatalf("%d removed of %d in %q", len(removed), len(phones), b.String())
		}
		for _, p := range phones {
			if strings.Contains(redacted, p) {
				t.Fatalf("%s left in %q", p, redacted)
			}
		}
		again, more := ticket.Redact(redacted)
		if again != redacted || len(more) != 0 {
			t.Fatalf("not idempotent: %q", again)
		}
	})
}

func TestRedactingTwiceIsRedactingOnce(t *testing.T) {
	parts := []string{"13912345678", "2345678", "0512", "11010519491231002X", "620", "139", "8", "a@", "b.cn", " ", "-", "**", "电话", "卡", "2026-10-08", "，", "X", "."}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 12).Draw(t, "text"), "")
		once, _ := ticket.Redact(text)
		if again, more := ticket.Redact(once); again != once || len(more) != 0 {
			t.Fatalf("%q became %q, then %q", text, once, again)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("a@13912345678.com 2345678 **")
	f.Add("请回电13912345678")
	f.Add("\xff139 1234 5678\x00")
	f.Fuzz(func(t *testing.T, text string) {
		redacted, removed := ticket.Redact(text)
		if utf8.ValidString(text) && !utf8.ValidString(redacted) {
			t.Fatalf("%q became invalid", text)
		}
		if len(removed) == 0 && redacted != text {
			t.Fatalf("changed without removing: %q", redacted)
		}
	})
}

func TestValidIDNumber(t *testing.T) {
	cases := map[string]bool{
		"11010519491231002X": true, "11010519491231002x": true, "110105194912310021": false,
		"110105194913310026": false, "1101051949123100": false, "": false,
	}
	for id, want := range cases {
		if got := ticket.ValidIDNumber(id); got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}
