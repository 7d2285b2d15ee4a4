package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/workflow/cases"
	"huiyin/workflow/dossier"
)

// demoCasesAMonth are so many that a draw of a tenth is worth calling.
const demoCasesAMonth = 36

// penalties files closed cases for the last months, draws them, and calls back
// those of the months before the last.
func (d *demo) penalties(ctx context.Context, seed uint64) error {
	maker := sample.New(seed + 1)
	last := ticket.MonthOf(d.now).Add(-1)
	for back := 3; back >= 0; back-- {
		month := last.Add(-back)
		filed := month.End().Add(2 * time.Hour)
		for _, made := range maker.Cases(month.Start(), demoCasesAMonth) {
			sealed, err := d.line.SealParty(made.No, ticket.Caller{Name: made.Party.Name, Sex: made.Party.Sex, Contact: made.Party.Phone, Address: made.Party.Address})
			if err != nil {
				return err
			}
			f := cases.Filing{No: made.No, Cause: made.Cause, Facts: made.Facts, Unit: made.Unit, County: made.County, Closed: ticket.DateOf(made.Closed), Sealed: sealed, Sample: true}
			if _, err := d.cases.File(ctx, filed, ticket.Service, f); err != nil {
				return err
			}
		}
		drawn, err := d.cases.DrawCases(ctx, month.End().Add(6*time.Hour), ticket.Service, month, d.seedOf(ctx, month))
		if errors.Is(err, ticket.ErrInvalid) {
			return nil
		}
		if err != nil {
			return err
		}
		if back == 0 {
			return nil
		}
		for i, id := range drawn.Drawn {
			if err := d.callParty(ctx, string(id), month.End().AddDate(0, 0, 2+i%3).Add(10*time.Hour), i); err != nil {
				return err
			}
		}
	}
	return nil
}

// seedOf is the seed with which the month's tickets were drawn: one draw, one
// seed; nil where they were not.
func (d *demo) seedOf(ctx context.Context, month ticket.Month) *int64 {
	drawn, err := d.desk.Drawn(ctx, month)
	if err != nil {
		return nil
	}
	return &drawn.Seed
}

// callParty records what a party said, or that nobody answered the first time.
func (d *demo) callParty(ctx context.Context, id string, at time.Time, i int) error {
	steps := []struct {
		step   ticket.Step
		fields map[string]string
	}{{cases.Record, map[string]string{"informed": "yes", "proper": "yes", "satisfied": "yes"}}}
	switch i % 4 {
	case 1:
		steps[0].fields["satisfied"], steps[0].fields["opinion"] = "no", "认为罚款数额偏高，希望说明裁量的依据"
	case 2:
		steps = append(steps[:0:0], struct {
			step   ticket.Step
			fields map[string]string
		}{cases.Attempt, map[string]string{"at": at.Format(time.RFC3339), "note": "无人接听"}}, steps[0])
	}
	for n, s := range steps {
		e, err := d.cases.Entry(ctx, ticket.Service, id)
		if err != nil {
			return err
		}
		_, err = d.cases.Take(ctx, at.AddDate(0, 0, n), dossier.Request{
			ID: fmt.Sprintf("demo-case-%s-%d", id, n), Entry: id, Version: e.Version, Step: s.step, Actor: demoOperator, Fields: s.fields,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
