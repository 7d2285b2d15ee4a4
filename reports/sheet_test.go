package reports

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"huiyin/ticket"
)

func TestSheetsEqualARecount(t *testing.T) {
	src, policy, all := yearsMade(t)
	now := shanghai("2026-11-01 08:00")
	sheets, err := BuildSheets(context.Background(), src, policy, "2026-10", now)
	if err != nil || len(sheets) < 3 {
		t.Fatalf("%d sheets, %v", len(sheets), err)
	}
	of := MonthPeriod("2026-10")
	in := between(of)
	for _, s := range sheets {
		own := func(f *ticket.Fact) bool { return f.Lead == s.Unit }
		settled := func(f *ticket.Fact) bool { return in(f.SettledAt()) }
		counted := func(f *ticket.Fact) bool { return f.State != ticket.Merged && f.State != ticket.HandedOver }
		owed := func(f *ticket.Fact) bool {
			at := f.SettledAt()
			return counted(f) && f.ReceivedAt.Before(of.End()) && (at.IsZero() || !at.Before(of.End()))
		}
		for claim, pair := range map[string][2]int{
			"received": {s.Received, recount(all, func(f *ticket.Fact) bool { return own(f) && in(f.ReceivedAt) })},
			"due":      {s.Due, recount(all, func(f *ticket.Fact) bool { return own(f) && counted(f) && in(f.CloseDue) })},
			"settled":  {s.Settled, recount(all, func(f *ticket.Fact) bool { return own(f) && settled(f) })},
			"owed":     {s.Owed, recount(all, func(f *ticket.Fact) bool { return own(f) && owed(f) })},
			"owed and late": {s.OwedLate, recount(all, func(f *ticket.Fact) bool {
				return own(f) && owed(f) && f.CloseDue.Before(of.End()) && !f.CloseDue.IsZero()
			})},
			"listed, hidden": {len(s.Rows) + s.Hidden, recount(all, func(f *ticket.Fact) bool {
				return own(f) && (in(f.ReceivedAt) || settled(f) || owed(f) || in(f.CloseDue))
			})},
			"on time": {s.OnTime.Raw.Num, recount(all, func(f *ticket.Fact) bool {
				at := f.SettledAt()
				return own(f) && counted(f) && in(f.CloseDue) && !at.IsZero() && at.Before(f.CloseDue)
			})},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s %d, recounted %d", s.Unit, claim, pair[0], pair[1])
			}
		}
	}
}

func TestSheetsAreOfWholeMonthsAndOfTheBureausUnits(t *testing.T) {
	src, policy, _ := yearsMade(t)
	if _, err := BuildSheets(context.Background(), src, policy, "2026-10", shanghai("2026-10-31 23:00")); err == nil {
		t.Error("a month in progress has sheets")
	}
	sheets, err := BuildSheets(context.Background(), handMade(), testPolicy(t), "2026-10", afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		if s.Unit == "waibu" || s.Unit == "jijian" || s.Unit == "" {
			t.Errorf("%q has a sheet", s.Unit)
		}
		if s.By != "2026-11-25" {
			t.Errorf("to be confirmed by %s", s.By)
		}
	}
}

func TestASheetIsWrittenAndSaysNothingOfCallersOrClues(t *testing.T) {
	src := handMade()
	clue := src.facts["2026-10"][0]
	clue.ID, clue.Category, clue.Lead, clue.State = ticket.IDFromBits(777<<4), "A05", "gonglu", ticket.Dispatched
	src.facts["2026-10"] = append(src.facts["2026-10"], clue)
	sheets, err := BuildSheets(context.Background(), src, testPolicy(t), "2026-10", afterOctober())
	if err != nil || len(src.asked) > 0 {
		t.Fatalf("%v; %d texts were read", err, len(src.asked))
	}
	for i := range sheets {
		var page, book, again bytes.Buffer
		if err := WriteSheetHTML(&page, &sheets[i]); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), "涉嫌违纪") || strings.Contains(page.String(), string(clue.ID)) {
			t.Errorf("%s sees the clue", sheets[i].Unit)
		}
		if WriteSheetXlsx(&book, &sheets[i]) != nil || WriteSheetXlsx(&again, &sheets[i]) != nil || !bytes.Equal(book.Bytes(), again.Bytes()) {
			t.Errorf("%s: two workbooks differ", sheets[i].Unit)
		}
	}
}
