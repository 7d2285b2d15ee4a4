package web

import (
	"errors"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// sheetEdit is one edit of a row, as the form sends it.
type sheetEdit struct {
	do, mark string
	line     int
	cells    []string
}

func editFrom(d *drafting, columns int) sheetEdit {
	e := sheetEdit{do: d.FormValue("do"), mark: d.FormValue("mark")}
	e.line, _ = strconv.Atoi(d.FormValue("line"))
	// A button of the list carries the row itself: delete:12:3fa9…
	if do, rest, ok := strings.Cut(e.do, ":"); ok {
		line, mark, _ := strings.Cut(rest, ":")
		e.do, e.mark = do, mark
		e.line, _ = strconv.Atoi(line)
	}
	for i := range columns {
		e.cells = append(e.cells, d.FormValue("c"+strconv.Itoa(i)))
	}
	return e
}

// draftRow saves, adds or deletes a row of a table.
func (s *Server) draftRow(d *drafting) error {
	name, sheet, err := d.openSheet(d.FormValue("file"))
	if err != nil {
		return err
	}
	e := editFrom(d, len(sheet.Header))
	near, err := e.apply(sheet, policyFileOf(name).first)
	if err != nil {
		keep, _ := url.ParseQuery(d.FormValue("keep"))
		a := askedFrom(func(name string, _ ...string) string { return keep.Get(name) })
		if e.do == "add" {
			a.add = e.line
		} else {
			a.edit = e.line
		}
		return s.showSheet(d, a, e.cells, []string{err.Error()})
	}
	d.draft.Files[name] = string(sheet.Bytes())
	if err := s.versions().PutDraft(d.ctx(), d.now, d.account.Login, d.draft, name); err != nil {
		return err
	}
	return d.Redirect(backToSheet(d, name, e.do, near), fiber.StatusSeeOther)
}

// backToSheet leads to the row that was edited: a new one need not fit the
// filter, and is shown among its neighbours.
func backToSheet(d *drafting, name, do string, near int) string {
	keep, _ := url.ParseQuery(d.FormValue("keep"))
	query := map[string]string{"saved": "1"}
	if do == "add" {
		query["near"] = strconv.Itoa(near)
	} else {
		for _, n := range []string{"q", "value", "show", "page"} {
			query[n] = keep.Get(n)
		}
	}
	return sheetAddress(name, query) + "#row-" + strconv.Itoa(near)
}

var errRowChanged = errors.New("这一行刚在别的窗口里改过或删掉了，请看过现在的内容再改")

// apply makes the edit and tells at which line its row stands afterwards.
func (e sheetEdit) apply(sheet *policyfile.Sheet, first bool) (near int, err error) {
	switch e.do {
	case "save", "delete":
		i := sheet.Find(e.line, e.mark)
		if i < 0 {
			return 0, errRowChanged
		}
		if e.do == "delete" {
			sheet.Delete(i)
			return e.line, nil
		}
		return e.line, sheet.Set(i, e.cells)
	case "add":
		i := 0
		for e.line > 0 && i < len(sheet.Rows) && sheet.Rows[i].Line < e.line {
			i++
		}
		if e.line == 0 && !first {
			i = len(sheet.Rows)
		}
		if err := sheet.Insert(i, e.cells); err != nil {
			return 0, err
		}
		again, err := policyfile.ParseSheet("", sheet.Bytes())
		if err != nil {
			return 0, err
		}
		return again.Rows[i].Line, nil
	}
	return 0, errors.New("不知道要做什么，请刷新页面再试")
}

// downloadSheet gives a table to a spreadsheet program, which takes UTF-8 only
// with a byte order mark.
func (s *Server) downloadSheet(d *drafting) error {
	name, sheet, err := d.openSheet(d.Query("file"))
	if err != nil {
		return err
	}
	if d.Query("as") == "xlsx" {
		return sendBook(d, name, sheet)
	}
	d.Attachment(path.Base(name))
	d.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return d.Send(append([]byte("\xef\xbb\xbf"), sheet.Bytes()...))
}

// uploadedSheet takes a table that was edited in a spreadsheet program.
func (s *Server) uploadedSheet(d *drafting) error {
	name := d.FormValue("file")
	if _, ok := d.draft.Files[name]; !ok {
		return ticket.Refuse(ticket.ErrNotFound, "no_table", "草稿里没有这张表")
	}
	raw, err := uploadedBytes(d)
	if err != nil {
		return s.showSheet(d, asked{page: 1, add: -1}, nil, []string{"请先选一个 Excel 或 CSV 文件"})
	}
	if isBook(raw) {
		var refusal *ticket.Refusal
		if raw, err = fromBook(raw); errors.As(err, &refusal) {
			return s.showSheet(d, asked{page: 1, add: -1}, nil, []string{"没有收下这个文件。" + refusal.Message})
		}
		if err != nil {
			return err
		}
	}
	edited, err := policyfile.ParseSheet(name, raw)
	if err == nil {
		var current *policyfile.Sheet
		if current, err = policyfile.ParseSheet(name, []byte(d.draft.Files[name])); err == nil {
			edited, err = current.Receive(edited)
		}
	}
	if err != nil {
		return s.showSheet(d, asked{page: 1, add: -1}, nil, []string{"没有收下这个文件。" + err.Error()})
	}
	d.draft.Files[name] = string(edited.Bytes())
	if err := s.versions().PutDraft(d.ctx(), d.now, d.account.Login, d.draft, name); err != nil {
		return err
	}
	if err := s.accounts.note(d.ctx(), d.now, d.actor, "policy_upload", name, ""); err != nil {
		return err
	}
	return d.Redirect(sheetAddress(name, map[string]string{"show": "changed", "saved": "1"}), fiber.StatusSeeOther)
}

func uploadedBytes(d *drafting) ([]byte, error) {
	header, err := d.FormFile("sheet")
	if err != nil {
		return nil, err
	}
	f, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
