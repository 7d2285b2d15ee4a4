package roll

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/ticket"
)

func sampleTickets() []*ticket.Ticket {
	plain := &ticket.Ticket{
		ID: ticket.NewID(ticket.Channel12345, "1", 0), Channel: ticket.Channel12345, SourceNo: "1", Title: "公交不到站", Content: "等了\"很久\",\n没有来",
		ReceivedAt: time.Date(2026, 3, 1, 16, 30, 0, 0, time.UTC), CallerKey: "fingerprint", Sealed: []byte("sealed"),
	}
	plain.State, plain.Category, plain.Lead, plain.Satisfied = ticket.Closed, "B01", "u1", ticket.Yes
	hidden := &ticket.Ticket{ID: ticket.NewID(ticket.Channel12345, "2", 0), Channel: ticket.Channel12345, SourceNo: "=1+1", Title: "举报某人", Content: "不要说出去", Place: "某处"}
	hidden.Confidential = true
	return []*ticket.Ticket{plain, hidden}
}

func written(t *testing.T, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := New(&out, format, Names{Units: ticket.Units{{Code: "u1", Name: "第一运输分局", Short: "一分局"}}, Categories: ticket.Categories{{Code: "B01", Name: "公交不到站"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range sampleTickets() {
		if err := w.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestNoFormatTellsWhoCalledOrWhatIsConfidential(t *testing.T) {
	for _, format := range Formats {
		raw := written(t, format)
		if format == "xlsx" {
			raw = []byte(strings.Join(workbook(t, raw)[2], "|"))
			if !bytes.Contains(raw, []byte(withheld)) {
				t.Errorf("xlsx: %s", raw)
			}
		}
		for _, secret := range []string{"fingerprint", "sealed", "举报某人", "不要说出去", "某处"} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s holds %q", format, secret)
			}
		}
	}
}

func workbook(t *testing.T, raw []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheetName)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSVAndWorkbookSayTheSame(t *testing.T) {
	raw := written(t, "csv")
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	book := workbook(t, written(t, "xlsx"))
	at := func(rows [][]string, row int, title string) string {
		for i, name := range rows[0] {
			if name == title && i < len(rows[row]) {
				return rows[row][i]
			}
		}
		return ""
	}
	for title, want := range map[string]string{
		"来源编号": "1", "状态": "已办结", "类别": "公交不到站", "主办单位": "一分局", "内容": "等了\"很久\",\n没有来",
		"受理时间": "2026-03-02 00:30", "是否满意": "是", "是否解决": "", "办结时间": "",
	} {
		if got := at(rows, 1, title); got != want {
			t.Errorf("csv: %s = %q, want %q", title, got, want)
		}
		if got := at(book, 1, title); got != want {
			t.Errorf("xlsx: %s = %q, want %q", title, got, want)
		}
	}
	if got := at(rows, 2, "来源编号"); got != "'=1+1" {
		t.Errorf("csv: a formula stands as %q", got)
	}
}

func TestLinesGiveProgramsCodesAndTimesWithTheirZone(t *testing.T) {
	first, _, _ := bytes.Cut(written(t, "jsonl"), []byte("\n"))
	var line map[string]any
	if err := json.Unmarshal(first, &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"state": "closed", "channel": "12345", "lead": "u1", "received_at": "2026-03-02T00:30:00+08:00", "closed_at": nil, "confidential": false,
	} {
		if line[name] != want {
			t.Errorf("%s = %v, want %v", name, line[name], want)
		}
	}
}
