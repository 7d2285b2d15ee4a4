package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"huiyin/ticket"
	"huiyin/workflow"
)

// sheetOf is a work sheet of a made workbook.
type sheetOf struct {
	name string
	rows [][]any
}

func writeBook(t testing.TB, name string, sheets ...sheetOf) string {
	t.Helper()
	f := excelize.NewFile()
	for i, s := range sheets {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", s.name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := f.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for n, row := range s.rows {
			if err := f.SetSheetRow(s.name, fmt.Sprintf("A%d", n+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func importFile(t testing.TB, l *Line, file string, o ImportOptions) Summary {
	t.Helper()
	if o.Channel == "" {
		o.Channel = ticket.Channel12345
	}
	s, err := l.Import(t.Context(), now, operator, file, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// counts compares the numbers of a summary.
var counts = cmpopts.IgnoreFields(Summary{}, "File", "RejectsFile", "Seconds", "Notes", "Reasons")

func TestImportWholeWorkbook(t *testing.T) {
	l, store := newLine(t)
	header := []any{"序号", "工单编号", "标题", "内容", "来电时间"}
	var first, second [][]any
	first = append(first, []any{"2026年4月热线工单"}, []any{}, header)
	for i := range 400 {
		first = append(first, []any{i + 1, fmt.Sprintf("2509121011081%05d", i), "路灯", fmt.Sprintf("柳林大道第%d盏路灯不亮", i), 46114.5})
	}
	for range 300 {
		first = append(first, []any{" "}) // ghosts
	}
	second = append(second, []any{"工单编号", "内容"}, []any{"B-1", "梧桐大道有坑"}, []any{"合计", ""})
	file := writeBook(t, "四月.xlsx", sheetOf{"一", first}, sheetOf{"二", second}, sheetOf{"说明", [][]any{{"由系统导出"}}})
	var steps []int
	got := importFile(t, l, file, ImportOptions{Progress: func(done, _ int) { steps = append(steps, done) }})
	if diff := cmp.Diff(Summary{Read: 401, Accepted: 401}, got, counts); diff != "" {
		t.Error(diff)
	}
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "说明") {
		t.Errorf("notes %q", got.Notes)
	}
	if steps[len(steps)-1] != 401 {
		t.Errorf("progress %v", steps)
	}
	one := stored(t, store, ticket.Channel12345, "250912101108100399")
	if one.Content != "柳林大道第399盏路灯不亮" || !one.CalledAt.Equal(time.Date(2026, 4, 2, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("%q called at %v", one.Content, one.CalledAt)
	}
	again := importFile(t, l, file, ImportOptions{})
	if diff := cmp.Diff(Summary{Read: 401, Duplicates: 401}, again, counts); diff != "" {
		t.Errorf("the same file again: %s", diff)
	}
	facts, err := store.Facts(t.Context(), ticket.MonthOf(now))
	if err != nil || len(facts) != 401 {
		t.Errorf("%d tickets in the store (%v)", len(facts), err)
	}
}

func TestImportCountsWhatAFileRepeats(t *testing.T) {
	l, store := newLine(t)
	file := writeFile(t, "a.csv", "工单编号,内容\n1,路灯不亮\n1,路灯不亮\n1,路面有坑\n2,路灯不亮\n")
	got := importFile(t, l, file, ImportOptions{})
	if diff := cmp.Diff(Summary{Read: 4, Accepted: 2, Duplicates: 1, Rejected: 1}, got, counts); diff != "" {
		t.Error(diff)
	}
	if len(got.Reasons) != 1 || got.Reasons[0] != "第 4 行：工单编号与第 2 行相同，内容却不同，请核对" {
		t.Errorf("reasons %q", got.Reasons)
	}
	if one := stored(t, store, ticket.Channel12345, "1"); one.Content != "路灯不亮" {
		t.Errorf("the second of two took the place of the first: %q", one.Content)
	}
}

func TestImportOfContentsAlone(t *testing.T) {
	l, _ := newLine(t)
	file := writeFile(t, "a.csv", "序号,内容\n1,路灯不亮\n2,路面有坑\n")
	got := importFile(t, l, file, ImportOptions{Channel: ticket.ChannelMessage})
	if diff := cmp.Diff(Summary{Read: 2, Accepted: 2}, got, counts); diff != "" || len(got.Notes) != 1 {
		t.Errorf("%s notes %q", diff, got.Notes)
	}
	other := writeFile(t, "b.csv", "序号,内容\n8,路面有坑\n9,路灯不亮\n10,公交不来\n")
	again := importFile(t, l, other, ImportOptions{Channel: ticket.ChannelMessage})
	if diff := cmp.Diff(Summary{Read: 3, Accepted: 1, Duplicates: 2}, again, counts); diff != "" {
		t.Errorf("the running number is no key: %s", diff)
	}
}

func TestRejectedRowsCanBeMendedAndImportedAgain(t *testing.T) {
	l, store := newLine(t)
	file := writeBook(t, "四月.xlsx", sheetOf{"一", [][]any{
		{"工单编号", "内容", "来电时间", "备注"},
		{"A-1", "路灯不亮", "2026-04-02", "=1+1"},
		{"A-2", "", "2026-04-02", "=HYPERLINK(\"x\")"},
		{"A-3", "路面有坑", "前天下午", "-5"},
		{250912101108115000, "公交不来", "2026-04-02", "留着"},
	}})
	got := importFile(t, l, file, ImportOptions{})
	if diff := cmp.Diff(Summary{Read: 4, Accepted: 1, Rejected: 3}, got, counts); diff != "" {
		t.Fatal(diff)
	}
	if got.RejectsFile != filepath.Join(filepath.Dir(file), "四月-退回.xlsx") {
		t.Errorf("rejects in %s", got.RejectsFile)
	}
	f, err := excelize.OpenFile(got.RejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"原行号", "问题栏", "退回原因", "工单编号", "内容", "来电时间", "备注"},
		{"3", "内容", "标题和内容都是空的，至少要有一项", "A-2", "", "2026-04-02", "'=HYPERLINK(\"x\")"},
		{"4", "来电时间", "看不懂来电时间“前天下午”，请写成 2026-04-02 18:16 这样", "A-3", "路面有坑", "前天下午", "'-5"},
		{"5", "工单编号", "工单编号超过15位，表格程序已经丢掉末几位，请在原系统按文本导出", "", "公交不来", "2026-04-02", "留着"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if untouched := importFile(t, l, got.RejectsFile, ImportOptions{}); untouched.Rejected != 3 || untouched.Accepted != 0 {
		t.Errorf("rejects that nobody mended: %+v", untouched)
	}
	for cell, text := range map[string]string{"E2": "天桥电梯坏了", "F3": "2026-04-01", "D4": "250912101108115409"} {
		if err := f.SetCellStr(f.GetSheetList()[0], cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if mended := importFile(t, l, got.RejectsFile, ImportOptions{}); mended.Accepted != 3 || mended.Rejected != 0 {
		t.Errorf("mended rejects: %+v", mended)
	}
	if one := stored(t, store, ticket.Channel12345, "A-2"); one.Extra["备注"] != `=HYPERLINK("x")` || one.Extra["问题栏"] != "" {
		t.Errorf("extra %v", one.Extra)
	}
	stored(t, store, ticket.Channel12345, "250912101108115409")
}

func TestReasonsNameTheRowThatAnOfficeProgramShows(t *testing.T) {
	l, _ := newLine(t)
	file := writeFile(t, "a.csv", "工单编号,内容,来电时间\n1,\"路灯\n不亮\",2026-04-02\n\n3,路面有坑,2026-13-45\n2.5091210110811542e+17,公交不来,2026-04-02\n")
	got := importFile(t, l, file, ImportOptions{Check: true})
	want := []string{
		"第 4 行：看不懂来电时间“2026-13-45”，请写成 2026-04-02 18:16 这样",
		"第 5 行：工单编号超过15位，表格程序已经丢掉末几位，请在原系统按文本导出",
	}
	if diff := cmp.Diff(want, got.Reasons); diff != "" {
		t.Error(diff)
	}
}

func TestImportNeverOverwritesRejectsThatSomebodyMends(t *testing.T) {
	l, _ := newLine(t)
	file := writeFile(t, "a.csv", "工单编号,内容\n1,\n,路灯不亮\n")
	first := importFile(t, l, file, ImportOptions{})
	second := importFile(t, l, file, ImportOptions{})
	if first.RejectsFile == "" || first.RejectsFile == second.RejectsFile {
		t.Errorf("%s and %s", first.RejectsFile, second.RejectsFile)
	}
}

func TestCheckOnlySaysWhatWouldHappen(t *testing.T) {
	l, store := newLine(t)
	importFile(t, l, writeFile(t, "a.csv", "工单编号,内容\n1,路灯不亮\n"), ImportOptions{})
	file := writeFile(t, "b.csv", "工单编号,内容\n1,路灯不亮\n2,路面有坑\n2,路面有坑\n3,\n")
	got := importFile(t, l, file, ImportOptions{Check: true})
	if diff := cmp.Diff(Summary{Read: 4, Accepted: 1, Duplicates: 2, Rejected: 1}, got, counts); diff != "" || got.RejectsFile != "" || len(got.Reasons) != 1 {
		t.Errorf("%s rejects %q reasons %q", diff, got.RejectsFile, got.Reasons)
	}
	if _, err := store.Find(t.Context(), ticket.Channel12345, "2"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("a check opened a ticket (%v)", err)
	}
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) != 1 {
		t.Errorf("a check wrote %d files (%v)", len(files)-1, err)
	}
}

func TestImportRefuses(t *testing.T) {
	l, _ := newLine(t)
	table := writeFile(t, "a.csv", "工单编号,内容\n1,路灯不亮\n")
	for name, c := range map[string]struct {
		file    string
		options ImportOptions
		code    string
	}{
		"penalty cases, without cases": {table, ImportOptions{Channel: ticket.ChannelCase}, "no_cases"},
		"an unknown channel":           {table, ImportOptions{Channel: "fax"}, "unknown_channel"},
		"an unknown mapping":           {table, ImportOptions{Channel: ticket.Channel12345, Mapping: "没有"}, "unknown_mapping"},
		"a table without a header":     {writeFile(t, "b.csv", "1,路灯不亮\n2,路面有坑\n"), ImportOptions{Channel: ticket.Channel12345}, "no_header"},
		"a file that is not there":     {"没有.xlsx", ImportOptions{Channel: ticket.Channel12345}, "file_missing"},
		"a workbook damaged half way":  {damagedBook(t), ImportOptions{Channel: ticket.Channel12345}, "file_damaged"},
		"a person without the right":   {table, ImportOptions{Channel: ticket.Channel12328, Mapping: "default"}, "forbidden"},
		"a file that is no table":      {writeFile(t, "c.xlsx", "%PDF-1.7"), ImportOptions{Channel: ticket.Channel12345}, "file_format"},
		"a header without any content": {writeFile(t, "d.csv", "工单编号,来电人\n1,苏小禾\n"), ImportOptions{Channel: ticket.Channel12345}, "no_header"},
	} {
		t.Run(name, func(t *testing.T) {
			actor := operator
			if c.code == "forbidden" {
				actor = ticket.Actor{ID: "u", Name: "经办人", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
			}
			_, err := l.Import(t.Context(), now, actor, c.file, c.options)
			var refusal *ticket.Refusal
			if !errors.As(err, &refusal) || c.code != "forbidden" && refusal.Code != c.code || c.code == "forbidden" && !errors.Is(err, ticket.ErrForbidden) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// damagedBook is a workbook whose second sheet is cut off.
func damagedBook(t testing.TB) string {
	t.Helper()
	return writeFile(t, "e.xls", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table>"+
		"<Row><Cell><Data>工单编号</Data></Cell><Cell><Data>内容</Data></Cell></Row>"+
		strings.Repeat("<Row><Cell><Data>1</Data></Cell><Cell><Data>路灯不亮</Data></Cell></Row>", 30)+"<Row><Cell><Da")
}

func TestADamagedFileTellsHowFarItCame(t *testing.T) {
	l, store := newLine(t)
	var rows strings.Builder
	for i := range 600 {
		fmt.Fprintf(&rows, "<Row><Cell><Data>%d</Data></Cell><Cell><Data>路灯不亮</Data></Cell></Row>", i)
	}
	file := writeFile(t, "a.xml", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Table>"+
		"<Row><Cell><Data>工单编号</Data></Cell><Cell><Data>内容</Data></Cell></Row>"+rows.String())
	s, err := l.Import(t.Context(), now, operator, file, ImportOptions{Channel: ticket.Channel12345})
	facts, factsErr := store.Facts(t.Context(), ticket.MonthOf(now))
	if factsErr != nil || len(facts) != s.Accepted {
		t.Errorf("%d tickets in the store, %d in the summary (%v)", len(facts), s.Accepted, factsErr)
	}
	if err == nil || s.Accepted > 0 && !strings.Contains(err.Error(), fmt.Sprintf("已导入 %d 行", s.Accepted)) {
		t.Errorf("after %d rows: %v", s.Accepted, err)
	}
}

// Interrupted anywhere and run again, an import adds exactly what is missing.
func TestAnInterruptedImportIsMadeWhole(t *testing.T) {
	l, store := newLine(t)
	var rows strings.Builder
	rows.WriteString("工单编号,内容\n")
	const n = 2000
	for i := range n {
		fmt.Fprintf(&rows, "%d,柳林大道第%d盏路灯不亮\n", i, i)
	}
	file := writeFile(t, "a.csv", rows.String())
	ctx, stop := context.WithCancel(t.Context())
	cut, err := l.Import(ctx, now, operator, file, ImportOptions{Channel: ticket.Channel12345, Progress: func(done, _ int) {
		if done >= 500 {
			stop()
		}
	}})
	if err == nil || cut.Accepted == 0 || cut.Accepted == n {
		t.Fatalf("the import was not interrupted: %+v (%v)", cut, err)
	}
	rest := importFile(t, l, file, ImportOptions{})
	if rest.Read != n || rest.Accepted+rest.Duplicates != n || rest.Duplicates < cut.Accepted {
		t.Errorf("after %d the rest was %+v", cut.Accepted, rest)
	}
	facts, err := store.Facts(t.Context(), ticket.MonthOf(now))
	if err != nil || len(facts) != n {
		t.Errorf("%d tickets in the store (%v)", len(facts), err)
	}
}

// Every ticket of an import passes the store's own examination.
func TestImportedTicketsAreSound(t *testing.T) {
	l, store := newLine(t)
	importFile(t, l, writeFile(t, "a.csv", "工单编号,标题,内容,来电号码,是否保密,紧急程度\n1,拒载,出租车拒载,19900001111,是,加急\n2,,\"第一行\n第二行\",,否,\n"), ImportOptions{})
	var breaches []string
	if _, err := workflow.Fsck(t.Context(), store, l.desk.Policy(), func(b workflow.Breach) { breaches = append(breaches, fmt.Sprint(b)) }); err != nil || len(breaches) > 0 {
		t.Errorf("%v (%v)", breaches, err)
	}
}
