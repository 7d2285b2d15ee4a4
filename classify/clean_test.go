package classify

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	tests := []struct{ claim, in, want string }{
		{"an empty text stays empty", "", ""},
		{"plain text stays", "出租车不打表，司机态度差。", "出租车不打表，司机态度差。"},
		{"annotations go and the Han before them becomes simplified", "公交車(chē)過(guò)站不停(tíng)", "公交车过站不停"},
		{"full-width brackets hold annotations too", "執（zhí）法（fǎ）人员", "执法人员"},
		{"combining tone marks are composed before they are judged", "執(zhi\u0301)法(fa\u030c)", "执法"},
		{"an annotation of several syllables goes", "执法(zhí fǎ)和路政(lùzhèng)", "执法和路政"},
		{"two annotations of one character go", "行(háng)(xíng)业", "行业"},
		{"letters without a tone mark are no annotation", "长度(km)与重量(kg)及收费(wifi)出口(a)高速(etc)", "长度(km)与重量(kg)及收费(wifi)出口(a)高速(etc)"},
		{"toned letters that are no syllable stay", "咖啡(strák)", "咖啡(strák)"},
		{"brackets around Han and numbers stay", "(一)文明窗口(大厅)（2026年）", "(一)文明窗口(大厅)（2026年）"},
		{"an annotation needs Han before it", "A(fǎ)", "A(fǎ)"},
		{"an annotation torn by a zero-width character still goes", "法(f\u200bǎ)律", "法律"},
		{"letters, digits and signs become half width", "Ｋ１２路　皖Ａ－８８８８８，２０％", "K12路 皖A-88888，20%"},
		{"Chinese punctuation keeps its width", "（急）！？：；，", "（急）！？：；，"},
		{"circled and raised digits do not run into numbers", "①13900000000，10²米", "①13900000000，10²米"},
		{"compatibility characters become plain", "⽅便 ﾊ", "方便 ハ"},
		{"mathematical letters and digits become plain", "𝐊𝟏𝟐路", "K12路"},
		{"traditional becomes simplified", "計程車司機亂收費，請查處", "计程车司机乱收费，请查处"},
		{"Han beyond the basic plane stay, or become simplified", "𠀀𠂆街", "𠀀𠂆街"},
		{"著 stays in 著名", "著名景點，看著不管", "著名景点，看着不管"},
		{"著 stays in a simplified text", "王著同志", "王著同志"},
		{"乾 stays in 乾隆", "乾隆路施工，曬乾的糧食", "乾隆路施工，晒干的粮食"},
		{"瞭解 and 瞭望 part", "瞭解情況，瞭望塔", "了解情况，瞭望塔"},
		{"答覆 and 覆盖 part", "至今沒有答覆，覆蓋路面", "至今没有答复，覆盖路面"},
		{"計畫 and 畫線 part", "公交計畫，停車位畫線", "公交计划，停车位画线"},
		{"bytes that are no UTF-8 become one mark a run", "黑\xff\xfe\xc3车", "黑\uFFFD车"},
		{"NUL and control characters go", "黑\x00车\x07\x7f", "黑车"},
		{"zero-width characters, marks of order and BOM go", "\ufeff黑\u200b车\u200d\u202e拉\ufe0f客", "黑车拉客"},
		{"blanks of all kinds become one", "  黑车 \t\u3000\u00a0拉客  ", "黑车 拉客"},
		{"line ends of all kinds become one", "一\r\n\r\n 二\u2028三\r四\n", "一\n二\n三\n四"},
		{"tags go and block tags end the line", "<p style=\"color:red\">司机<b>拒载</b></p><br/>请查", "司机拒载\n请查"},
		{"cells are kept apart", "<td>皖A12345</td><td>黑车</td>", "皖A12345 黑车"},
		{"comments of office programs go", "前<!--[if gte mso 9]-->后", "前后"},
		{"entities are read", "A&amp;B&nbsp;C&#20013;&#x56fd;&ldquo;好&rdquo;", "A&B C中国“好”"},
		{"entities escaped twice are read", "&amp;lt;br&amp;gt;停车", "停车"},
		{"angle brackets that are no tag stay", "3<5 且 <张三> 说", "3<5 且 <张三> 说"},
		{"an ampersand that is no entity stays", "Q&A; 甲&乙;", "Q&A; 甲&乙;"},
		{"emoji stay", "气死了😡🚗", "气死了😡🚗"},
		{"only punctuation is kept as it is", "？？？。。。", "？？？。。。"},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanReport(t *testing.T) {
	cleaned, r := CleanWithReport("<p>執(zhí)法\x00部(bù)门\xff没有回覆</p>")
	if want := "执法部门\uFFFD没有回复"; cleaned != want {
		t.Fatalf("cleaned %q, want %q", cleaned, want)
	}
	if r.Annotations != 2 || r.Markup != 2 || r.Unseen != 1 || r.Replaced != 1 || r.Traditional != 1 {
		t.Errorf("counts are %+v", r)
	}
	if len(r.Damage) != 1 || r.Damage[0] != (Span{4, 5}) {
		t.Errorf("damage is %v, want the replaced byte at 4", r.Damage)
	}
}

func TestDamage(t *testing.T) {
	tests := []struct {
		claim, in string
		spots     int
	}{
		{"a question is no damage", "为什么不停车?请答复?(急)", 0},
		{"a question before Latin letters is no damage", "收费?etc?", 0},
		{"a drawn table is no damage", "│车牌│ 皖A │", 0},
		{"an annotation cut in half beside a question mark", "必须?guǎn)理好车队", 1},
		{"box drawing between Han", "提升服┤务水平", 1},
		{"box drawing before a question mark", "各区域方┓?都要做", 1},
		{"two spots far apart are two", "必须?guǎn)理好车队，另外各个部门也要努力提升服┤务水平", 2},
		{"two signs close together are one", "服┤务?guǎn)理", 1},
		{"a replaced byte", "车\uFFFD站", 1},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			_, r := CleanWithReport(tt.in)
			if len(r.Damage) != tt.spots {
				t.Errorf("%q has spots %v, want %d", tt.in, r.Damage, tt.spots)
			}
		})
	}
}

