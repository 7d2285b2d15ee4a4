package reports

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/ooxml/ooxmltest"
	"huiyin/reports/paper"
	"huiyin/ticket"
)

// months are the kinds of months that a document must stand.
func months(t *testing.T) map[string]*Month {
	one := handMade().facts["2026-10"][:1]
	unit := handMade().facts["2026-10"][:4]
	perfect := []ticket.Fact{one[0], one[0], one[0]}
	for i := range perfect {
		perfect[i].ID = ticket.IDFromBits(uint64(i+900) << 4)
	}
	failed := []ticket.Fact{unit[2], unit[2], unit[2]}
	for i := range failed {
		failed[i].ID = ticket.IDFromBits(uint64(i+800) << 4)
		failed[i].Responded, failed[i].Solved, failed[i].Satisfied, failed[i].Excluded = no, no, no, false
	}
	of := func(facts []ticket.Fact) *memory {
		return &memory{facts: map[ticket.Month][]ticket.Fact{"2026-10": facts}}
	}
	samples := handMade()
	for i := range samples.facts["2026-10"] {
		samples.facts["2026-10"][i].Sample = true
	}
	now := afterOctober()
	return map[string]*Month{
		"a month by hand":      build(t, handMade(), "2026-10", now),
		"an empty month":       build(t, &memory{facts: map[ticket.Month][]ticket.Fact{"2026-09": handMade().facts["2026-09"]}}, "2026-10", now),
		"nothing at all":       build(t, &memory{}, "2026-10", now),
		"one ticket":           build(t, of(one), "2026-10", now),
		"one unit, no history": build(t, of(unit), "2026-10", now),
		"everything in time":   build(t, of(perfect), "2026-10", now),
		"nothing in time":      build(t, of(failed), "2026-10", now),
		"a month in progress":  build(t, handMade(), "2026-10", shanghai("10-20 12:00")),
		"made-up data":         build(t, samples, "2026-10", now),
	}
}

