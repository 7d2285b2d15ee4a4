package xls

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huiyin/intake/sheet/grid"
)

// An office program's own file: shared texts over CONTINUE records, rich text,
// dates by built-in and own formats, formulas of every result, two sheets.
func TestOpenReadsAnOfficeProgramsFile(t *testing.T) {
	raw, err := os.ReadFile("testdata/office.xls")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	rows := collectRows(t, b)
	text := func(s string) grid.Cell { return grid.Cell{Kind: grid.Text, Text: s} }
	want := []grid.Row{
		{Sheet: "Sheet1", Number: 1, Cells: []grid.Cell{text("工单编号"), text("内容"), text("来电时间"), text("日期"), text("次数"), text("是否保密"), text("公式")}},
		{Sheet: "Sheet1", Number: 2, Cells: []grid.Cell{text("250912101108115409"), text("迎晖大道的路灯坏了 café"),
			{Kind: grid.Time, Text: "2026-04-02 18:16:58"}, {Kind: grid.Time, Text: "2026-04-02 00:00:00"}, {Kind: grid.Number, Text: "3"}, {Kind: grid.Bool, Text: "是"}, text("甲3件")}},
		{Sheet: "Sheet1", Number: 3, Cells: []grid.Cell{text("250912101108115410"), text(strings.Repeat("公交车等了很久也不来，", 900) + "完"),
			{Kind: grid.Time, Text: "2026-04-02 12:00:00"}, {}, {Kind: grid.Number, Text: "0.25"}, {Kind: grid.Bool, Text: "否"}, {Kind: grid.Number, Text: "0.5"}}},
		{Sheet: "Sheet1", Number: 4, Cells: []grid.Cell{{Kind: grid.Number, Text: "2.50912101108115e+17"}, text("出租车拒载"), {}, {},
			{Kind: grid.Number, Text: "12345678"}, {}, {Kind: grid.Error, Text: "#DIV/0!"}}},
	}
	if diff := cmp.Diff(want, rows[:4]); diff != "" {
		t.Error(diff)
	}
	if last := rows[len(rows)-1]; last.Sheet != "第二页" || last.Number != 7 || last.At(2).Text != "孤零零一格" {
		t.Errorf("the second sheet gave %+v", last)
	}
	for _, row := range rows[4 : len(rows)-1] {
		if want := "第" + strings.Repeat("路", row.Number%90) + "条"; row.At(1).Text != want {
			t.Fatalf("row %d: %q, want %q", row.Number, row.At(1).Text, want)
		}
	}
	if len(rows) != 400 {
		t.Errorf("%d rows, want 400", len(rows))
	}
}

