package lessons

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"huiyin/classify/adjust"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// keywordsFile is the table that lessons change.
const keywordsFile = "keywords.csv"

// Choose picks rows of a lesson by their places. The refusal says when there
// are none, or one is not there.
func (l *Lesson) Choose(places []int) ([]adjust.Row, error) {
	if len(places) == 0 {
		return nil, ticket.Refuse(ticket.ErrInvalid, "no_rows", "一行也没有选，请至少选一行，或者不采纳整份建议")
	}
	rows := make([]adjust.Row, 0, len(places))
	for _, i := range places {
		if i < 0 || i >= len(l.Rows) {
			return nil, ticket.Refuse(ticket.ErrInvalid, "no_row", "建议里没有第 %d 行", i+1)
		}
		rows = append(rows, l.Rows[i])
	}
	return rows, nil
}

// Amend makes rows of the lesson in the tables of a policy folder. It returns
// the rows that found no place: people have since written one of their own, or
// changed the learned one.
func (l *Lesson) Amend(files map[string]string, rows []adjust.Row) (left []adjust.Row, err error) {
	sheet, err := policyfile.ParseSheet(keywordsFile, []byte(files[keywordsFile]))
	if err != nil {
		return nil, err
	}
	t := table{Sheet: sheet}
	for _, column := range []string{"关键词", "类别", "权重", "来源", "位置", "说明"} {
		at := sheet.Column(column)
		if at < 0 {
			return nil, policyfile.Fault{File: keywordsFile, Message: "缺少“" + column + "”一列"}
		}
		t.at = append(t.at, at)
	}
	for _, row := range rows {
		done, err := t.set(row, l.note(row))
		if err != nil {
			return nil, err
		}
		if !done {
			left = append(left, row)
		}
	}
	files[keywordsFile] = string(sheet.Bytes())
	return left, nil
}

// note says in the table where a row comes from.
func (l *Lesson) note(r adjust.Row) string {
	return fmt.Sprintf("%s词表建议：%d件改判", l.Month.Name(), r.Mended)
}

// table is the sheet of keywords with the places of its columns.
type table struct {
	*policyfile.Sheet
	at []int // of word, category, weight, source, place, note
}

func (t *table) cell(r policyfile.SheetRow, column int) string { return r.Cells[t.at[column]] }

// set puts a learned row in; false when what is there is not what it was
// learned for.
func (t *table) set(row adjust.Row, note string) (bool, error) {
	same := func(r policyfile.SheetRow) bool { return t.cell(r, 0) == row.Word && t.cell(r, 1) == row.Category }
	if slices.ContainsFunc(t.Rows, func(r policyfile.SheetRow) bool { return same(r) && t.cell(r, 3) != "学习" }) {
		return false, nil
	}
	i := slices.IndexFunc(t.Rows, func(r policyfile.SheetRow) bool { return same(r) && t.cell(r, 4) == "" })
	weight := strconv.FormatFloat(row.After, 'f', -1, 64)
	if i >= 0 {
		stands := number(t.cell(t.Rows[i], 2))
		switch {
		case stands == row.After:
			return true, nil
		case stands != row.Before:
			return false, nil
		case row.After == 0:
			t.Delete(i)
			return true, nil
		}
		cells := slices.Clone(t.Rows[i].Cells)
		cells[t.at[2]], cells[t.at[5]] = weight, note
		return true, t.Set(i, cells)
	}
	if row.After == 0 {
		return true, nil
	}
	cells := make([]string, len(t.Header))
	for n, text := range []string{row.Word, row.Category, weight, "学习", "", note} {
		cells[t.at[n]] = text
	}
	return true, t.Insert(len(t.Rows), cells)
}

// number reads a weight; what is none equals no weight.
func number(cell string) float64 {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
