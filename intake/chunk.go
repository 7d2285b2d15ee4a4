package intake

import (
	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cases"
)

// item is a row on its way through an import.
type item struct {
	row     grid.Row
	columns *columns
	form    Form
	faults  []ticket.FieldFault
	opening workflow.Opening
	filing  cases.Filing // of a case
}

// chunk is some rows that go through an import together.
type chunk struct {
	items    []item
	fraction float64 // of the file that was read with it
	judged   chan struct{}
	err      error
}

// read makes chunks of the rows of the file, sheet by sheet.
func (run *importing) read(send func(*chunk) error) error {
	r := &rowReader{run: run, send: send}
	for row, err := range run.file.Rows() {
		if err != nil {
			return err
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
	if err := r.endSheet(); err != nil {
		return err
	}
	if !r.found {
		return ticket.Refuse(ticket.ErrInvalid, "no_header",
			"没有找到表头：前 %d 行里没有“内容”或“标题”这样的列名。请检查表格，或在表头对照表（mappings）里补上这种表格的列名", headerRows)
	}
	return r.flush()
}

// rowReader finds the header of each sheet and makes items of the rows below.
type rowReader struct {
	run     *importing
	send    func(*chunk) error
	sheet   string
	begun   bool
	columns *columns
	waiting []grid.Row // the first rows of a sheet, until its header is found
	skipped int        // rows of a sheet that has none
	found   bool       // a header, in any sheet
	items   []item
}

func (r *rowReader) row(row grid.Row) error {
	if !r.begun || row.Sheet != r.sheet {
		if err := r.endSheet(); err != nil {
			return err
		}
		r.sheet, r.begun, r.columns = row.Sheet, true, nil
	}
	switch {
	case r.columns != nil:
		return r.take(row)
	case r.skipped > 0:
		r.skipped++
		return nil
	}
	if r.waiting = append(r.waiting, row); len(r.waiting) < headerRows {
		return nil
	}
	return r.startSheet()
}

// startSheet finds the header among the waiting rows. A sheet without one is
// passed over.
func (r *rowReader) startSheet() error {
	rows := r.waiting
	r.waiting = nil
	columns, used := r.run.mapping.findHeader(rows)
	if columns == nil {
		r.skipped = len(rows)
		return nil
	}
	r.columns, r.found = columns, true
	for _, row := range rows[used:] {
		if err := r.take(row); err != nil {
			return err
		}
	}
	return nil
}

// endSheet takes what a short sheet left waiting.
func (r *rowReader) endSheet() error {
	if len(r.waiting) > 0 {
		if err := r.startSheet(); err != nil {
			return err
		}
	}
	if r.skipped > 0 {
		r.run.note("工作表“%s”没有找到表头，跳过了其中的 %d 行", r.sheet, r.skipped)
	}
	r.skipped = 0
	return nil
}

func (r *rowReader) take(row grid.Row) error {
	run := r.run
	if r.columns.ghost(row, run.values) || r.columns.repeats(row) {
		return nil
	}
	if !r.columns.has(fieldTicketNo) {
		run.unnamed++
	}
	it := item{row: row, columns: r.columns}
	it.form, it.faults = r.columns.form(row, run.options.Channel, run.values, run.now)
	if r.items = append(r.items, it); len(r.items) < chunkRows {
		return nil
	}
	return r.flush()
}

func (r *rowReader) flush() error {
	if len(r.items) == 0 {
		return nil
	}
	c := &chunk{items: r.items, fraction: r.run.file.Fraction(), judged: make(chan struct{})}
	r.items = make([]item, 0, chunkRows)
	return r.send(c)
}