func bytesOf(t *testing.T, m *Month, write func(io.Writer, *Month) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryMonthMakesEveryDocument(t *testing.T) {
	for name, m := range months(t) {
		t.Run(name, func(t *testing.T) {
			ooxmltest.Docx(t, ooxmltest.Parts(t, bytesOf(t, m, WriteDocx)))
			book, least := bytesOf(t, m, WriteXlsx), 5
			if m.Volume.Received == 0 {
				least = 3 // nothing is annexed of nothing
			}
			if ooxmltest.Xlsx(t, ooxmltest.Parts(t, book)) < least {
				t.Error("sheets went unchecked")
			}
			f, err := excelize.OpenReader(bytes.NewReader(book))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if n := len(f.GetSheetList()); n < least {
				t.Errorf("a workbook of %d sheets", n)
			}
			page := string(bytesOf(t, m, WriteHTML))
			for _, bad := range []string{"NaN", "Inf", "%!", "ZgotmplZ", "<nil>", "src=", "href="} {
				if strings.Contains(page, bad) {
					t.Errorf("the page has %q", bad)
				}
			}
			var back Month
			if err := json.Unmarshal(bytesOf(t, m, WriteJSON), &back); err != nil || back.Volume.Received != m.Volume.Received {
				t.Errorf("json comes back as %d, %v", back.Volume.Received, err)
			}
		})
	}
}

func TestNoSentenceWithoutANumber(t *testing.T) {
	digit := regexp.MustCompile(`[0-9]`)
	for name, m := range months(t) {
		for _, b := range m.Paper().Blocks {
			if text, ok := b.(paper.Text); ok && !digit.MatchString(text.Text) {
				t.Errorf("%s: no number behind %q", name, text.Text)
			}
		}
	}
}

func TestRatesAreNeverMadeOfNothing(t *testing.T) {
	for _, name := range []string{"nothing at all", "an empty month"} {
		page := string(bytesOf(t, months(t)[name], WriteHTML))
		if strings.Contains(page, "（0/0）") || name == "nothing at all" && strings.Contains(page, "100.00%") {
			t.Errorf("%s: a rate of nothing was printed", name)
		}
	}
}

func TestHundredAndZeroPercent(t *testing.T) {
	ms := months(t)
	if got := ms["everything in time"].Style.Rate(ms["everything in time"].Units.All.OnTime.Raw); got != "100.00%（3/3）*" {
		t.Errorf("all in time: %s", got)
	}
	if got := ms["nothing in time"].Style.Rate(ms["nothing in time"].Units.All.OnTime.Raw); got != "0.00%（0/3）*" {
		t.Errorf("none in time: %s", got)
	}
	if len(ms["everything in time"].Units.Groups) == 0 || ms["everything in time"].Units.Groups[0].Rows[0].Band != BandGood {
		t.Error("a unit that keeps both floors is not in the good band")
	}
}

func TestMadeUpDataIsMarkedEverywhere(t *testing.T) {
	m := months(t)["made-up data"]
	page := string(bytesOf(t, m, WriteHTML))
	if strings.Count(page, "样例数据") < 3 {
		t.Error("the page does not say that the data are made up in title, head and margin")
	}
	parts := ooxmltest.Parts(t, bytesOf(t, m, WriteDocx))
	for _, name := range []string{"word/header1.xml", "word/header2.xml", "docProps/core.xml", "word/document.xml"} {
		if !strings.Contains(string(parts[name]), "样例数据") {
			t.Errorf("%s lacks the mark", name)
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(bytesOf(t, m, WriteXlsx)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	props, err := f.GetDocProps()
	if err != nil || !strings.Contains(props.Title, "样例数据") {
		t.Errorf("workbook properties %+v, %v", props, err)
	}
	for _, sheet := range f.GetSheetList() {
		if h, err := f.GetHeaderFooter(sheet); err != nil || h == nil || !strings.Contains(h.OddHeader, "样例数据") {
			t.Errorf("sheet %s has no mark in its header", sheet)
		}
	}
	if clean := months(t)["a month by hand"]; strings.Contains(string(bytesOf(t, clean, WriteHTML)), "样例数据") {
		t.Error("real data is marked as made up")
	}
}

func TestMonthInProgressIsComparedWithTheSameDays(t *testing.T) {
	m := months(t)["a month in progress"]
	// until 20 October noon: tickets 1, 2, 3, 4 and 12; in September by then: 21 and 24
	if m.Volume.ReceivedMoM != (Change{5, 2, true}) {
		t.Errorf("compared %+v", m.Volume.ReceivedMoM)
	}
	page := string(bytesOf(t, m, WriteHTML))
	if strings.Contains(page, "环比增") || !strings.Contains(page, "比上月同期") || !strings.Contains(page, "本月尚未结束") {
		t.Error("an unfinished month is compared as a whole one, or does not say that it is unfinished")
	}
}

func TestFutureMonthIsRefused(t *testing.T) {
	_, err := Build(context.Background(), handMade(), testPolicy(t), "2026-12", afterOctober())
	var refusal *ticket.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, "2026年12月") {
		t.Errorf("got %v", err)
	}
}

func TestSameDataSameBytes(t *testing.T) {
	for _, format := range []string{"docx", "xlsx", "html", "json"} {
		first := bytesOf(t, build(t, handMade(), "2026-10", afterOctober()), writers[format])
		second := bytesOf(t, build(t, handMade(), "2026-10", afterOctober()), writers[format])
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two reports of the same data differ", format)
		}
	}
	packed := bytesOf(t, months(t)["one ticket"], WriteXlsx)
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Modified.Year() != 1980 {
			t.Errorf("%s carries the time %v", f.Name, f.Modified)
		}
	}
}

func TestWorkbookHoldsValues(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(bytesOf(t, months(t)["a month by hand"], WriteXlsx)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw := excelize.Options{RawCellValue: true}
	for _, c := range []struct{ sheet, cell, want string }{
		{"总体情况", "A2", "指标"}, {"总体情况", "B3", "12"}, {"总体情况", "C3", "4"}, {"总体情况", "D3", "+8件"},
		{"来源与类型", "G7", "12"}, {"单位时限", "A4", "支队"}, {"单位时限", "G4", "0.6"}, {"单位时限", "H4", "3"}, {"单位时限", "I4", "5"},
		{"高频事项", "B3", "黑车"}, {"高频事项", "C3", "4"},
	} {
		if got, err := f.GetCellValue(c.sheet, c.cell, raw); err != nil || got != c.want {
			t.Errorf("%s %s is %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
		if kind, _ := f.GetCellType(c.sheet, c.cell); c.want[0] >= '0' && c.want[0] <= '9' && kind == excelize.CellTypeSharedString {
			t.Errorf("%s %s is text, not a number", c.sheet, c.cell)
		}
	}
	layout, err := f.GetPageLayout("单位时限")
	if err != nil || layout.Size == nil || *layout.Size != 9 || *layout.Orientation != "landscape" {
		t.Errorf("print set-up %+v, %v", layout, err)
	}
	parts := ooxmltest.Parts(t, bytesOf(t, months(t)["a month by hand"], WriteXlsx))
	charts := 0
	for name := range parts {
		if strings.HasPrefix(name, "xl/charts/chart") {
			charts++
		}
	}
	if charts < 5 {
		t.Errorf("%d native charts", charts)
	}
}

// private is a source whose tickets are full of what must not leave them.
func private() *memory {
	src := handMade()
	src.tickets = map[ticket.ID]ticket.Ticket{}
	for _, f := range src.facts["2026-10"] {
		src.tickets[f.ID] = ticket.Ticket{
			ID: f.ID, Title: "王小明先生电话13912345678举报皖A12345多收费", Content: "正文绝不外传", Subject: "张三丰",
			Place: "幸福小区3栋201", Progress: ticket.Progress{State: f.State, Confidential: f.Confidential},
			Verdict: ticket.Verdict{Entities: []ticket.Entity{{Kind: ticket.EntityPlate, Text: "皖A12345"}, {Kind: ticket.EntityPhone, Text: "13912345678"}}},
		}
	}
	return src
}

func TestNothingPersonalLeavesTheTickets(t *testing.T) {
	src := private()
	m := build(t, src, "2026-10", afterOctober())
	if len(m.Cases) == 0 {
		t.Fatal("no cases: the test would see nothing")
	}
	secret := src.facts["2026-10"][7].ID // the confidential one
	sealed := src.facts["2026-10"][8].ID // the one handed over
	if slices.Contains(src.asked, secret) || slices.Contains(src.asked, sealed) {
		t.Error("the text of a confidential or handed-over ticket was read")
	}
	for _, format := range []string{"docx", "xlsx", "html", "json"} {
		data := bytesOf(t, m, writers[format])
		text := string(data)
		if format == "docx" || format == "xlsx" {
			text = ""
			for name, part := range ooxmltest.Parts(t, data) {
				if !strings.HasSuffix(name, ".xlsx") {
					text += string(part)
				}
			}
		}
		for _, bad := range []string{"13912345678", "12345多收费", "皖A12345", "小明", "张三丰", "幸福小区", "绝不外传", "以权谋私", string(secret), string(sealed)} {
			if strings.Contains(text, bad) {
				t.Errorf("%s shows %q", format, bad)
			}
		}
		if !strings.Contains(text, "王*先生") {
			t.Errorf("%s lacks the masked title", format)
		}
	}
}

func TestWriteAllNamesItsFilesAndRefusesUnknownFormats(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	m := months(t)["one ticket"]
	paths, err := WriteAll(dir, m, []string{"docx", "xlsx", "html", "json"})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range []string{"docx", "xlsx", "html", "json"} {
		want := filepath.Join(dir, "huiyin-2026-10."+f)
		if info, err := os.Stat(want); err != nil || info.Size() == 0 || paths[i] != want {
			t.Errorf("%s: %v, path %s", want, err, paths[i])
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("half-written files are left: %v", left)
	}
	if _, err := WriteAll(dir, m, []string{"odt"}); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("odt: %v", err)
	}
}

// Without LibreOffice the pdf is made all the same, and the same twice.
func TestPDFNeedsNothingInstalled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, m := range months(t) {
		first := bytesOf(t, m, WritePDF)
		if !bytes.HasPrefix(first, []byte("%PDF-")) || len(first) < 20000 {
			t.Errorf("%s: %d bytes that begin with %q", name, len(first), first[:min(8, len(first))])
		}
		if name == "a month by hand" && !bytes.Equal(first, bytesOf(t, m, WritePDF)) {
			t.Errorf("%s: two pdfs differ", name)
		}
	}
}

func TestGroupComplaintNeedsCallersWithinDays(t *testing.T) {
	base := handMade().facts["2026-10"][0]
	source := func(days ...int) *memory {
		src := &memory{facts: map[ticket.Month][]ticket.Fact{}, tickets: map[ticket.ID]ticket.Ticket{}}
		for i, day := range days {
			f := base
			f.ID, f.CallerKey = ticket.IDFromBits(uint64(i+700)<<4), uint32(i+1)
			f.ReceivedAt = shanghai(fmt.Sprintf("10-%02d 10:00", day))
			src.facts["2026-10"] = append(src.facts["2026-10"], f)
			src.tickets[f.ID] = ticket.Ticket{ID: f.ID, Title: "反映公交", Subject: "城东公交公司"}
		}
		return src
	}
	if g := build(t, source(8, 10, 14), "2026-10", afterOctober()).Repeats.Groups; len(g) != 1 || g[0].Callers != 3 || g[0].Object != "城东公交公司" {
		t.Errorf("three callers in seven days: %+v", g)
	}
	if g := build(t, source(8, 10, 15), "2026-10", afterOctober()).Repeats.Groups; len(g) != 0 {
		t.Errorf("three callers in eight days are no group: %+v", g)
	}
}

func TestForecastFollowsTheSeason(t *testing.T) {
	src := &memory{facts: map[ticket.Month][]ticket.Fact{}}
	n := 0
	for m := ticket.Month("2025-01"); m <= "2026-10"; m = m.Add(1) {
		count := 10
		if m.Start().Month() == time.November {
			count = 40
		}
		if m.Start().Year() == 2026 {
			count *= 2
		}
		for range count {
			n++
			src.facts[m] = append(src.facts[m], ticket.Fact{ID: ticket.IDFromBits(uint64(n) << 4), Channel: ticket.Channel12345, Kind: ticket.Complaint,
				Category: "B01", ReceivedAt: m.Start().Add(time.Hour).UTC(), State: ticket.Closed, ClosedAt: m.Start().Add(2 * time.Hour).UTC()})
		}
	}
	f := build(t, src, "2026-10", afterOctober()).Forecast
	// November 2025 brought 40, and the last three months are twice those of a year before
	if f.Total.Expected != 80 || f.Total.Method != MethodSeason || f.Total.LastYear.Before != 40 {
		t.Errorf("forecast %+v", f.Total)
	}
	if len(f.Season) != 1 || f.Season[0].Count != 40 {
		t.Errorf("season %+v", f.Season)
	}
}

func TestNoSentenceHangsOnADash(t *testing.T) {
	for name, m := range months(t) {
		for _, b := range m.Paper().Blocks {
			if text, ok := b.(paper.Text); ok && strings.Contains(text.Text, None) {
				t.Errorf("%s: %q", name, text.Text)
			}
		}
	}
}

func TestNoHeadingStandsOverNothing(t *testing.T) {
	for name, m := range months(t) {
		blocks := m.Paper().Blocks
		for i, b := range blocks {
			h, ok := b.(paper.Heading)
			if !ok {
				continue
			}
			if i+1 == len(blocks) {
				t.Fatalf("%s: %q is the end", name, h.Text)
			}
			next, isHeading := blocks[i+1].(paper.Heading)
			list, isList := blocks[i+1].(paper.List)
			if isHeading && next.Level <= h.Level || isList && len(list.Items) == 0 {
				t.Errorf("%s: nothing under %q", name, h.Text)
			}
		}
	}
}
