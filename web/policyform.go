package web

import (
	"maps"
	"slices"
	"strconv"

	"huiyin/internal/policyfile"
)

// editing fills the form of the row that is edited, or of a new one.
func (x *sheetPage) editing(given []string) {
	at := slices.IndexFunc(x.sheet.Rows, func(r policyfile.SheetRow) bool { return x.a.edit > 0 && r.Line == x.a.edit })
	cells := make([]string, len(x.sheet.Header))
	switch {
	case at >= 0:
		copy(cells, x.sheet.Rows[at].Cells)
		x.view.EditDo, x.view.EditMark = "save", x.sheet.Rows[at].Mark()
	case x.a.add >= 0:
		x.view.EditDo, x.view.EditLine = "add", x.a.add
		if column := x.sheet.Column(x.about.filter); column >= 0 {
			cells[column] = x.a.value
		}
	default:
		return
	}
	if given != nil {
		copy(cells, given)
	}
	for i, name := range x.sheet.Header {
		input := sheetInput{Name: "c" + strconv.Itoa(i), Label: name, Value: cells[i], First: i == 0, Long: len([]rune(cells[i])) > 16 || x.longColumn(i)}
		if options := x.options(i); len(options) > 0 && !input.Long {
			input.List = "list-" + strconv.Itoa(i)
			x.view.Lists = append(x.view.Lists, sheetList{input.List, options})
		}
		x.view.Inputs = append(x.view.Inputs, input)
	}
}

// longColumn reports whether people write sentences into a column.
func (x *sheetPage) longColumn(i int) bool {
	total := 0
	for _, r := range x.sheet.Rows {
		total += len([]rune(r.Cells[i]))
	}
	return len(x.sheet.Rows) > 0 && total/len(x.sheet.Rows) > 11
}

// optionsMax is how many different values of a column are still a choice.
const optionsMax = 60

// options are what is offered for a column: the codes that may stand there, or
// the few values that do.
func (x *sheetPage) options(column int) []option {
	var options []option
	if codes := x.names.codes(x.file, x.sheet.Header[column]); codes != nil {
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			options = append(options, option{Value: code, Label: codes[code]})
		}
		return options
	}
	seen := map[string]bool{}
	for _, r := range x.sheet.Rows {
		if seen[r.Cells[column]] = true; len(seen) > optionsMax {
			return nil
		}
	}
	if len(seen)*2 > len(x.sheet.Rows) {
		return nil
	}
	for _, value := range slices.Sorted(maps.Keys(seen)) {
		if value != "" {
			options = append(options, option{Value: value})
		}
	}
	return options
}
