package main

import (
	"context"
	"time"

	"huiyin/intake/lessons"
	"huiyin/jobs"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
)

// learn makes the month's proposal of the lexicon.
func (a *app) learn(ctx context.Context, month ticket.Month, now time.Time) error {
	book := a.book()
	school := lessons.School{
		Source: a.store, Reader: a.desk, Pile: proposals.NewPile(a.redis), Rules: book.rules(), Settings: book.proposals,
	}
	lesson, made, err := school.Make(ctx, now, month)
	if err != nil {
		return err
	}
	if !made {
		jobs.Note(ctx, "%s的词表建议已经有了", month.Name())
	}
	jobs.Note(ctx, "%s：%s", month.Name(), lesson.Summary())
	return nil
}
