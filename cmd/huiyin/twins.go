package main

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

	"huiyin/intake/twins"
	"huiyin/tables"
	"huiyin/workflow/keeping"
	"huiyin/workflow/proposals"
)

// laterFiles came into the policy folder after the first versions were
// published: a folder that lacks one is complete with the default's.
var laterFiles = map[string]bool{twins.File: true, proposals.File: true, "desk.csv": true, keeping.File: true,
	"attachments.csv": true, "filelimits.csv": true, "replies.csv": true}

// completed is a policy folder that was complete when it was made.
type completed struct{ fs.FS }

// Open gives the default's file for one that the folder was too early for.
func (c completed) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil && laterFiles[name] {
		return tables.Default().Open(name)
	}
	return f, err
}

// openTwins gives the line a book of tickets that may be the same matter.
func (a *app) openTwins() *twins.Book {
	book := twins.NewBook(a.store, a.book().twins)
	a.line.UseTwins(book)
	return book
}

// followTwins keeps the book while the service runs.
func (a *app) followTwins(ctx context.Context, log *slog.Logger) {
	a.openTwins().Follow(ctx, time.Now, log)
}