func TestRareCharacters(t *testing.T) {
	if _, r := CleanWithReport("張堃和嵤颙，乘車"); r.Rare != 3 {
		t.Errorf("rare characters %d, want 堃 嵤 颙", r.Rare)
	}
}

// dirt makes texts out of the pieces that cleaning looks at, so that they
// meet in every order.
var dirt = rapid.Custom(func(t *rapid.T) string {
	pieces := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"法", "執", "乾", "著", "瞭", "覆", "藉", "沈", "畫", "計", "(", ")", "（", "）", "fǎ", "f", "ng", "ǎ", "\u030c", "\u0308", "u",
			" ", "\n", "\r", "\t", "\u3000", "\u200b", "\x00", "\xff", "\xe4\xb8", "&", "amp;", "lt;", "gt;", "#", "40", "#40;", ";", "<", ">", "b", "/", "br",
			"!--", "Ｋ", "１", "①", "𝟏", "𠀀", "﹚", "；", "；", "？", "?", "┤", "😡", "&semi;", "&nbsp;", "&Tab;"}),
		rapid.String(),
	), 0, 24).Draw(t, "pieces")
	return strings.Join(pieces, "")
})

func TestCleaningTwiceIsCleaningOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkCleaned(t, dirt.Draw(t, "text")) })
}

func FuzzClean(f *testing.F) {
	f.Add("執(zhí)法<b>&amp;lt;</b>\xff\x00")
	f.Add("中((fǎ)fǎ)(&#102;ǎ)")
	f.Fuzz(func(t *testing.T, text string) { checkCleaned(t, text) })
}

func checkCleaned(t interface{ Fatalf(string, ...any) }, text string) {
	once := Clean(text)
	if twice := Clean(once); twice != once {
		t.Fatalf("%q became %q and then %q", text, once, twice)
	}
	if !utf8.ValidString(once) {
		t.Fatalf("%q became %q, which is not UTF-8", text, once)
	}
	if strings.ContainsAny(once, "\x00\r\t\u200b\ufeff\u3000") || strings.TrimSpace(once) != once && !strings.ContainsAny(once, "\u0085") {
		t.Fatalf("%q became %q: invisible characters are left", text, once)
	}
	if again, report := CleanWithReport(text); again != once || len(report.Damage) > len(once) {
		t.Fatalf("%q: report and cleaning differ", text)
	}
}

// Each of these would take hours if cleaning looked back without bound.
func TestMuchOfOneThingIsCleaned(t *testing.T) {
	for _, piece := range []string{"(", ")", "a)", "中(f", "&", ";", "&a;", "<", ">", "a>", "<b", "\u0301", "a\u0301", " \n", "?", "┤", "著", "\xff", "\x00", "&amp;", "<!--"} {
		checkCleaned(t, strings.Repeat(piece, 1<<18/len(piece)))
	}
}
