package entity

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
)

var gazetteer = []Place{
	{"城东区", "城东区", ticket.EntityPlace}, {"城东", "城东区", ticket.EntityPlace}, {"城中", "城中区", ticket.EntityPlace},
	{"临河县", "临河县", ticket.EntityPlace}, {"柳林镇", "城东区", ticket.EntityPlace},
	{"城东客运站", "城东区", ticket.EntityStation}, {"城东收费站", "城东区", ticket.EntityToll},
	{"临白公路", "临河县", ticket.EntityRoad}, {"迎晖大道", "城东区", ticket.EntityRoad}, {"江北高速", "临河县", ticket.EntityRoad},
}

// show writes entities as kind:text, with =value and @county where they say more.
func show(entities []ticket.Entity) string {
	var parts []string
	for _, e := range entities {
		part := string(e.Kind) + ":" + e.Text
		if e.Value != "" {
			part += "=" + e.Value
		}
		if e.County != "" {
			part += "@" + e.County
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestScan(t *testing.T) {
	tests := []struct{ claim, text, want string }{
		{"an empty text names nothing", "", ""},
		{"punctuation names nothing", "？！。，……", ""},

		{"a plate", "出租车皖A12345拒载", "plate:皖A12345"},
		{"a plate of a small new-energy car", "网约车苏AD12345绕路", "plate:苏AD12345"},
		{"a plate of a large new-energy car", "公交车沪A12345D甩站", "plate:沪A12345D"},
		{"a plate with a point, in small letters", "车号京b·8f888", "plate:京b·8f888=京B8F888"},
		{"a trailer's, a learner's and a police plate", "皖A1234挂、皖B567A学和皖C0001警", "plate:皖A1234挂 plate:皖B567A学 plate:皖C0001警"},
		{"plates of Hong Kong and Macao", "粤Z1234港，粤Z567K澳", "plate:粤Z1234港 plate:粤Z567K澳"},
		{"I and O are in no plate", "皖AI2345，皖A1234O", ""},
		{"six digits are no new-energy plate", "皖A123456", ""},
		{"a province before a word is no plate", "京ABCDE，川A座", ""},

		{"a line", "等12路公交车半小时", "line:12路"},
		{"a line with letters", "乘坐k12路", "line:k12路=K12路"},
		{"lines with words before the number", "夜间5路、快3路和旅游1路", "line:夜间5路 line:快3路 line:旅游1路"},
		{"a word that only ends like a prefix is none", "很快12路来了，今夜8路没来，小区3路", "line:12路 line:8路 line:3路"},
		{"lines that share their 路", "12、K15、20路都不停", "line:12=12路 line:K15=K15路 line:20路"},
		{"metro lines", "地铁1号线换乘S1号线，轨道交通3号线", "line:地铁1号线=1号线 line:S1号线 line:轨道交通3号线=3号线"},
		{"numbers in Chinese", "坐三路车到三号线，十二路公交", "line:三路=3路 line:三号线=3号线 line:十二路=12路"},
		{"a code that only 公交 makes a line", "公交B3绕行，B5公交没来", "line:B3=B3路 line:B5=B5路"},
		{"an express line", "快线3号晚点", "line:快线3号"},
		{"a crossing, a section and a stake are no line", "3路口、5路段、K12+300、200米路边、B3出口", ""},
		{"一路 and 半路 are no line", "一路上半路停车", ""},

		{"road codes", "G104、S38和X203坑洼", "road:G104 road:S38 road:X203"},
		{"a code with its stake", "G104K12+300处塌方", "road:G104"},
		{"the number before or after the class", "104国道，省道203，县道X205", "road:104国道=G104 road:省道203=S203 road:X205"},
		{"a train is no road", "乘坐G1234次，高铁G7", ""},
		{"concrete, a storey and a room are no road", "C35混凝土，S3号楼，X203室", ""},
		{"roads by name", "中山北路与长江东路交叉口", "road:中山北路 road:长江东路"},
		{"a name ends at what cannot be in it", "司机在人民路拐到解放大道", "road:人民路 road:解放大道"},
		{"ways to go are no roads", "绕路、让路、走小路、修路、马路上、一路上、这条路、回家的路", ""},
		{"numbered roads", "经十路和八一路", "road:经十路 road:八一路"},
		{"a bridge, a tunnel, a flyover", "长江大桥、云台山隧道和金寨高架", "road:长江大桥 road:云台山隧道 road:金寨高架"},
		{"known highways", "京台高速与绕城高速公路", "road:京台高速 road:绕城高速公路"},
		{"a highway of the gazetteer", "在江北高速上", "road:江北高速@临河县"},
		{"高速 alone is no road", "我在高速，乱收高速费，车辆高速行驶，上了高速", ""},
		{"a road of the gazetteer has its county", "临白公路破损", "road:临白公路@临河县"},

		{"a station of the gazetteer, not the district in it", "城东客运站乱收费", "station:城东客运站@城东区"},
		{"stations", "高铁站黑车，人民广场公交站，南京南站", "station:高铁站 station:人民广场公交站 station:南京南站"},
		{"a stop after 在", "在市政府站等车", "station:市政府站"},
		{"other 站 are none", "网站、加油站、下一站、检查站、站长", ""},
		{"toll gates", "肥西收费站和城东收费站", "toll:肥西收费站 toll:城东收费站@城东区"},
		{"a toll gate without a name is none", "高速收费站，这个收费站", ""},

		{"a company", "投诉安徽通达运输有限公司拖欠运费", "company:安徽通达运输有限公司"},
		{"a company with its town in brackets", "被顺达(临江)物流有限公司扣款", "company:顺达(临江)物流有限公司"},
		{"a school, a garage, a fleet", "顺风驾校不退费，宏达汽修厂宰客，公交三分公司，雄鹰车队", "company:顺风驾校 company:宏达汽修厂 company:雄鹰车队"},
		{"trades without a name are no company", "公交公司、出租车公司、物流公司、该公司、保险公司", ""},

		{"badges", "执法人员工号：0123456，执法证号是34010012", "badge:0123456 badge:34010012"},
		{"orders", "订单号DD2026010112345678，工单编号 2026-0101-000123", "order:DD2026010112345678 order:2026-0101-000123"},
		{"an order of eleven digits is no phone", "订单号13800001111", "order:13800001111"},

		{"a county, its town and a village", "临河县柳林镇石桥村", "place:临河县@临河县 place:柳林镇@城东区 place:石桥村@城东区"},
		{"a village in no known town has no county", "石桥村没通公交", "place:石桥村"},
		{"城中村 is not the district 城中", "城中村改造", ""},
		{"general places are none", "本村、农村、全县、景区、小区、城乡、市区、夜市", ""},
	}
	s := New(gazetteer)
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, show(s.Scan(tt.text))); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

func TestNumbersToMask(t *testing.T) {
	tests := []struct{ claim, text, want string }{
		{"a mobile", "电话13812345678请回", "phone:13812345678"},
		{"a mobile as people group it", "138 1234 5678或139-8765-4321", "phone:138 1234 5678=13812345678 phone:139-8765-4321=13987654321"},
		{"a mobile with the country", "+86 13812345678，8613912345678", "phone:+86 13812345678=13812345678 phone:8613912345678=13912345678"},
		{"a mobile after tel or wx", "tel13812345678 wx13912345678", "phone:13812345678 phone:13912345678"},
		{"landlines", "0551-62345678、(0551)62345678、01062345678", "phone:0551-62345678=055162345678 phone:(0551)62345678=055162345678 phone:01062345678"},
		{"service numbers", "400-123-4567，4008001234", "phone:400-123-4567=4001234567 phone:4008001234"},
		{"a local number only after a word for it", "电话：62345678，里程62345678", "phone:62345678"},
		{"eleven digits inside an identity number are no phone", "11010519491231002X", "id:11010519491231002X"},
		{"a wrong checksum is no identity number", "110105194912310021", ""},
		{"an identity number of fifteen digits", "身份证110105491231002", "id:110105491231002"},
		{"a grouped identity number", "110105 19491231 002X", "id:110105 19491231 002X=11010519491231002X"},
		{"a bank card", "卡号6222020000000000000", "bankcard:6222020000000000000"},
		{"a grouped bank card", "4111 1111 1111 1111", "bankcard:4111 1111 1111 1111=4111111111111111"},
		{"a card with a wrong digit is none", "4111111111111112", ""},
		{"two numbers after each other are two", "13812345678 13987654321", "phone:13812345678 phone:13987654321"},
		{"dates, times, money and mileage are none", "2026-10-01 12:30:45花了13812.5元，20261001，里程12345678901234", ""},
		{"digits in a longer number or a code are none", "213812345678，A13812345678，1.13812345678", ""},
	}
	s := New(nil)
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, show(s.Scan(tt.text))); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

func TestOffsetsAreInRunes(t *testing.T) {
	text := "😡𠀀气死了，皖A12345在人民路"
	got := New(nil).Scan(text)
	want := []ticket.Entity{
		{Kind: ticket.EntityPlate, Text: "皖A12345", Start: 6, End: 13},
		{Kind: ticket.EntityRoad, Text: "人民路", Start: 14, End: 17},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestScanOfPlainTextDoesNotAllocate(t *testing.T) {
	s := New(gazetteer)
	text := strings.Repeat("司机态度很差，希望部门管一管，谢谢。", 20)
	s.Scan(text)
	if n := testing.AllocsPerRun(100, func() { s.Scan(text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("皖A·D12345在G104K12+300，12、K5路，(0551)62345678，订单号：A-1")
	f.Add("\xe5\xe5路\xff公司")
	s := New(gazetteer)
	f.Fuzz(func(t *testing.T, text string) {
		entities := s.Scan(text)
		if !utf8.ValidString(text) {
			return // only that it ends
		}
		if err := consistent(text, entities); err != nil {
			t.Fatal(err)
		}
	})
}

func consistent(text string, entities []ticket.Entity) error {
	runes, end := []rune(text), 0
	for _, e := range entities {
		if e.Start < end || e.End <= e.Start || e.End > len(runes) {
			return fmt.Errorf("%q: %+v is out of order or out of the text", text, e)
		}
		if string(runes[e.Start:e.End]) != e.Text {
			return fmt.Errorf("%q: %+v is not what stands there", text, e)
		}
		end = e.End
	}
	return nil
}
