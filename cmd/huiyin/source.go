package main

import "huiyin/web"

// source is what reports read: the tickets of the store, the rectification
// ledger, the units' monthly sheets and what people wrote over drafts.
func (a *app) source() web.Books { return web.OpenBooks(a.redis, a.desk, a.store) }
