package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// sheetSize is how many rows of a table a page shows.
const sheetSize = 50

// sheetView is a table of the draft, a page of rows at a time.
type sheetView struct {
	draftPage
	File, FileTitle, Purpose string
	Comments                 []string
	Files                    []option
	Head                     []string
	Rows                     []sheetRow
	Lists                    []sheetList
	Inputs                   []sheetInput // of the row that is edited or added
	EditLine                 int
	EditMark, EditDo         string
	AddTop                   bool
	Total, Shown             int
	Query, FilterName        string
	Filters, Shows           []option
	Keep                     string // the query to come back to
	Range, Prev, Next        string
	AddHref, BackHref        string
	DownloadHref, BookHref   string
	Refused                  []string // the reasons why an edit was not taken
}

type sheetRow struct {
	Line, Columns            int
	Mark                     string
	State                    chip
	Cells                    []sheetCell
	Faults                   []string
	Edit, AddAbove           bool
	EditHref, InsertHref, At string
}

type sheetCell struct {
	Text, Note string
	Short, Bad bool // a short one is not broken
}

type sheetInput struct {
	Name, Label, Value, List string
	Long, First              bool
}

type sheetList struct {
	ID      string
	Options []option
}

// sheetAddress is the address of a table with some of the questions.
func sheetAddress(file string, query map[string]string) string {
	q := url.Values{"file": {file}}
	for name, value := range query {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/policy/draft/sheet?" + q.Encode()
}

// asked is what a visitor wants to see of a table.
type asked struct {
	q, value, show        string
	page, near, edit, add int
}

func askedFrom(get func(string, ...string) string) asked {
	number := func(name string) int { n, _ := strconv.Atoi(get(name)); return n }
	a := asked{q: strings.TrimSpace(get("q")), value: get("value"), show: get("show"), page: max(1, number("page")), near: number("near"), edit: number("edit"), add: -1}
	if get("add") != "" {
		a.add = number("add")
	}
	return a
}

// query is what to ask again to see the same rows.
func (a asked) query() map[string]string {
	q := map[string]string{"q": a.q, "value": a.value, "show": a.show}
	if a.page > 1 {
		q["page"] = strconv.Itoa(a.page)
	}
	return q
}

func (a asked) with(name, value string) map[string]string {
	q := a.query()
	q[name] = value
	return q
}

func (s *Server) draftSheet(d *drafting) error {
	return s.showSheet(d, askedFrom(d.Query), nil, nil)
}

// openSheet is the table that a request names, the first when it names none.
func (d *drafting) openSheet(name string) (string, *policyfile.Sheet, error) {
	if name == "" {
		name = orderedFiles(d.draft)[0]
	}
	text, ok := d.draft.Files[name]
	if !ok {
		return name, nil, ticket.Refuse(ticket.ErrNotFound, "no_table", "草稿里没有这张表")
	}
	sheet, err := policyfile.ParseSheet(name, []byte(text))
	if err != nil {
		return name, nil, ticket.Refuse(ticket.ErrInvalid, "broken_table", "%s。请下载后改好再上传", err)
	}
	return name, sheet, nil
}

// showSheet shows a page of a table; given are the values of an edit that was
// refused for the reasons.
func (s *Server) showSheet(d *drafting, a asked, given, refused []string) error {
	name, sheet, err := d.openSheet(cmp.Or(d.Query("file"), d.FormValue("file")))
	if err != nil {
		return err
	}
	base, err := s.baseSheet(d, name)
	if err != nil {
		return err
	}
	about := policyFileOf(name)
	view := sheetView{
		draftPage: s.draftFrame(d, "tables", about.title+"　"+name), File: name, FileTitle: about.title, Purpose: about.purpose,
		Comments: sheet.Comments(), Head: sheet.Header, Total: len(sheet.Rows), Query: a.q, Refused: refused,
		DownloadHref: "/policy/draft/download?file=" + url.QueryEscape(name), BookHref: "/policy/draft/download?as=xlsx&file=" + url.QueryEscape(name), EditLine: a.edit, AddTop: a.add == 0,
		AddHref: sheetAddress(name, map[string]string{"add": "0"}) + "#edit", BackHref: sheetAddress(name, a.query()),
	}
	if d.Query("saved") != "" {
		view.Notice = view.Notice.or(notice{Text: "已存进草稿，还没有生效", Tone: "green", Icon: "check"})
	}
	for _, file := range orderedFiles(d.draft) {
		view.Files = append(view.Files, option{Value: file, Label: policyFileOf(file).title, Chosen: file == name})
	}
	x := &sheetPage{view: &view, d: d, a: a, file: name, about: about, sheet: sheet, names: glossaryOf(d.draft)}
	x.states(base)
	x.filters()
	x.rows()
	x.editing(given)
	if len(refused) > 0 {
		d.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(d.Ctx, "policy_sheet", view)
}

// baseSheet is a table as it was when the draft began, nil when it is new.
func (s *Server) baseSheet(d *drafting, name string) (*policyfile.Sheet, error) {
	base, err := s.folder(d.ctx(), d.draft.Base)
	if err != nil {
		return nil, err
	}
	if _, ok := base.Files[name]; !ok {
		return nil, nil
	}
	return policyfile.ParseSheet(name, []byte(base.Files[name]))
}

// sheetPage puts a page of a table together.
type sheetPage struct {
	view   *sheetView
	d      *drafting
	a      asked
	file   string
	about  policyFile
	sheet  *policyfile.Sheet
	names  glossary
	state  map[int]chip               // by line
	faults map[int][]policyfile.Fault // by line
}

// states marks what differs from the policy that the draft began with, and
// what the check found.
func (x *sheetPage) states(base *policyfile.Sheet) {
	x.state, x.faults = map[int]chip{}, map[int][]policyfile.Fault{}
	if base != nil {
		c := policyfile.Compare(base, x.sheet)
		for _, row := range c.Added {
			x.state[row.Line] = chip{Text: "新", Tone: "green"}
		}
		for _, row := range c.Changed {
			x.state[row.Line] = chip{Text: "改", Tone: "blue", Hint: "原来是：" + strings.Join(row.Before, "，")}
		}
	}
	for _, f := range x.d.checked.faults {
		if f.File == x.file && f.Line > 0 {
			x.faults[f.Line] = append(x.faults[f.Line], f)
		} else if f.File == x.file {
			x.view.Refused = append(x.view.Refused, f.Message)
		}
	}
}

// filtersMax is how many values a column may have to be chosen from a list.
const filtersMax = 200

func (x *sheetPage) filters() {
	for _, o := range []option{{Value: "", Label: "全部"}, {Value: "changed", Label: "改动的"}, {Value: "faults", Label: "有问题的"}} {
		o.Chosen = o.Value == x.a.show
		x.view.Shows = append(x.view.Shows, o)
	}
	value := x.a.value
	x.a.value = "" // unless the table has it: the question may be that of another table
	column := x.sheet.Column(x.about.filter)
	if column < 0 {
		return
	}
	seen := map[string]int{}
	for _, r := range x.sheet.Rows {
		seen[r.Cells[column]]++
	}
	delete(seen, "")
	if len(seen) < 2 || len(seen) > filtersMax {
		return
	}
	x.view.FilterName = x.about.filter
	if seen[value] > 0 {
		x.a.value = value
	}
	for _, value := range slices.Sorted(maps.Keys(seen)) {
		label := value
		if note := x.names.of(x.file, x.about.filter, value); note != "" {
			label += " " + note
		}
		x.view.Filters = append(x.view.Filters, option{Value: value, Label: fmt.Sprintf("%s（%d）", label, seen[value]), Chosen: value == x.a.value})
	}
}

// rows are those of the page, of all that fit the filter.
func (x *sheetPage) rows() {
	column := x.sheet.Column(x.about.filter)
	var fit []int
	for i, r := range x.sheet.Rows {
		if x.fits(r, column) {
			fit = append(fit, i)
		}
	}
	near := max(x.a.near, x.a.edit, x.a.add)
	if near > 0 {
		if at := slices.IndexFunc(fit, func(i int) bool { return x.sheet.Rows[i].Line >= near }); at >= 0 {
			x.a.page = at/sheetSize + 1
		}
	}
	x.a.page = min(x.a.page, max(1, (len(fit)+sheetSize-1)/sheetSize))
	from := (x.a.page - 1) * sheetSize
	to := min(len(fit), from+sheetSize)
	for _, i := range fit[from:to] {
		x.view.Rows = append(x.view.Rows, x.row(x.sheet.Rows[i]))
	}
	x.view.Shown = len(fit)
	if len(fit) > 0 {
		x.view.Range = fmt.Sprintf("第 %d–%d 行，共 %d 行", from+1, to, len(fit))
	}
	if from > 0 {
		x.view.Prev = sheetAddress(x.file, x.a.with("page", strconv.Itoa(x.a.page-1)))
	}
	if to < len(fit) {
		x.view.Next = sheetAddress(x.file, x.a.with("page", strconv.Itoa(x.a.page+1)))
	}
	keep := url.Values{}
	for name, value := range x.a.query() {
		if value != "" {
			keep.Set(name, value)
		}
	}
	x.view.Keep = keep.Encode()
}

func (x *sheetPage) fits(r policyfile.SheetRow, column int) bool {
	if r.Line == x.a.edit || r.Line == x.a.add {
		return true
	}
	switch x.a.show {
	case "changed":
		if x.state[r.Line].Text == "" {
			return false
		}
	case "faults":
		if len(x.faults[r.Line]) == 0 {
			return false
		}
	}
	if column >= 0 && x.a.value != "" && r.Cells[column] != x.a.value {
		return false
	}
	if x.a.q == "" {
		return true
	}
	q := strings.ToLower(x.a.q)
	return slices.ContainsFunc(r.Cells, func(cell string) bool { return strings.Contains(strings.ToLower(cell), q) })
}

// shortCell is what stands on one line: eight Chinese characters, in bytes.
const shortCell = 24

func (x *sheetPage) row(r policyfile.SheetRow) sheetRow {
	line := strconv.Itoa(r.Line)
	row := sheetRow{
		Line: r.Line, Columns: len(x.sheet.Header) + 3, Mark: r.Mark(), State: x.state[r.Line], Edit: r.Line == x.a.edit, AddAbove: r.Line == x.a.add, At: "row-" + line,
		EditHref: sheetAddress(x.file, x.a.with("edit", line)) + "#edit", InsertHref: sheetAddress(x.file, x.a.with("add", line)) + "#edit",
	}
	for i, cell := range r.Cells[:len(x.sheet.Header)] {
		row.Cells = append(row.Cells, sheetCell{Text: cell, Short: len(cell) <= shortCell, Note: x.names.of(x.file, x.sheet.Header[i], cell)})
	}
	for _, f := range x.faults[r.Line] {
		text := f.Message
		if f.Column > 0 && f.Column <= len(row.Cells) {
			row.Cells[f.Column-1].Bad = true
			text = x.sheet.Header[f.Column-1] + "：" + text
		}
		row.Faults = append(row.Faults, text)
	}
	return row
}
