package intake

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/intake/sheet/grid"
	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"
)

func rowOf(number int, texts ...string) grid.Row {
	row := grid.Row{Number: number}
	for _, text := range texts {
		row.Cells = append(row.Cells, grid.Of(text))
	}
	return row
}

// columnsOf maps a header by a mapping of the default policy.
func columnsOf(t testing.TB, mapping string, headers ...string) (*columns, values) {
	t.Helper()
	mappings, err := LoadMappings(tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	m, ok := mappings.Find(mapping)
	if !ok {
		t.Fatal(mappings.unknown(mapping))
	}
	return m.read(rowOf(1, headers...)), mappings.values
}

// The whole headers of exports of other systems map without help.
func TestHeadersOfOtherSystems(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		row     []string
		want    Form
	}{
		"letters to a mayor": {
			[]string{"留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级标签"},
			[]string{"188", "U0001", "建议加开夜班公交", "2020/1/6 12:09:38", "\n\t\t夜里十点以后就没有车了。", "交通运输"},
			Form{SourceNo: "188", CallerName: "U0001", Title: "建议加开夜班公交", CalledAt: time.Date(2020, 1, 6, 4, 9, 38, 0, time.UTC),
				Content: "夜里十点以后就没有车了。", Category: "交通运输"}},
		"a district's platform": {
			[]string{"工单编号", "工单标题", "诉求内容", "诉求类型", "区交办时间", "诉求渠道", "紧急程度", "求助人员", "求助号码", "性别", "事件发生地", "诉求详细地址", "是否协办"},
			[]string{"250912101108115409", "路灯不亮", "柳林大道路灯不亮", "投诉", "2026-04-02 18:16:58", "微信", "一般", "苏小禾", "19900001111", "女", "城东区", "柳林大道与东湖北路口", "否"},
			Form{SourceNo: "250912101108115409", Title: "路灯不亮", Content: "柳林大道路灯不亮", DemandType: "投诉", Urgency: "一般", CallerName: "苏小禾",
				CallerPhone: "19900001111", CallerSex: "女", Place: "城东区 柳林大道与东湖北路口",
				Extra: map[string]string{"区交办时间": "2026-04-02 18:16:58", "诉求渠道": "微信", "是否协办": "否"}}},
		"a push of the city's management": {
			[]string{"工单编号", "工单标题", "工单内容", "推送时间", "承办单位", "问题分类", "问题点位"},
			[]string{"1", "标题", "内容", "2026/4/2", "执法支队", "城乡建设>施工管理>施工扰民", "府前路"},
			Form{SourceNo: "1", Title: "标题", Content: "内容", Category: "城乡建设>施工管理>施工扰民", Place: "府前路",
				Extra: map[string]string{"推送时间": "2026/4/2", "承办单位": "执法支队"}}},
		"number, title, content":   {[]string{"工单编号", "诉求标题", "市民诉求"}, []string{"1", "标题", "内容"}, Form{SourceNo: "1", Title: "标题", Content: "内容"}},
		"a running number is none": {[]string{"序号", "工单编号", "标题", "内容"}, []string{"7", "1", "标题", "内容"}, Form{SourceNo: "1", Title: "标题", Content: "内容"}},
		"a transport hotline": {
			[]string{"序号", "小类", "行业类别", "主体对象", "事发起点", "事发终点", "事发时间", "车牌号", "工单内容"},
			[]string{"7", "拒载", "出租", "某出租公司", "城东客运站", "府前路", "2026/4/2 9:00", "皖A12345", "拒载"},
			Form{Content: "拒载", Subject: "某出租公司；皖A12345", Place: "城东客运站", Category: "拒载",
				Extra: map[string]string{"行业类别": "出租", "事发终点": "府前路", "事发时间": "2026/4/2 9:00"}}},
		"full-width, spaced and marked headers": {
			[]string{"工 单 编 号", "＊内容：", "联系电话（必填）", "来电\n时间", "GＩD"},
			[]string{"1", "内容", "19900001111", "2026-04-02", "9"},
			Form{SourceNo: "1", Content: "内容", Contact: "19900001111", CalledAt: time.Date(2026, 4, 1, 16, 0, 0, 0, time.UTC), Extra: map[string]string{"GＩD": "9"}}},
		"headers known by their ending": {[]string{"平台工单编号", "群众诉求内容", "投诉人联系电话"}, []string{"1", "内容", "19900001111"},
			Form{SourceNo: "1", Content: "内容", Contact: "19900001111"}},
		"levels of a category in columns": {[]string{"编号", "内容", "一级分类", "二级分类", "三级分类"}, []string{"1", "内容", "城市客运", "公交", "甩站"},
			Form{SourceNo: "1", Content: "内容", Category: "城市客运>公交>甩站"}},
		"personal data beside the fields": {[]string{"编号", "内容", "来电人", "联系人", "微信号", "受害人姓名", "身份证号"}, []string{"1", "内容", "苏小禾", "禾叔", "wx1", "阿秀", "11010519491231002X"},
			Form{SourceNo: "1", Content: "内容", CallerName: "苏小禾；禾叔", IDNo: "11010519491231002X", Private: map[string]string{"微信号": "wx1", "受害人姓名": "阿秀"}}},
		"numbers that were kept from rounding": {[]string{"编号", "内容", "联系电话"}, []string{`="250912101108115409"`, "'=1+1", "\t19900001111"},
			Form{SourceNo: "250912101108115409", Content: "=1+1", Contact: "19900001111"}},
		"secrecy":                              {[]string{"编号", "内容", "是否保密"}, []string{"1", "内容", "要求保密"}, Form{SourceNo: "1", Content: "内容", Confidential: true}},
		"columns that rejects add are dropped": {[]string{"原行号", "问题栏", "退回原因", "编号", "内容"}, []string{"9", "编号", "空的", "1", "内容"}, Form{SourceNo: "1", Content: "内容"}},
		"a column without a header":            {[]string{"编号", "内容", ""}, []string{"1", "内容", "备注"}, Form{SourceNo: "1", Content: "内容", Extra: map[string]string{"第C列": "备注"}}},
		"the first column that is not empty":   {[]string{"编号", "内容", "来电时间", "登记时间"}, []string{"1", "内容", "", "2026-04-02"}, Form{SourceNo: "1", Content: "内容", CalledAt: time.Date(2026, 4, 1, 16, 0, 0, 0, time.UTC)}},
		"names of our own fields":              {[]string{"source_no", "content", "called_at", "place"}, []string{"1", "内容", "2026-04-01T16:00:00Z", "府前路"}, Form{SourceNo: "1", Content: "内容", Place: "府前路", CalledAt: time.Date(2026, 4, 1, 16, 0, 0, 0, time.UTC)}},
	} {
		t.Run(name, func(t *testing.T) {
			columns, v := columnsOf(t, "", c.headers...)
			got, faults := columns.form(rowOf(2, c.row...), ticket.Channel12345, v, now)
			c.want.Channel = ticket.Channel12345
			if diff := cmp.Diff(c.want, got); diff != "" || len(faults) > 0 {
				t.Errorf("%s%v", diff, faults)
			}
		})
	}
}

