package main

import (
	"context"

	"huiyin/workflow"
	"huiyin/workflow/dossier"
)

// checkBooks verifies the histories of the ledger and of the reports, and says
// how many there are.
func (a *app) checkBooks(ctx context.Context, report func(workflow.Breach)) (int, error) {
	books, total := a.source(), 0
	for _, desk := range []*dossier.Desk{books.Ledger.Desk, books.Press.Desk} {
		n, broken, err := desk.Check(ctx)
		if err != nil {
			return total, err
		}
		total += n
		for _, text := range broken {
			report(workflow.Breach{Key: desk.Table.Noun, Kind: "chain", Message: text})
		}
	}
	broken, err := books.Press.CheckFiles(ctx)
	for _, text := range broken {
		report(workflow.Breach{Key: books.Press.Table.Noun, Kind: "file", Message: text})
	}
	return total, err
}
