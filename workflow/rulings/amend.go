package rulings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

const routesFile = "routes.csv"

// numberPrefix begins the numbers of rulings, so that they are told from the
// rows of the directory at sight.
const numberPrefix = "裁"

// Terms are how far a ruling is to reach as a rule.
type Terms struct {
	Narrowed []Condition // of Ruling.Named; none: all of its category and county
	Months   int         // for how long it counts, 0: for ever
}

// Until is the last day on which a ruling kept today counts.
func (t Terms) Until(now time.Time) ticket.Date {
	if t.Months == 0 {
		return ""
	}
	return ticket.DateOf(now.In(ticket.Shanghai).AddDate(0, t.Months, 0))
}

// Amend puts the ruling above all rows of routes.csv in the tables of a policy
// folder. An earlier ruling on the same category, county and conditions gives
// way; its number is returned. A ruling that stands there already changes
// nothing.
func (r Ruling) Amend(files map[string]string, now time.Time, terms Terms) (replaced []string, err error) {
	for _, c := range terms.Narrowed {
		if !slices.Contains(r.Named, c) {
			return nil, ticket.Refuse(ticket.ErrInvalid, "bad_condition", "工单里没有“%s”，不能用它来限定", string(c))
		}
	}
	sheet, err := policyfile.ParseSheet(routesFile, []byte(files[routesFile]))
	if err != nil {
		return nil, err
	}
	sheet.AddColumn(rules.OriginColumn)
	sheet.AddColumn(rules.UntilColumn)
	cells, err := r.cells(sheet, now, terms)
	if err != nil {
		return nil, err
	}
	at := func(row policyfile.SheetRow, column string) string { return row.Cells[sheet.Column(column)] }
	for i := len(sheet.Rows) - 1; i >= 0; i-- {
		row := sheet.Rows[i]
		if at(row, rules.OriginColumn) != rules.RulingOrigin {
			continue
		}
		if at(row, "说明") == r.Note() {
			return nil, nil
		}
		if at(row, "类别") == r.Category && at(row, "属地") == r.County && at(row, "条件") == joined(terms.Narrowed) {
			replaced = append(replaced, at(row, "序号"))
			sheet.Delete(i)
		}
	}
	if err := sheet.Insert(0, cells); err != nil {
		return nil, err
	}
	files[routesFile] = string(sheet.Bytes())
	return replaced, nil
}

func (r Ruling) cells(sheet *policyfile.Sheet, now time.Time, terms Terms) ([]string, error) {
	values := map[string]string{
		"序号": nextNumber(sheet), "类别": r.Category, "属地": r.County, "条件": joined(terms.Narrowed), "牵头": r.Lead,
		"配合": strings.Join(r.Co, ";"), "依据": r.Basis, "说明": r.Note(),
		rules.OriginColumn: rules.RulingOrigin, rules.UntilColumn: string(terms.Until(now)),
	}
	cells := make([]string, len(sheet.Header))
	for name, value := range values {
		at := sheet.Column(name)
		if at < 0 {
			return nil, policyfile.Fault{File: routesFile, Message: "缺少“" + name + "”一列"}
		}
		cells[at] = value
	}
	return cells, nil
}

func joined(conditions []Condition) string {
	parts := make([]string, len(conditions))
	for i, c := range conditions {
		parts[i] = string(c)
	}
	return strings.Join(parts, ";")
}

// nextNumber follows on the greatest number of a ruling.
func nextNumber(sheet *policyfile.Sheet) string {
	greatest := 0
	if column := sheet.Column("序号"); column >= 0 {
		for _, row := range sheet.Rows {
			if rest, ok := strings.CutPrefix(row.Cells[column], numberPrefix); ok {
				if n, err := strconv.Atoi(rest); err == nil {
					greatest = max(greatest, n)
				}
			}
		}
	}
	return fmt.Sprint(numberPrefix, greatest+1)
}
