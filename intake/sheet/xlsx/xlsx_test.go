package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"huiyin/intake/sheet/grid"
)

func read(t testing.TB, raw []byte) ([]grid.Row, error) {
	t.Helper()
	b, err := Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	var rows []grid.Row
	for row, err := range b.Rows() {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func text(s string) grid.Cell   { return grid.Cell{Kind: grid.Text, Text: s} }
func number(s string) grid.Cell { return grid.Cell{Kind: grid.Number, Text: s} }

// office builds a workbook with the library that other programs use.
func office(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	build(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, sheet, cell string, value any) {
	t.Helper()
	if err := f.SetCellValue(sheet, cell, value); err != nil {
		t.Fatal(err)
	}
}

func TestRowsOfAnOfficeProgramsWorkbook(t *testing.T) {
	raw := office(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", "工单编号")
		set(t, f, "Sheet1", "C1", "内容")
		set(t, f, "Sheet1", "A3", "250912101108115409")
		set(t, f, "Sheet1", "B3", time.Date(2026, 4, 2, 18, 16, 58, 0, time.UTC))
		set(t, f, "Sheet1", "C3", " 第一行\n第二行 & <b>")
		set(t, f, "Sheet1", "D3", 250912101108115000)
		set(t, f, "Sheet1", "E3", true)
		set(t, f, "Sheet1", "F3", 12.5)
		if err := f.SetCellRichText("Sheet1", "G3", []excelize.RichTextRun{{Text: "出租车"}, {Text: "拒载"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.NewSheet("第二页"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "第二页", "B2", "另一页")
	})
	got, err := read(t, raw)
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Row{
		{Sheet: "Sheet1", Number: 1, Cells: []grid.Cell{text("工单编号"), {}, text("内容")}},
		{Sheet: "Sheet1", Number: 3, Cells: []grid.Cell{text("250912101108115409"), {Kind: grid.Time, Text: "2026-04-02 18:16:58"},
			text(" 第一行\n第二行 & <b>"), number("250912101108115000"), {Kind: grid.Bool, Text: "是"}, number("12.5"), text("出租车拒载")}},
		{Sheet: "第二页", Number: 2, Cells: []grid.Cell{{}, text("另一页")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// pack makes a package by hand: what other programs write and excelize does not.
func pack(t testing.TB, members map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range members {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func simple(sheet string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="一" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + sheet + `</sheetData></worksheet>`,
	}
}

func TestCells(t *testing.T) {
	for name, c := range map[string]struct {
		sheet string
		want  []grid.Cell
	}{
		"cells without references follow each other": {`<row><c><v>1</v></c><c><v>2</v></c></row>`, []grid.Cell{number("1"), number("2")}},
		"prefixed elements":                          {`<x:row><x:c r="B1"><x:v>1</x:v></x:c></x:row>`, []grid.Cell{{}, number("1")}},
		"inline texts of several runs":               {`<row><c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r><rPh><t>jia</t></rPh></is></c></row>`, []grid.Cell{text("甲乙")}},
		"the value of a formula, not the formula":    {`<row><c t="str"><f>A1&amp;"x"</f><v>甲x</v></c></row>`, []grid.Cell{text("甲x")}},
		"an escaped line end":                        {`<row><c t="inlineStr"><is><t>甲_x000D_乙_x5F_</t></is></c></row>`, []grid.Cell{text("甲\r乙_x5F_")}},
		"an error":                                   {`<row><c t="e"><v>#N/A</v></c></row>`, []grid.Cell{{Kind: grid.Error, Text: "#N/A"}}},
		"a date in ISO form":                         {`<row><c t="d"><v>2026-04-02T18:16:58</v></c></row>`, []grid.Cell{{Kind: grid.Time, Text: "2026-04-02T18:16:58"}}},
		"styled empty cells add nothing":             {`<row><c r="A1" s="1"/><c r="B1"><v>1</v></c><c r="ZZ1" s="1"/></row>`, []grid.Cell{{}, number("1")}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := read(t, pack(t, simple(c.sheet)))
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d rows (%v)", len(rows), err)
			}
			if diff := cmp.Diff(c.want, rows[0].Cells); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGhostRowsAreNoRows(t *testing.T) {
	var ghosts strings.Builder
	for n := 2; n < 60000; n++ {
		fmt.Fprintf(&ghosts, `<row r="%d" s="1"><c r="A%d" s="1"/></row>`, n, n)
	}
	rows, err := read(t, pack(t, simple(`<row r="1"><c r="A1"><v>1</v></c></row>`+ghosts.String()+`<row r="65203"><c r="A65203"><v>2</v></c></row>`)))
	if err != nil || len(rows) != 2 || rows[1].Number != 65203 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
}

func TestWorkbooksOfOtherPrograms(t *testing.T) {
	odd := map[string]string{
		`_rels/.rels`:                 `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="/XL/Book.xml"/></Relationships>`,
		`xl\book.xml`:                 `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="一" r:id="s"/><sheet name="图" r:id="c"/></sheets></workbook>`,
		`xl\_rels\book.xml.rels`:      `<Relationships><Relationship Id="s" Type="x/worksheet" Target="/xl/s.xml"/><Relationship Id="c" Type="x/chartsheet" Target="c.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="t.xml"/><Relationship Id="f" Type="x/styles" Target="f.xml"/></Relationships>`,
		`xl\s.xml`:                    `<worksheet><sheetData><row><c t="s"><v>1</v></c><c s="1"><v>44652</v></c></row></sheetData></worksheet>`,
		`xl\t.xml`:                    `<sst><si><t>甲</t></si><si><t>乙</t></si></sst>`,
		`xl\f.xml`:                    `<styleSheet><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
		`xl/externalLinks/link1.xml`:  `<externalLink/>`,
		`xl/worksheets/unrelated.xml`: `<worksheet/>`,
	}
	rows, err := read(t, pack(t, odd))
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Row{{Sheet: "一", Number: 1, Epoch1904: true, Cells: []grid.Cell{text("乙"), {Kind: grid.Time, Text: "2026-04-02 00:00:00"}}}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestManySharedTextsGoToAFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var kept texts
	long := strings.Repeat("x", textsInMemory/10)
	const n = 13
	for i := range n {
		if err := kept.add([]byte(fmt.Sprintf("%d%s", i, long))); err != nil {
			t.Fatal(err)
		}
	}
	if err := kept.flush(); err != nil {
		t.Fatal(err)
	}
	if len(kept.memory) > textsInMemory {
		t.Errorf("%d bytes in memory", len(kept.memory))
	}
	for i := range n {
		if got, err := kept.get(n - 1 - i); err != nil || got != fmt.Sprintf("%d%s", n-1-i, long) {
			t.Errorf("text %d came back as %.10q of %d bytes (%v)", n-1-i, got, len(got), err)
		}
	}
	if err := kept.close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d temporary files are left (%v)", len(left), err)
	}
}

func TestRefuses(t *testing.T) {
	whole := office(t, func(f *excelize.File) { set(t, f, "Sheet1", "A1", "甲") })
	bomb := simple(`<row><c><v>1</v></c></row>` + strings.Repeat(`<row r="1"></row>`, 4<<20))
	for name, c := range map[string]struct {
		raw  []byte
		want error // nil: any
	}{
		"a package that is no workbook":      {pack(t, map[string]string{"word/document.xml": "<a/>"}), ErrNoWorkbook},
		"a binary workbook":                  {pack(t, map[string]string{"_rels/.rels": `<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></R>`, "xl/workbook.bin": "x"}), ErrBinary},
		"a bomb":                             {pack(t, bomb), ErrBomb},
		"a sheet that ends in the middle":    {pack(t, map[string]string{"xl/workbook.xml": simple("")["xl/workbook.xml"], "xl/_rels/workbook.xml.rels": simple("")["xl/_rels/workbook.xml.rels"], "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row><c><v>1</v></c></row>`}), io.ErrUnexpectedEOF},
		"a sheet that is not there":          {pack(t, map[string]string{"xl/workbook.xml": simple("")["xl/workbook.xml"], "xl/_rels/workbook.xml.rels": simple("")["xl/_rels/workbook.xml.rels"]}), os.ErrNotExist},
		"a cell beyond the last column":      {pack(t, simple(`<row><c r="ABCDE1"><v>1</v></c></row>`)), ErrCell},
		"a row beyond the last":              {pack(t, simple(`<row r="9999999"><c><v>1</v></c></row>`)), ErrCell},
		"a shared text that is not there":    {pack(t, simple(`<row><c t="s"><v>7</v></c></row>`)), ErrCell},
		"an entity bomb":                     {pack(t, map[string]string{"xl/workbook.xml": `<!DOCTYPE a [<!ENTITY b "bbbb">]><workbook/>`}), nil},
		"a download that was cut short":      {whole[:len(whole)-100], zip.ErrFormat},
		"more members than any workbook has": {pack(t, many(maxMembers+1)), ErrBomb},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, c.raw)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func many(n int) map[string]string {
	members := map[string]string{}
	for i := range n {
		members[fmt.Sprint(i)] = ""
	}
	return members
}

func FuzzOpen(f *testing.F) {
	f.Add(office(f, func(x *excelize.File) { set(f, x, "Sheet1", "A1", "甲") }))
	f.Add(pack(f, simple(`<row r="3"><c r="B3" t="inlineStr"><is><t>甲</t></is></c></row>`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := Open(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		for row, err := range b.Rows() {
			if err == nil && (row.Number < 1 || len(row.Cells) == 0) {
				t.Fatalf("row %d of %d cells", row.Number, len(row.Cells))
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
