package main

import (
	"huiyin/workflow"
	"huiyin/workflow/rectify"
	"huiyin/workflow/sheets"
)

// source is what reports read: the facts and tickets of the store, the
// rectification ledger and the units' monthly sheets.
type source struct {
	*workflow.Store
	*rectify.Ledger
	*sheets.Cabinet
}

func (a *app) source() source {
	return source{a.store, rectify.New(a.redis, a.store.Hash(), a.desk.Policy), sheets.New(a.redis, a.store.Hash(), a.desk.Policy)}
}