func collectRows(t testing.TB, b *Book) []grid.Row {
	t.Helper()
	var rows []grid.Row
	for row, err := range b.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// stream writes records one after the other.
type stream struct{ bytes.Buffer }

func (s *stream) record(kind uint16, parts ...any) {
	var body bytes.Buffer
	for _, p := range parts {
		switch v := p.(type) {
		case []byte:
			body.Write(v)
		case int:
			_ = binary.Write(&body, binary.LittleEndian, uint16(v))
		default:
			_ = binary.Write(&body, binary.LittleEndian, v)
		}
	}
	_ = binary.Write(s, binary.LittleEndian, kind)
	_ = binary.Write(s, binary.LittleEndian, uint16(body.Len()))
	s.Write(body.Bytes())
}

func (s *stream) bof(version, kind int) { s.record(recBOF, version, kind, 0, 0, uint32(0), uint32(0)) }

// wideText is a string as BIFF8 writes it, without its length.
func wideText(s string) []byte {
	out := []byte{wide}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// workbook puts one sheet behind its globals.
func workbook(version int, globals, cells func(s *stream)) []byte {
	write := func(at int) []byte {
		var s stream
		s.bof(version, bofGlobals)
		globals(&s)
		name := append([]byte{2, 0}, "ab"...)
		if version == biff5 {
			name = append([]byte{2}, "ab"...)
		}
		s.record(recBoundSheet, uint32(at), 0, name)
		s.record(recEOF)
		start := s.Len()
		s.bof(version, bofSheet)
		cells(&s)
		s.record(recEOF)
		if at == 0 {
			return []byte{byte(start), byte(start >> 8)}
		}
		return s.Bytes()
	}
	return write(int(binary.LittleEndian.Uint16(write(0))))
}

func none(*stream) {}

func TestCells(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("城东"))
	if err != nil {
		t.Fatal(err)
	}
	number := func(f float64) uint64 { return math.Float64bits(f) }
	for name, c := range map[string]struct {
		version        int
		globals, cells func(s *stream)
		want           []grid.Cell
	}{
		"LABEL holds its text": {biff8, none, func(s *stream) { s.record(recLabel, 0, 0, 0, 2, wideText("城东")) },
			[]grid.Cell{{Kind: grid.Text, Text: "城东"}}},
		"LABEL of Excel 5 is GBK": {biff5, none, func(s *stream) { s.record(recLabel, 0, 0, 0, 4, gbk) },
			[]grid.Cell{{Kind: grid.Text, Text: "城东"}}},
		"characters of one byte are Latin": {biff8, none, func(s *stream) { s.record(recLabel, 0, 0, 0, 4, []byte{0, 'c', 'a', 'f', 0xE9}) },
			[]grid.Cell{{Kind: grid.Text, Text: "café"}}},
		"RK: an integer, a hundredth, a float": {biff8, none, func(s *stream) {
			s.record(recRK, 0, 0, 0, uint32(1234<<2|2))
			s.record(recRK, 0, 1, 0, uint32(1234<<2|3))
			s.record(recRK, 0, 2, 0, uint32(number(2.5)>>32))
			s.record(recRK, 0, 3, 0, uint32(0xFFFFFFFE))
		}, []grid.Cell{{Kind: grid.Number, Text: "1234"}, {Kind: grid.Number, Text: "12.34"}, {Kind: grid.Number, Text: "2.5"}, {Kind: grid.Number, Text: "-1"}}},
		"MULRK holds a run of numbers": {biff8, none, func(s *stream) {
			s.record(recMulRK, 0, 1, 0, uint32(7<<2|2), 0, uint32(8<<2|2), 2)
		}, []grid.Cell{{}, {Kind: grid.Number, Text: "7"}, {Kind: grid.Number, Text: "8"}}},
		"dates of 1904": {biff8, func(s *stream) {
			s.record(recDate1904, 1)
			s.record(recXF, 0, 0)
			s.record(recXF, 0, 14)
		}, func(s *stream) { s.record(recNumber, 0, 0, 1, number(46114-1462)) },
			[]grid.Cell{{Kind: grid.Time, Text: "2026-04-02 00:00:00"}}},
		"the text of a formula follows it": {biff8, none, func(s *stream) {
			s.record(recFormula, 0, 0, 0, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0, uint32(0))
			s.record(recString, 2, wideText("城东"))
			s.record(recFormula, 0, 1, 0, []byte{1, 0, 1, 0, 0, 0, 0xFF, 0xFF}, 0, uint32(0))
			s.record(recFormula, 0, 2, 0, []byte{2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF}, 0, uint32(0))
			s.record(recFormula, 0, 3, 0, number(1.5), 0, uint32(0))
		}, []grid.Cell{{Kind: grid.Text, Text: "城东"}, {Kind: grid.Bool, Text: "是"}, {Kind: grid.Error, Text: "#N/A"}, {Kind: grid.Number, Text: "1.5"}}},
		"a shared text that a CONTINUE record cuts changes its width there": {biff8, func(s *stream) {
			s.record(recSST, uint32(1), uint32(1), 4, wideText("城东"))
			s.record(recContinue, []byte{0, 'a', 'b'})
		}, func(s *stream) { s.record(recLabelSST, 0, 0, 0, uint32(0)) },
			[]grid.Cell{{Kind: grid.Text, Text: "城东ab"}}},
		"cells in any order": {biff8, none, func(s *stream) {
			s.record(recRK, 0, 2, 0, uint32(3<<2|2))
			s.record(recRK, 0, 0, 0, uint32(1<<2|2))
		}, []grid.Cell{{Kind: grid.Number, Text: "1"}, {}, {Kind: grid.Number, Text: "3"}}},
	} {
		t.Run(name, func(t *testing.T) {
			raw := workbook(c.version, c.globals, c.cells)
			b, err := Open(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				t.Fatal(err)
			}
			rows := collectRows(t, b)
			if len(rows) != 1 {
				t.Fatalf("%d rows", len(rows))
			}
			if diff := cmp.Diff(c.want, rows[0].Cells); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowsComeInOrder(t *testing.T) {
	raw := workbook(biff8, none, func(s *stream) {
		for _, row := range []int{5, 2, 9} {
			s.record(recRK, row, 0, 0, uint32(row<<2|2))
		}
	})
	b, err := Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, row := range collectRows(t, b) {
		numbers = append(numbers, row.Number)
	}
	if diff := cmp.Diff([]int{3, 6, 10}, numbers); diff != "" {
		t.Error(diff)
	}
}

func TestOpenRefuses(t *testing.T) {
	office, err := os.ReadFile("testdata/office.xls")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"a password":                         {workbook(biff8, func(s *stream) { s.record(recFilePass, 1, 1, 1, make([]byte, 48)) }, none), ErrPassword},
		"Excel 4":                            {workbook(0x0400, none, none), ErrVersion},
		"a file that ends in the globals":    {workbook(biff8, none, none)[:30], ErrCorrupt},
		"a compound file that was cut short": {office[:len(office)/2], ErrCorrupt},
		"no compound file at all":            {[]byte("\xD0\xCF\x11\xE0 and nothing more"), ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := Open(bytes.NewReader(c.raw), int64(len(c.raw)))
			if err == nil {
				for _, err = range b.Rows() {
				}
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// A small file cannot ask for a large grid.
func TestRowsBoundsMemory(t *testing.T) {
	raw := workbook(biff8, none, func(s *stream) {
		for row := range 20000 {
			s.record(recRK, row, 255, 0, uint32(2))
		}
	})
	b, err := Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range b.Rows() {
	}
	if !errors.Is(err, ErrCorrupt) {
		t.Errorf("five million cells out of 300 kB: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	office, err := os.ReadFile("testdata/office.xls")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(office[:4096])
	f.Add(workbook(biff8, func(s *stream) {
		s.record(recSST, uint32(1), uint32(1), 4, wideText("城东"))
		s.record(recContinue, []byte{0, 'a', 'b'})
	}, func(s *stream) {
		s.record(recLabelSST, 0, 0, 0, uint32(0))
		s.record(recFormula, 0, 0, 0, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0, uint32(0))
		s.record(recString, 2, wideText("城东"))
	}))
	f.Add(workbook(biff5, none, func(s *stream) { s.record(recLabel, 0, 0, 0, 2, []byte("ab")) }))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := Open(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		for row, err := range b.Rows() {
			if err == nil && (row.Number < 1 || row.Number > 65536 || len(row.Cells) > 256) {
				t.Fatalf("row %d of %d cells", row.Number, len(row.Cells))
			}
		}
	})
}
