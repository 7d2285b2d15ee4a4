package web

import (
	"fmt"
	"strconv"

	"huiyin/ticket"
)

// checkView is every fault of a draft, by file.
type checkView struct {
	draftPage
	Files []faultFile
	Total int
	Notes []faultRow
}

type faultFile struct {
	Title, Name string
	Faults      []faultRow
}

type faultRow struct{ Where, Column, Text, Href string }

func (s *Server) draftCheck(d *drafting) error {
	view := checkView{draftPage: s.draftFrame(d, "check", "有问题的草稿不能发布"), Total: len(d.faults)}
	for _, f := range d.faults {
		if n := len(view.Files); n == 0 || view.Files[n-1].Name != f.File {
			view.Files = append(view.Files, faultFile{Title: policyFileOf(f.File).title, Name: f.File})
		}
		row := faultRow{Text: f.Message}
		if f.Line > 0 {
			row.Where = fmt.Sprintf("第 %d 行", f.Line)
		}
		if f.Column > 0 {
			row.Column = fmt.Sprintf("第 %d 列", f.Column)
		}
		if _, ok := d.draft.Files[f.File]; ok {
			row.Href = sheetAddress(f.File, map[string]string{"near": strconv.Itoa(f.Line)})
		}
		files := &view.Files[len(view.Files)-1]
		files.Faults = append(files.Faults, row)
	}
	if d.rules.Classifier != nil {
		for _, note := range d.rules.Classifier.Notes() {
			view.Notes = append(view.Notes, faultRow{Where: policyFileOf("keywords.csv").title, Text: note, Href: sheetAddress("keywords.csv", nil)})
		}
	}
	if d.rules.Policy != nil {
		for _, n := range d.rules.Policy.Notes(ticket.DateOf(d.now)) {
			title := policyFileOf(n.File).title
			row := faultRow{Where: title, Text: n.Text, Href: sheetAddress(n.File, nil)}
			if n.Line > 0 {
				row.Where, row.Href = fmt.Sprintf("%s第 %d 行", title, n.Line), sheetAddress(n.File, map[string]string{"near": strconv.Itoa(n.Line)})
			}
			view.Notes = append(view.Notes, row)
		}
	}
	return s.render(d.Ctx, "policy_check", view)
}

// conflictsView lists keywords that speak strongly for several categories.
type conflictsView struct {
	draftPage
	Conflicts []conflictRow
	Broken    bool
}

type conflictRow struct {
	Word, Href string
	Sides      []conflictSide
}

type conflictSide struct{ Category, Weight, Source string }

func (s *Server) draftConflicts(d *drafting) error {
	view := conflictsView{draftPage: s.draftFrame(d, "conflicts", "同一个词在几个类别里分量都重"), Broken: len(d.faults) > 0}
	if view.Broken {
		return s.render(d.Ctx, "policy_conflicts", view)
	}
	names := glossaryOf(d.draft)
	for _, c := range d.rules.Classifier.Lexicon().Conflicts(d.rules.Classifier.Settings().Conflict) {
		row := conflictRow{Word: c.Word, Href: sheetAddress("keywords.csv", map[string]string{"q": c.Word})}
		for _, k := range c.Rows {
			side := conflictSide{Category: k.Category + " " + names.category(k.Category), Weight: strconv.FormatFloat(k.Weight, 'f', -1, 64), Source: "人工"}
			if k.Learned {
				side.Source = "学习"
			}
			row.Sides = append(row.Sides, side)
		}
		view.Conflicts = append(view.Conflicts, row)
	}
	return s.render(d.Ctx, "policy_conflicts", view)
}
