package intake

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiyin/ticket"
)

func accept(t testing.TB, l *Line, forms ...Form) []Result {
	t.Helper()
	results, err := l.Accept(t.Context(), now, operator, forms)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestAcceptKeepsPersonalDataOutOfTheTicket(t *testing.T) {
	l, store := newLine(t)
	form := Form{
		Channel: ticket.Channel12345, SourceNo: "250912101108115409", Title: "投诉出租车拒载，电话１９９００００１１１１",
		Content:    "我在城东客运站打车，皖A12345出租车司机嫌路近拒载，请联系19900002222，身份证11010519491231002X。",
		CallerName: "苏小禾", CallerSex: "女", CallerPhone: "19900001111", Contact: "0551-62345678", CallerAddress: "城东区柳林镇1号",
		Place: "城东客运站出口", Area: "城东区", Subject: "皖A12345司机 19900003333", CalledAt: now.Add(-time.Hour),
		DemandType: "投诉", Category: "城市客运>出租车", Urgency: "加急",
		Extra:   map[string]string{"处理意见": "请回电19900004444", "派单人员": "三号坐席"},
		Private: map[string]string{"微信号": "wx-suxh"},
	}
	results := accept(t, l, form)
	if len(results[0].Faults) > 0 || results[0].Existing {
		t.Fatalf("%+v", results[0])
	}
	got := stored(t, store, form.Channel, form.SourceNo)
	shown := strings.Join([]string{got.Title, got.Content, got.Place, got.Subject, got.Extra["处理意见"], got.Extra["微信号"]}, "\n")
	for _, secret := range []string{"19900001111", "19900002222", "19900003333", "19900004444", "11010519491231002X", "苏小禾", "wx-suxh", "柳林镇1号"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%s stands open in %q", secret, shown)
		}
	}
	if got.Content != "我在城东客运站打车，皖A12345出租车司机嫌路近拒载，请联系199****2222，身份证**************002X。" {
		t.Errorf("content %q", got.Content)
	}
	caller, err := l.Caller(&got)
	if err != nil {
		t.Fatal(err)
	}
	want := ticket.Caller{Name: "苏小禾", Sex: "女", Phone: "19900001111", Contact: "0551-62345678", Address: "城东区柳林镇1号",
		Redacted: []string{"19900001111", "19900002222", "11010519491231002X", "19900003333", "19900004444", "微信号：wx-suxh"}}
	if diff := cmp.Diff(want, caller); diff != "" {
		t.Error(diff)
	}
	if got.Extra["派单人员"] != "三号坐席" || got.Extra[sourceCategory] != "城市客运>出租车" {
		t.Errorf("extra %v", got.Extra)
	}
}

func TestWhatTheFormGivesOfTheCallerIsMaskedInTheTexts(t *testing.T) {
	l, store := newLine(t)
	accept(t, l, Form{
		Channel: ticket.Channel12345, SourceNo: "1", Title: "苏小禾反映路灯不亮", Content: "苏小禾称路灯不亮，苏小禾（证件G12345678）留了62345678，群众都等着",
		CallerName: "苏小禾；群众", IDNo: "G12345678", Contact: "62345678",
		Extra: map[string]string{"家属姓名": "苏大禾", "联系邮箱": "su@qq.com", "来源": "大厅"},
	})
	got := stored(t, store, ticket.Channel12345, "1")
	if got.Title != "苏**反映路灯不亮" || got.Content != "苏**称路灯不亮，苏**（证件*****5678）留了******78，群众都等着" {
		t.Errorf("title %q content %q", got.Title, got.Content)
	}
	if diff := cmp.Diff(map[string]string{"来源": "大厅"}, got.Extra); diff != "" {
		t.Error(diff)
	}
	caller, err := l.Caller(&got)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"苏小禾", "G12345678", "苏小禾", "苏小禾", "62345678", "家属姓名：苏大禾", "联系邮箱：su@qq.com"}
	slices.Sort(want)
	slices.Sort(caller.Redacted)
	if diff := cmp.Diff(want, caller.Redacted); diff != "" {
		t.Error(diff)
	}
}

func TestAcceptJudgesAndRoutes(t *testing.T) {
	l, store := newLine(t)
	accept(t, l, Form{
		Channel: ticket.Channel12328, SourceNo: "1", Title: "出租车拒载", Content: "出租车司机听说去沙河大桥就拒载，把我赶下车。",
		Place: "西关大街", Area: "城西区", DemandType: "投诉举报",
	})
	got := stored(t, store, ticket.Channel12328, "1")
	if got.Category != "C01" || got.Kind != ticket.Complaint || got.County != "城西区" || got.Verdict.Lead != "zhidui" || got.Verdict.Rule == "" {
		t.Errorf("category %s kind %s county %s lead %s by %q", got.Category, got.Kind, got.County, got.Verdict.Lead, got.Verdict.Rule)
	}
	if got.Place != "城西区 西关大街" {
		t.Errorf("place %q", got.Place)
	}
}

func TestAcceptTakesTheSourcesWordForKindUrgencyAndSecrecy(t *testing.T) {
	l, store := newLine(t)
	accept(t, l, Form{Channel: ticket.Channel12345, SourceNo: "1", Content: "请问出租车从业资格证怎么报名？", DemandType: "建议类", Urgency: "特提", Confidential: true})
	got := stored(t, store, ticket.Channel12345, "1")
	if got.Kind != ticket.Suggest || got.Urgency != ticket.Critical || !got.Confidential {
		t.Errorf("kind %s urgency %q confidential %v", got.Kind, got.Urgency, got.Confidential)
	}
}

