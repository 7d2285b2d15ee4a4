package reports

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"huiyin/ticket"
)

// annexRows are the rows of a report's annex by the titles of their columns.
func annexRows(m *Month) []map[string]any {
	var rows []map[string]any
	for cells := range m.Annex.cells() {
		row := map[string]any{}
		for i, c := range annexColumns {
			if cells[i] != nil {
				row[c.Title] = cells[i]
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// tallied counts rows that are in the period by the texts of some columns.
func tallied(rows []map[string]any, columns ...string) map[string]int {
	counts := map[string]int{}
	for _, row := range rows {
		if row["本期受理"] != "是" {
			continue
		}
		key := ""
		for _, c := range columns {
			key += fmt.Sprint(row[c]) + "|"
		}
		counts[key]++
	}
	return counts
}

// open is a drawn source in which nothing has to be withheld.
func open(t *rapid.T) *memory {
	src := drawSource(t)
	for _, facts := range src.facts {
		for i := range facts {
			f := &facts[i]
			f.Confidential = false
			if f.Category == "A05" {
				f.Category = "A02"
			}
			if f.State == ticket.HandedOver {
				f.State = ticket.Merged
			}
		}
	}
	return src
}

func TestAnnexMakesTheNumbersOfTheReport(t *testing.T) {
	p := testPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		m, err := Build(t.Context(), open(t), p, "2026-10", drawNow(t))
		if err != nil {
			t.Fatal(err)
		}
		rows := annexRows(m)
		same := func(claim string, want, got map[string]int) {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-report +annex):\n%s", claim, diff)
			}
		}
		crossed, items, units := map[string]int{}, map[string]int{}, map[string]int{}
		put := func(in map[string]int, key string, n int) {
			if n > 0 {
				in[key] += n
			}
		}
		for _, c := range m.Sources.Channels {
			for k, n := range c.Counts {
				put(crossed, c.Name+"|"+m.Sources.Kinds[k].Name+"|", n)
			}
		}
		for _, f := range m.Fields.Rows {
			for _, i := range f.Items {
				put(items, i.Name+"|", i.Count)
			}
		}
		put(units, "未分派|", m.Units.NoUnit)
		due, onTime, settled := map[string]int{}, map[string]int{}, map[string]int{}
		for _, r := range append(m.Units.Ranked(), m.Units.Small...) {
			put(units, r.Short+"|", r.Received)
			put(due, r.Short, r.Due)
			put(onTime, r.Short, r.OnTime.Raw.Num)
			put(settled, r.Short, r.Settled)
		}
		for _, e := range m.Units.External {
			put(units, p.Units.Short(e.Code)+"|", e.Count)
		}
		same("channels × kinds", crossed, tallied(rows, "渠道", "诉求类型"))
		same("items", items, tallied(rows, "类别"))
		same("units", units, tallied(rows, "主办单位"))
		counted := [3]map[string]int{{}, {}, {}}
		received, closed, satisfied := 0, 0, Rate{}
		for _, row := range rows {
			unit := fmt.Sprint(row["主办单位"])
			_, listed := settled[unit]
			_, waiting := due[unit]
			for i, holds := range [3]bool{row["时限情况"] != nil && waiting, row["时限情况"] == "按期" && waiting, row["本期答复办结"] == "是" && listed} {
				if holds {
					counted[i][unit]++
				}
			}
			if row["本期受理"] == "是" {
				received++
			}
			if row["本期办结"] == "是" {
				closed++
			}
			if answer := row["满意"]; row["本期答复办结"] == "是" && answer != nil {
				satisfied.count(answer == "是")
			}
		}
		same("due by unit", due, counted[0])
		same("on time by unit", onTime, counted[1])
		same("settled by unit", settled, counted[2])
		got := []any{received, closed, satisfied}
		if diff := cmp.Diff([]any{m.Volume.Received, m.Volume.Closed, m.Units.All.Satisfied.Raw}, got); diff != "" {
			t.Errorf("volume (-report +annex):\n%s", diff)
		}
	})
}

