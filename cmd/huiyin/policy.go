package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/intake/twins"
	"huiyin/internal/policyfile"
	"huiyin/reports"
	"huiyin/tables"
	"huiyin/workflow/keeping"
	"huiyin/workflow/outbox"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
)

// rulebook is the policy folder as the rooms understand it.
type rulebook struct {
	workflow   *rules.Policy
	classifier *classify.Classifier
	mappings   intake.Mappings
	reports    *reports.Policy
	twins      twins.Policy
	proposals  proposals.Settings
	told       *outbox.Policy
	keeping    keeping.Settings
}

// number says which published version the rulebook is, 0 for none.
func (b *rulebook) number(version int) {
	b.workflow.Version, b.reports.Version = version, version
}

// rules is the part that judges a ticket.
func (b *rulebook) rules() intake.Rules {
	return intake.Rules{Classifier: b.classifier, Policy: b.workflow}
}

// policyFolder is the folder that --policy names, or the built-in default.
func policyFolder(dir string) (fs.FS, error) {
	if dir == "" {
		return tables.Default(), nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("政策文件目录 %s 不存在，请核对 --policy", dir)
	}
	return os.DirFS(dir), nil
}

// loadRulebook reads all files of the policy folder; the error is a
// policyfile.Faults with the faults of all rooms.
func loadRulebook(fsys fs.FS, dictionary classify.Dictionary) (*rulebook, error) {
	fsys = completed{fsys}
	var faults policyfile.Faults
	var book rulebook
	keep := func(err error) {
		var fs policyfile.Faults
		switch {
		case errors.As(err, &fs):
			faults = append(faults, fs...)
		case err != nil:
			faults = append(faults, policyfile.Fault{File: "政策文件", Message: err.Error()})
		}
	}
	categories, err := classify.LoadCategories(fsys)
	keep(err)
	if err != nil {
		return nil, faults
	}
	book.workflow, err = rules.Load(fsys, categories)
	keep(err)
	book.classifier, err = classify.Load(fsys, dictionary)
	keep(err)
	book.mappings, err = intake.LoadMappings(fsys)
	keep(err)
	book.twins, err = twins.LoadPolicy(fsys)
	keep(err)
	book.proposals, err = proposals.Load(fsys)
	keep(err)
	book.keeping, err = keeping.Load(fsys)
	keep(err)
	if book.workflow != nil {
		book.told, err = outbox.LoadPolicy(fsys, book.workflow.Units)
		keep(err)
		book.reports, err = reports.LoadPolicy(fsys, book.workflow.Units, categories, book.workflow.Calendar)
		keep(err)
		if book.reports != nil && book.classifier != nil {
			book.reports.Cut = book.classifier.Words
			book.reports.Names, book.reports.Keywords = spoken.can, extracted
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &book, nil
}