func TestAcceptIsIdempotent(t *testing.T) {
	l, _ := newLine(t)
	form := Form{Channel: ticket.Channel12345, SourceNo: "1", Content: "迎晖大道路灯不亮"}
	first := accept(t, l, form)[0]
	again := accept(t, l, form)[0]
	if first.Existing || !again.Existing || first.ID != again.ID {
		t.Errorf("first %+v, again %+v", first, again)
	}
	other := form
	other.Channel = ticket.Channel12328
	if r := accept(t, l, other)[0]; r.Existing || r.ID == first.ID {
		t.Errorf("the same number of another channel: %+v", r)
	}
}

func TestAcceptNumbersAComplaintWithoutANumberByItsContent(t *testing.T) {
	l, _ := newLine(t)
	form := Form{Channel: ticket.ChannelMessage, Content: "公交K5路等了四十分钟", CallerPhone: "19900001111"}
	neighbour := form
	neighbour.CallerPhone = "19900002222"
	results := accept(t, l, form, form, neighbour)
	if results[0].Existing || results[1].ID != results[0].ID || results[2].ID == results[0].ID {
		t.Errorf("%+v: the same again is one ticket, another caller's is another", results)
	}
}

func TestAcceptFindsARepeatCallerWhateverTheNumberLooksLike(t *testing.T) {
	l, store := newLine(t)
	for i, phone := range []string{"19900001111", "+86 199 0000 1111", "019900001111", "199-0000-1111", "86-19900001111"} {
		no := string(rune('a' + i))
		accept(t, l, Form{Channel: ticket.Channel12345, SourceNo: no, Content: "路灯不亮", CallerPhone: phone})
		if a, b := stored(t, store, ticket.Channel12345, "a").CallerKey, stored(t, store, ticket.Channel12345, no).CallerKey; a != b || a == "" {
			t.Errorf("%s: key %q, want %q", phone, b, a)
		}
	}
	accept(t, l, Form{Channel: ticket.Channel12345, SourceNo: "hidden", Content: "路灯不亮", CallerPhone: "隐藏号码"})
	if key := stored(t, store, ticket.Channel12345, "hidden").CallerKey; key != "" {
		t.Errorf("a hidden number has the key %q", key)
	}
}

func TestAcceptGivesAllFaultsAndOpensTheRest(t *testing.T) {
	l, _ := newLine(t)
	results := accept(t, l,
		Form{Channel: "fax", SourceNo: strings.Repeat("9", 101), CalledAt: now.Add(48 * time.Hour)},
		Form{Channel: ticket.ChannelCase, SourceNo: "1", Content: "罚款200元"},
		Form{Channel: ticket.Channel12345, SourceNo: "2", Content: "路灯不亮"})
	var codes [][]string
	for _, r := range results {
		var list []string
		for _, f := range r.Faults {
			list = append(list, f.Field+" "+f.Code)
		}
		codes = append(codes, list)
	}
	want := [][]string{{"channel unknown_channel", "content missing", "source_no too_long", "called_at in_future"}, {"channel not_a_ticket"}, nil}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Error(diff)
	}
	if results[2].ID == "" {
		t.Error("the form without faults was not opened")
	}
}

func TestOwnPhone(t *testing.T) {
	_, mappings := defaultRules(t)
	for name, c := range map[string]struct{ text, want string }{
		"the caller's own":             {"公交不来，本人电话：19900001111", "19900001111"},
		"with blanks":                  {"我的手机199 0000 1111请回", "199 0000 1111"},
		"the driver's":                 {"司机联系电话19900001111态度差", ""},
		"nobody's":                     {"拨打19900001111没人接", ""},
		"the caller's beside others'":  {"驾校公司电话62345678，请联系我19900001111", "19900001111"},
		"two of the caller's":          {"本人电话19900001111，本人手机19900002222", ""},
		"the same twice":               {"本人电话19900001111，再说一遍联系我19900001111", "19900001111"},
		"a number that is no phone":    {"本人电话12345", ""},
		"an order number of 18 digits": {"联系我，订单250912101108115409", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mappings.values.ownPhone(c.text); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestAcceptKeepsANumberOfTheTextAsContact(t *testing.T) {
	l, store := newLine(t)
	accept(t, l, Form{Channel: ticket.Channel12345, SourceNo: "1", Content: "路灯不亮，本人电话19900001111"})
	got := stored(t, store, ticket.Channel12345, "1")
	caller, err := l.Caller(&got)
	if err != nil || caller.Contact != "19900001111" || got.CallerKey == "" {
		t.Errorf("caller %+v key %q (%v)", caller, got.CallerKey, err)
	}
}

// Whatever a text says, no phone number that it holds is in what is judged.
func TestNoPhoneNumberPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`1[3-9]\d{9}`).Draw(t, "phone")
		before := rapid.StringMatching(`[中a，（ ]{0,4}[中，（ ]`).Draw(t, "before")
		var r redactor
		if got := r.text(before + phone + "，路灯不亮"); strings.Contains(got, phone) || len(r.removed) != 1 {
			t.Fatalf("%q with %v removed", got, r.removed)
		}
	})
}