// annexSheetOf opens the annex in the workbook itself.
func annexSheetOf(t *testing.T, m *Month) (f *excelize.File, rows [][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(bytesOf(t, m, WriteXlsx)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	rows, err = f.GetRows(annexSheet)
	if err != nil {
		t.Fatal(err)
	}
	return f, rows
}

func TestAnnexSheetListsTicketsForPeople(t *testing.T) {
	src := handMade()
	facts := src.facts["2026-10"]
	src.tickets = map[ticket.ID]ticket.Ticket{facts[0].ID: {ID: facts[0].ID, Title: "王小明先生举报13912345678", Progress: ticket.Progress{State: ticket.Closed, Co: []string{"gonglu", "yunfu"}}}}
	f, rows := annexSheetOf(t, build(t, src, "2026-10", afterOctober()))
	// ten of October's twelve, and 22 and 23 that were due in it
	if len(rows) != 5+1+12 {
		t.Fatalf("%d rows:\n%s", len(rows), rows)
	}
	if !strings.Contains(rows[1][0], "受理12件，逐件列出10件，保密工单1件、涉嫌违纪线索和移交纪检的1件只计数、不列出") {
		t.Errorf("the sheet does not say what it leaves out: %s", rows[1][0])
	}
	if !strings.Contains(rows[2][0], "2件排在其后，逐件列出2件") {
		t.Errorf("the sheet does not tell the older tickets: %s", rows[2][0])
	}
	of := func(id ticket.ID) map[string]string {
		cells := map[string]string{}
		for _, row := range rows[6:] {
			if row[0] == string(id) {
				for i, v := range row {
					cells[rows[5][i]] = v
				}
			}
		}
		return cells
	}
	first := map[string]string{}
	for title, cell := range of(facts[0].ID) {
		if cell != "" {
			first[title] = cell
		}
	}
	want := map[string]string{
		"编号": string(facts[0].ID), "渠道": "12345热线", "诉求类型": "投诉举报", "类别": "黑车", "县区": "城东区", "主办单位": "支队", "协办单位": "公路、运服", "状态": "已办结",
		"受理时间": "2026-10-08 09:00", "办结时限": "2026-10-16 00:00", "答复时间": "2026-10-13 10:00", "办结时间": "2026-10-14 10:00", "办理工时（小时）": "10.0",
		"本期受理": "是", "本期答复办结": "是", "本期办结": "是", "时限情况": "按期", "回访": "已回访", "响应": "是", "解决": "是", "满意": "是", "重复或群体": "重复",
		"标题（已隐去个人信息）": "王*先生举报139****5678",
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	late := of(src.facts["2026-09"][2].ID)
	if late["时限情况"] != "超期未结" || late["本期受理"] != "" {
		t.Errorf("a ticket of September that is still open in October: %v", late)
	}
	if excluded := of(facts[2].ID); excluded["剔除"] != "是" || excluded["时限情况"] != "超期办结" {
		t.Errorf("an excluded ticket: %v", excluded)
	}
	panes, err := f.GetPanes(annexSheet)
	if err != nil || !panes.Freeze || panes.YSplit != 6 || panes.XSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Scope == annexSheet {
			names[n.Name] = n.RefersTo
		}
	}
	if names["_xlnm.Print_Titles"] != "'工单明细'!$6:$6" || names["_xlnm._FilterDatabase"] != "'工单明细'!$A$6:$AC$18" {
		t.Errorf("head for print and filter: %v", names)
	}
}

func TestAnnexKeepsToThePolicysRows(t *testing.T) {
	for _, c := range []struct {
		limit, rows, earlier int
		says                 string
	}{
		{1000, 12, 2, ""},
		{11, 11, 1, "另有1件未列"},
		{4, 4, 0, "另有8件未列"},
		{0, 0, 0, "另有12件未列"},
	} {
		p := testPolicy(t)
		p.Rules.AnnexRows = c.limit
		m, err := Build(context.Background(), handMade(), p, "2026-10", afterOctober())
		if err != nil {
			t.Fatal(err)
		}
		rows := annexRows(m)
		if len(rows) != c.rows || m.Annex.earlier.listed != c.earlier {
			t.Errorf("at most %d: %d rows, %d of them older", c.limit, len(rows), m.Annex.earlier.listed)
		}
		if notes := strings.Join(m.Annex.notes(m), ""); c.says == "" && strings.Contains(notes, "未列") || !strings.Contains(notes, c.says) {
			t.Errorf("at most %d: %s", c.limit, notes)
		}
		annexSheetOf(t, m)
	}
}

func TestAnnexIsInReceiptOrderWhateverTheStoreGives(t *testing.T) {
	src := handMade()
	before := annexRows(build(t, src, "2026-10", afterOctober()))
	for _, facts := range src.facts {
		for i, k := 0, len(facts)-1; i < k; i, k = i+1, k-1 {
			facts[i], facts[k] = facts[k], facts[i]
		}
	}
	if diff := cmp.Diff(before, annexRows(build(t, src, "2026-10", afterOctober()))); diff != "" {
		t.Error(diff)
	}
}

func TestReportReadFromJSONHasNoAnnex(t *testing.T) {
	m, err := Read(bytesOf(t, build(t, handMade(), "2026-10", afterOctober()), WriteJSON))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(bytesOf(t, m, WriteXlsx)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if at, _ := f.GetSheetIndex(annexSheet); at >= 0 {
		t.Error("an annex was made of nothing")
	}
}