func TestASavedMappingSaysOtherwise(t *testing.T) {
	columns, v := columnsOf(t, "qujiaoban", "工单编号", "诉求内容", "诉求归口", "事件发生地", "诉求详细地址")
	got, _ := columns.form(rowOf(2, "1", "内容", "公交", "城东区", "府前路"), ticket.Channel12345, v, now)
	want := Form{Channel: ticket.Channel12345, SourceNo: "1", Content: "内容", Category: "公交", Area: "城东区", Place: "府前路"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFormFaults(t *testing.T) {
	number := func(s string) grid.Cell { return grid.Cell{Kind: grid.Number, Text: s} }
	columns, v := columnsOf(t, "", "工单编号", "内容", "来电号码", "来电时间")
	for name, c := range map[string]struct {
		row  grid.Row
		want []string
	}{
		"a number that Excel rounded":   {grid.Row{Cells: []grid.Cell{number("2.50912101108115E+17"), grid.Of("内容")}}, []string{"source_no lost_digits"}},
		"the same, written out":         {grid.Row{Cells: []grid.Cell{number("250912101108115000"), grid.Of("内容")}}, []string{"source_no lost_digits"}},
		"the same, out of a csv":        {grid.Row{Cells: []grid.Cell{grid.Of("2.50912E+17"), grid.Of("内容")}}, []string{"source_no lost_digits"}},
		"a phone number cut to show":    {grid.Row{Cells: []grid.Cell{grid.Of("1"), grid.Of("内容"), grid.Of("1.99E+10")}}, []string{"caller_phone lost_digits"}},
		"no number, no date, both told": {grid.Row{Cells: []grid.Cell{{}, grid.Of("内容"), {}, grid.Of("前天")}}, []string{"called_at bad_time", "source_no missing"}},
		"a row that is out of place":    {grid.Row{Cells: []grid.Cell{grid.Of("1"), grid.Of("内容")}, Damage: "引号"}, []string{" damaged_row"}},
		"text of 18 digits is whole":    {grid.Row{Cells: []grid.Cell{grid.Of("250912101108115000"), grid.Of("内容")}}, nil},
		"a short number is whole":       {grid.Row{Cells: []grid.Cell{number("260402062267"), grid.Of("内容"), number("19900001111")}}, nil},
		"an error of a formula is none": {grid.Row{Cells: []grid.Cell{{Kind: grid.Error, Text: "#N/A"}, grid.Of("内容")}}, []string{"source_no missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := columns.form(c.row, ticket.Channel12345, v, now)
			var got []string
			for _, f := range faults {
				got = append(got, f.Field+" "+f.Code)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnUnreadableDateIsQuotedWithoutPersonalData(t *testing.T) {
	columns, v := columnsOf(t, "", "工单编号", "内容", "来电时间")
	_, faults := columns.form(rowOf(2, "1", "内容", "苏小禾19900001111"), ticket.Channel12345, v, now)
	if len(faults) != 1 || strings.Contains(faults[0].Message, "19900001111") {
		t.Errorf("%+v", faults)
	}
}

func TestFindHeader(t *testing.T) {
	mappings, err := LoadMappings(tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	m, _ := mappings.Find("")
	for name, c := range map[string]struct {
		rows     []grid.Row
		used     int // 0: none found
		contains []string
	}{
		"in the first row":            {[]grid.Row{rowOf(1, "编号", "内容"), rowOf(2, "1", "a")}, 1, []string{fieldTicketNo, fieldContent}},
		"below a title and a remark":  {[]grid.Row{rowOf(1, "2026年4月热线工单内容统计表"), rowOf(2, "单位：件"), rowOf(4, "编号", "标题", "内容"), rowOf(5, "1", "a", "b")}, 3, []string{fieldTitle}},
		"over two rows":               {[]grid.Row{rowOf(1, "编号", "来电人信息", "", "内容"), rowOf(2, "", "姓名", "联系电话", ""), rowOf(3, "1", "a", "2", "b")}, 2, []string{fieldTicketNo, fieldCallerName, fieldContact, fieldContent}},
		"with groups above":           {[]grid.Row{rowOf(1, "基本信息", "", "诉求信息", ""), rowOf(2, "编号", "姓名", "内容", "来电时间")}, 2, []string{fieldTicketNo, fieldCallerName, fieldContent, fieldCallTime}},
		"an explanation has none":     {[]grid.Row{rowOf(1, "说明"), rowOf(2, "本表由系统导出")}, 0, nil},
		"text that mentions a header": {[]grid.Row{rowOf(1, "1", "市民来电，反映的诉求内容是路灯不亮，联系电话已登记，请问投诉内容")}, 0, nil},
		"of one column":               {[]grid.Row{rowOf(1, "内容"), rowOf(2, "a")}, 1, []string{fieldContent}},
	} {
		t.Run(name, func(t *testing.T) {
			found, used := m.findHeader(c.rows)
			if used != c.used || (found == nil) != (c.used == 0) {
				t.Fatalf("used %d rows, want %d", used, c.used)
			}
			for _, field := range c.contains {
				if !found.has(field) {
					t.Errorf("%s is not found", field)
				}
			}
		})
	}
}

func TestGhost(t *testing.T) {
	columns, v := columnsOf(t, "", "序号", "编号", "内容", "来电人")
	for name, c := range map[string]struct {
		row  grid.Row
		want bool
	}{
		"a running number alone":         {rowOf(9, "8"), true},
		"blanks":                         {rowOf(9, " ", "\t"), true},
		"the sum below a list":           {rowOf(9, "合计", "", "", "100"), true},
		"who made the list":              {rowOf(9, "", "制表人：指挥中心"), true},
		"a row without content is a row": {rowOf(9, "8", "", "", "苏小禾"), false},
		"a ticket":                       {rowOf(9, "8", "1", "合计收费两次"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := columns.ghost(c.row, v); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestLoadMappingsTellsEveryFault(t *testing.T) {
	fsys := fstest.MapFS{
		"mappings/default.csv": {Data: []byte("规范字段,表头\nticket_no,编号;内容\ncontent,内容\ncontent,正文\n,空\n")},
		"mappings/other.csv":   {Data: []byte("规范字段,列名\na,b\n")},
		"values.csv":           {Data: []byte("字段,含义,写法\n诉求类型,投诉,投诉\n颜色,红,红\n是否保密,是,1\n是否保密,否,1\n")},
	}
	_, err := LoadMappings(fsys)
	var faults policyfile.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.Error())
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"mappings/default.csv 第3行第2列：表头“内容”同时属于 ticket_no 和 content", "mappings/default.csv 第4行第1列：规范字段“content”写了两行",
		"mappings/default.csv 第5行第1列：缺少规范字段", "mappings/other.csv 第1行第2列：不认识表头“列名”", "mappings/other.csv 第1行：缺少表头“表头”",
		"values.csv 第2行第2列：诉求类型的含义只能是", "values.csv 第3行第1列：字段只能是", "values.csv 第5行第3列：“1”已经写在“是”里",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
}

func TestValues(t *testing.T) {
	_, mappings := defaultRules(t)
	v := mappings.values
	for word, want := range map[string]ticket.Kind{
		"投诉": ticket.Complaint, "投诉举报": ticket.Complaint, "投诉类工单": ticket.Complaint, "信息咨询": ticket.Consult, "非紧急求助": ticket.Help,
		"感谢": ticket.Praise, "意见建议": ticket.Suggest, "投诉>服务质量": ticket.Complaint, "其他": "", "咨询投诉": "", "": "",
	} {
		if got := v.kind(word); got != want {
			t.Errorf("kind %q: got %q, want %q", word, got, want)
		}
	}
	for word, want := range map[string]ticket.Urgency{"一般": "", "": "", "加急": ticket.Urgent, "特急件": ticket.Critical, "不急": "", "看着办": ""} {
		if got := v.urgency(word); got != want {
			t.Errorf("urgency %q: got %q, want %q", word, got, want)
		}
	}
	for word, want := range map[string]bool{"": false, "否": false, "不保密": false, "公开": false, "是": true, "保密": true, "不公开姓名": true, "1": true, "另议": true} {
		if got := v.confidential(word); got != want {
			t.Errorf("confidential %q: got %v, want %v", word, got, want)
		}
	}
}
