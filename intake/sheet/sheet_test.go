package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huiyin/ticket"
)

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func workbook(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "编号", "B1": "内容", "A2": "1", "B2": "路坏了"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "table.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// The same table is read from every format, whatever its name says.
func TestOpenKnowsAFileByItsContent(t *testing.T) {
	csv := "编号,内容\r\n1,路坏了\r\n"
	page := `<html><head><meta charset="gb2312"></head><table><tr><td>编号</td><td>内容</td></tr><tr><td>1</td><td>路坏了</td></tr></table>`
	xml := `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>` +
		`<Row><Cell><Data>编号</Data></Cell><Cell><Data>内容</Data></Cell></Row><Row><Cell><Data>1</Data></Cell><Cell><Data>路坏了</Data></Cell></Row></Table></Worksheet></Workbook>`
	for name, c := range map[string]struct {
		path string
		want Format
	}{
		"a workbook":                         {workbook(t), XLSX},
		"csv in UTF-8 with a mark":           {write(t, "a.csv", "\xef\xbb\xbf"+csv), CSV},
		"csv in GB18030, called xls":         {write(t, "a.xls", gbk(t, csv)), CSV},
		"tabs, called xlsx":                  {write(t, "a.xlsx", strings.ReplaceAll(csv, ",", "\t")), CSV},
		"a web page in GB18030, called xls":  {write(t, "b.xls", gbk(t, page)), HTML},
		"an XML spreadsheet, called xls":     {write(t, "c.xls", xml), SpreadsheetML},
		"an XML spreadsheet behind a mark":   {write(t, "c.xml", "\xef\xbb\xbf"+xml), SpreadsheetML},
		"a web page that begins with blanks": {write(t, "d.xls", "\r\n\r\n "+page), HTML},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(c.path)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for row, err := range f.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, []string{row.At(0).Text, row.At(1).Text})
			}
			if f.Format != c.want {
				t.Errorf("taken for %s", f.Format)
			}
			if diff := cmp.Diff([][]string{{"编号", "内容"}, {"1", "路坏了"}}, got); diff != "" {
				t.Error(diff)
			}
			if f.Fraction() != 1 {
				t.Errorf("%v of the file was read", f.Fraction())
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenRefusesInWords(t *testing.T) {
	for name, c := range map[string]struct{ path, code, says string }{
		"a file that is not there":    {filepath.Join(t.TempDir(), "没有.xlsx"), "file_missing", "没有.xlsx"},
		"a folder":                    {t.TempDir(), "file_is_folder", "文件夹"},
		"an empty file":               {write(t, "空.csv", ""), "file_empty", "空文件"},
		"a PDF":                       {write(t, "a.xlsx", "%PDF-1.7"), "file_format", "PDF"},
		"an archive":                  {write(t, "a.xlsx", "PK\x05\x06"+strings.Repeat("\x00", 18)), "file_format", "不是 Excel 工作簿"},
		"a workbook cut short":        {write(t, "a.xlsx", "PK\x03\x04 and no more"), "file_damaged", "已损坏"},
		"a damaged old workbook":      {write(t, "a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "file_damaged", "已损坏"},
		"an encoding that is not one": {write(t, "a.csv", "编号,内容\n"+strings.Repeat("\x80\xff", 200)), "file_encoding", "编码"},
		"a page without a table":      {write(t, "a.xls", "<html><body>请登录</body></html>"), "file_format", "没有表格"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(c.path)
			if err == nil {
				for _, err = range f.Rows() {
				}
			}
			var refusal *ticket.Refusal
			if !errors.As(err, &refusal) || refusal.Code != c.code || !strings.Contains(refusal.Message, c.says) || !errors.Is(err, ticket.ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestDamagedBytesAreTold(t *testing.T) {
	f, err := Open(write(t, "a.csv", "编号,内容\n1,"+strings.Repeat("路坏了很久没有人来修理", 60)+"\xe8\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "1 个字节损坏") {
		t.Errorf("notes %q", f.Notes)
	}
}

func TestBlankRowsAreLeftOut(t *testing.T) {
	f, err := Open(write(t, "a.csv", "编号,内容\n , \n\n,\n1,路坏了\n"))
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for row, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, row.Number)
	}
	if diff := cmp.Diff([]int{1, 5}, numbers); diff != "" {
		t.Error(diff)
	}
}
