package reports

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/ticket"
)

const ratingTable = `项目,类型,权重,最低,满分,最少件数,说明
按期办结率,指标,60,80%,100%,2,
满意率,指标,40,0%,100%,3,
优,档次,,90,,,
差,档次,,0,,,
评价最少件数,规则,,,,2,
`

func ratingPolicy(t *testing.T, table string) *Policy {
	t.Helper()
	p := testPolicy(t)
	rules, faults := loadRating(fstest.MapFS{ratingFile: {Data: []byte(table)}})
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	p.Rating = rules
	return p
}

func TestRatingOfTheHandMadeQuarter(t *testing.T) {
	p := ratingPolicy(t, ratingTable)
	r, err := BuildRating(context.Background(), handMade(), p, mustPeriod(t, "2026-Q4"), shanghai("2027-01-01 06:00"))
	if err != nil {
		t.Fatal(err)
	}
	of := mustPeriod(t, "2026-Q4")
	in := between(of)
	for _, u := range r.Units {
		var due, onTime, asked, happy int
		for _, facts := range handMade().facts {
			for i := range facts {
				f := &facts[i]
				if f.Lead != u.Unit || f.Excluded || f.State == ticket.Merged || f.State == ticket.HandedOver {
					continue
				}
				at := f.SettledAt()
				if in(f.CloseDue) {
					due++
					if !at.IsZero() && at.Before(f.CloseDue) {
						onTime++
					}
				}
				if in(at) && f.CalledBack && !f.Unreachable && f.Satisfied != ticket.Unknown {
					asked++
					if f.Satisfied == ticket.Yes {
						happy++
					}
				}
			}
		}
		if u.Due != due || u.Parts[0].Rate.Adjusted != (Rate{onTime, due}) || u.Parts[1].Rate.Adjusted != (Rate{happy, asked}) {
			t.Errorf("%s: due %d, parts %+v; recounted %d/%d in time, %d/%d satisfied", u.Unit, u.Due, u.Parts, onTime, due, happy, asked)
		}
		points, weight := 0.0, 0.0
		if due >= 2 {
			points += 60 * math.Max(0, (float64(onTime)/float64(due)-0.8)/0.2)
			weight += 60
		}
		if asked >= 3 {
			points += 40 * float64(happy) / float64(asked)
			weight += 40
		}
		want := Unrated
		if due >= 2 {
			want = "差"
			if math.Round(points/weight*1000)/10 >= 90 {
				want = "优"
			}
		}
		if u.Band != want {
			t.Errorf("%s: %s with %.1f, want %s", u.Unit, u.Band, u.Score, want)
		}
	}
}

func mustPeriod(t *testing.T, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAHandfulIsNotRated(t *testing.T) {
	p := ratingPolicy(t, strings.Replace(ratingTable, "规则,,,,2", "规则,,,,100000", 1))
	src, _, _ := yearsMade(t)
	r, err := BuildRating(context.Background(), src, p, mustPeriod(t, "2026-Q3"), shanghai("2026-10-01 06:00"))
	if err != nil || len(r.Units) == 0 {
		t.Fatalf("%d units, %v", len(r.Units), err)
	}
	for _, u := range r.Units {
		if u.Band != Unrated || u.Score != 0 {
			t.Errorf("%s is rated %s %.1f on %d", u.Unit, u.Band, u.Score, u.Due)
		}
	}
}

func TestRatingIsOfQuartersThatAreOver(t *testing.T) {
	p := ratingPolicy(t, ratingTable)
	for period, now := range map[string]string{"2026-Q4": "2026-12-31 23:00", "2026-10": "2027-01-02 00:00", "2026": "2027-01-02 00:00"} {
		if _, err := BuildRating(context.Background(), handMade(), p, mustPeriod(t, period), shanghai(now)); err == nil {
			t.Errorf("%s is rated at %s", period, now)
		}
	}
	p.Rating = RatingRules{}
	if _, err := BuildRating(context.Background(), handMade(), p, mustPeriod(t, "2026-Q3"), shanghai("2027-01-02 00:00")); err == nil {
		t.Error("rated without a table")
	}
}

func TestRatingTableNamesItsFaults(t *testing.T) {
	for claim, change := range map[string][3]string{
		"fines are no component":             {"满意率,指标", "罚没金额,指标", "罚没金额"},
		"the lowest band takes everybody":    {"差,档次,,0", "差,档次,,10", "应为 0"},
		"bands stand from high to low":       {"优,档次,,90", "优,档次,,0", "从高到低"},
		"a rate needs two different ends":    {"60,80%,100%", "60,80%,80%", "不能与"},
		"a weight is a number":               {"指标,60", "指标,六十", "大于 0"},
		"the minimum is not forgotten":       {"评价最少件数,规则,,,,2,\n", "", "评价最少件数"},
		"a component is not counted twice":   {"满意率,指标", "按期办结率,指标", "重复"},
		"there are components, bands, rules": {"优,档次", "优,其他", "类型只能是"},
	} {
		t.Run(claim, func(t *testing.T) {
			_, faults := loadRating(fstest.MapFS{ratingFile: {Data: []byte(strings.Replace(ratingTable, change[0], change[1], 1))}})
			if err := faults.Err(); err == nil || !strings.Contains(err.Error(), change[2]) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAUnitIsShownItsOwnRatingOnly(t *testing.T) {
	src, policy, _ := yearsMade(t)
	policy.Rating = ratingPolicy(t, ratingTable).Rating
	r, err := BuildRating(context.Background(), src, policy, mustPeriod(t, "2026-Q3"), shanghai("2026-10-01 06:00"))
	if err != nil || len(r.Units) < 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	var page bytes.Buffer
	if err := WriteRatingHTML(&page, r.Of(r.Units[0].Unit)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), r.Units[0].Name) || strings.Contains(page.String(), r.Units[1].Name) {
		t.Error("a unit sees another's rating, or not its own")
	}
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return WriteRatingDocx(b, r) }, func(b *bytes.Buffer) error { return WriteRatingXlsx(b, r) },
	} {
		var one, two bytes.Buffer
		if write(&one) != nil || write(&two) != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Error("two documents of the same rating differ")
		}
	}
}
