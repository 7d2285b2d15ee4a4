package ooxmltest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// sheetOrder is the order of CT_Worksheet and CT_Workbook in sml.xsd.
var sheetOrder = map[string][]string{
	"worksheet": {"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios",
		"autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
		"printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
		"drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"},
	"workbook": {"fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
		"customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"},
}

// Xlsx checks the parts of a workbook: children of sheets and workbook in schema
// order, rows and cells in ascending order, styles that exist, sheet names that
// a spreadsheet accepts, a part for every relationship, no formula and no
// macro. It returns how many sheets it checked.
func Xlsx(t testing.TB, parts map[string][]byte) int {
	t.Helper()
	if err := topOrder(parts["xl/workbook.xml"]); err != nil {
		t.Errorf("xl/workbook.xml: %v", err)
	}
	styles := strings.Count(regexp.MustCompile(`(?s)<cellXfs.*?</cellXfs>`).FindString(string(parts["xl/styles.xml"])), "<xf ")
	sheets := 0
	for name, data := range parts {
		switch {
		case strings.HasPrefix(name, "xl/worksheets/sheet"):
			sheets++
			if err := topOrder(data); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := grid(data, styles); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case strings.HasSuffix(name, ".rels"):
			targets(t, parts, name)
		case strings.HasSuffix(name, ".bin"):
			t.Errorf("%s has no business in a report", name)
		}
	}
	sheetNames(t, string(parts["xl/workbook.xml"]))
	return sheets
}

func topOrder(part []byte) error {
	d := xml.NewDecoder(bytes.NewReader(part))
	depth, last, order := 0, 0, []string(nil)
	for {
		token, err := d.Token()
		if token == nil {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			switch depth {
			case 1:
				order = sheetOrder[token.Name.Local]
			case 2:
				at := slices.Index(order, token.Name.Local)
				if at < last {
					return fmt.Errorf("%s stands after %s, or may not stand there", token.Name.Local, order[last])
				}
				last = at
			}
		case xml.EndElement:
			depth--
		}
	}
}

var (
	rowForm  = regexp.MustCompile(`<row [^>]*\br="(\d+)"`)
	cellForm = regexp.MustCompile(`<c r="([A-Z]+)(\d+)"(?: s="(\d+)")?`)
)

// grid: rows ascend, cells ascend in their row, each in the row that it says.
func grid(part []byte, styles int) error {
	lastRow, lastColumn := 0, 0
	for _, m := range cellForm.FindAllStringSubmatch(string(part), -1) {
		row, _ := strconv.Atoi(m[2])
		column := 0
		for _, r := range m[1] {
			column = column*26 + int(r-'A') + 1
		}
		if row < lastRow || row == lastRow && column <= lastColumn {
			return fmt.Errorf("cell %s%s stands out of order", m[1], m[2])
		}
		lastRow, lastColumn = row, column
		if style, _ := strconv.Atoi(m[3]); style >= styles && styles > 0 {
			return fmt.Errorf("cell %s%s has style %d of %d", m[1], m[2], style, styles)
		}
	}
	before := 0
	for _, m := range rowForm.FindAllStringSubmatch(string(part), -1) {
		row, _ := strconv.Atoi(m[1])
		if row <= before {
			return fmt.Errorf("row %d after %d", row, before)
		}
		before = row
	}
	if bytes.Contains(part, []byte("<f>")) {
		return fmt.Errorf("a formula")
	}
	return nil
}

func targets(t testing.TB, parts map[string][]byte, rels string) {
	t.Helper()
	base := path.Dir(path.Dir(rels))
	for _, target := range values(string(parts[rels]), `Target="`) {
		full := path.Join(base, target)
		if strings.HasPrefix(target, "/") {
			full = target[1:]
		}
		if parts[full] == nil && !strings.Contains(target, "://") {
			t.Errorf("%s: target %s is missing", rels, target)
		}
	}
}

func sheetNames(t testing.TB, workbook string) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range values(workbook, `<sheet name="`) {
		if seen[strings.ToLower(name)] || name == "" || utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `[]:*?/\`) {
			t.Errorf("sheet name %q", name)
		}
		seen[strings.ToLower(name)] = true
	}
	if len(seen) == 0 {
		t.Error("no sheets")
	}
}
