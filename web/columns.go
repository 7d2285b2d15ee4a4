package web

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// columnsView is how the columns of an uploaded sheet are understood, and a form
// to say otherwise.
type columnsView struct {
	Action, CSRF, Lead string
	Open               bool
	Rows               []columnRow
}

type columnRow struct {
	Name, Header string
	Examples     []string
	Options      []option
	Sealed       bool
}

func (i *sheetImport) options(s *Server) intake.ImportOptions {
	return intake.ImportOptions{Channel: i.channel, Mapping: i.mapping, Mappings: s.Mappings(), Columns: i.columns}
}

func columnsOf(v *visit, i *sheetImport) columnsView {
	view := columnsView{Action: "/import/" + i.id + "/columns", CSRF: v.session.CSRF, Open: !i.preview.Found}
	known := 0
	for n, c := range i.preview.Columns {
		row := columnRow{Name: "column-" + strconv.Itoa(n), Header: c.Header, Examples: c.Examples, Sealed: c.Sealed}
		row.Options = append(row.Options, option{Value: "", Label: "（随工单保存）", Chosen: c.Field == ""})
		for _, f := range intake.FieldNames {
			row.Options = append(row.Options, option{Value: f.Name, Label: f.Label, Chosen: c.Field == f.Name})
		}
		if c.Field != "" {
			known++
		}
		view.Rows = append(view.Rows, row)
	}
	view.Lead = fmt.Sprintf("表头在第 %d 行；%d 列对上了字段，其余 %d 列原样随工单保存", i.preview.HeaderRow, known, len(view.Rows)-known)
	if !i.preview.Found {
		view.Lead = fmt.Sprintf("没有认出表头，第 %d 行看着最像。请至少指定“内容”或“标题”是哪一列", i.preview.HeaderRow)
	}
	return view
}

// setColumns takes what somebody says of the columns and checks the sheet anew.
func (s *Server) setColumns(v *visit) error {
	i, err := s.imports.snapshot(v.Params("id"))
	if err != nil {
		return err
	}
	said := maps.Clone(i.columns)
	if said == nil {
		said = map[string]string{}
	}
	for n, c := range i.preview.Columns {
		if field := v.FormValue("column-" + strconv.Itoa(n)); field != c.Field {
			said[c.Header] = field
		}
	}
	started := false
	s.imports.update(i.id, func(i *sheetImport) {
		if i.phase == phaseChecked || i.phase == phaseFailed {
			i.columns, i.phase, i.done, i.total, i.failure, started = said, phaseChecking, 0, 0, "", true
		}
	})
	if !started {
		return ticket.Refuse(ticket.ErrIllegal, "import_running", "这个文件正在处理或已经导入，不能再改列")
	}
	s.runSheet(i.id, true)
	return v.Redirect("/import/"+i.id, fiber.StatusSeeOther)
}
