package reports

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"huiyin/reports/html"
	"huiyin/reports/paper"
	"huiyin/ticket"
)

// published are the numbers of a table of the digest by the name of the row.
func published(p *paper.Paper, sheet string) map[string]int {
	for _, b := range p.Blocks {
		t, ok := b.(paper.Table)
		if !ok || t.Sheet != sheet {
			continue
		}
		out := map[string]int{}
		for _, row := range t.Rows {
			out[row.Cells[0].Text] = int(row.Cells[1].Number)
		}
		return out
	}
	return nil
}

// monthsOfFew are months in which small groups abound.
func monthsOfFew(t *testing.T) []*Month {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 9))
	var out []*Month
	for range 60 {
		src := &memory{facts: map[ticket.Month][]ticket.Fact{}}
		id := 0
		for _, c := range testCategories {
			for range r.IntN(14) * r.IntN(2) {
				id++
				f := handMade().facts["2026-10"][0]
				f.ID, f.Category, f.Kind = ticket.IDFromBits(uint64(id)<<4), c.Code, c.Kind
				f.Channel = ticket.Channels[r.IntN(len(ticket.Channels))]
				f.CallerKey = uint32(r.IntN(6))
				src.facts["2026-10"] = append(src.facts["2026-10"], f)
			}
		}
		out = append(out, build(t, src, "2026-10", afterOctober()))
	}
	return out
}

func TestNoSmallGroupIsPublishedNorCanBeWorkedOut(t *testing.T) {
	policy := testPolicy(t)
	least := policy.Rules.PublicMinimum
	shown := 0
	for _, m := range monthsOfFew(t) {
		p := m.PublicPaper(policy)
		fields, matters := published(p, "业务领域"), published(p, "高频事项")
		for _, table := range []map[string]int{published(p, "来源"), fields, matters} {
			for name, n := range table {
				shown++
				if n > 0 && n < least {
					t.Errorf("%s is published with %d", name, n)
				}
			}
		}
		// Who knows the list of categories takes the named matters from their field.
		left := map[string]int{}
		for name, n := range fields {
			left[name] = n
		}
		for _, c := range testCategories {
			if n := matters[c.Name]; n > 0 {
				row := c.Field
				if _, ok := fields[row]; !ok {
					row = publicRest
				}
				left[row] -= n
			}
		}
		for name, n := range left {
			if n != 0 && n < least {
				t.Errorf("%s leaves %d that can be worked out: fields %v, matters %v", name, n, fields, matters)
			}
		}
	}
	if shown < 200 {
		t.Errorf("only %d cells were published: the test says little", shown)
	}
}

func TestADigestOfAHandfulSaysSoAndNoMore(t *testing.T) {
	src := &memory{facts: map[ticket.Month][]ticket.Fact{"2026-10": handMade().facts["2026-10"][:3]}}
	p := build(t, src, "2026-10", afterOctober()).PublicPaper(testPolicy(t))
	var b bytes.Buffer
	if err := html.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	if p.Figures[0].Value != "不足5件" || published(p, "来源") != nil || len(p.Figures) != 1 {
		t.Errorf("figures %+v", p.Figures)
	}
	text := regexp.MustCompile(`受理(\d+)件`).FindStringSubmatch(b.String())
	if text != nil {
		if n, _ := strconv.Atoi(text[1]); n > 0 && n < 5 {
			t.Errorf("%s", text[0])
		}
	}
}

func TestADigestNamesNoUnitTicketOrPlate(t *testing.T) {
	for _, m := range append(monthsOfFew(t)[:5], months(t)["a month by hand"]) {
		var b, again bytes.Buffer
		if html.Write(&b, m.PublicPaper(testPolicy(t))) != nil || html.Write(&again, m.PublicPaper(testPolicy(t))) != nil {
			t.Fatal("not written")
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Error("two digests of the same month differ")
		}
		for _, u := range testUnits {
			if strings.Contains(b.String(), u.Name) {
				t.Errorf("the unit %s is named", u.Name)
			}
		}
		for _, c := range m.Cases {
			if strings.Contains(b.String(), string(c.ID)) {
				t.Errorf("the ticket %s is named", c.ID)
			}
		}
	}
}

func TestOnlyWholePeriodsOfTheBureauArePublished(t *testing.T) {
	policy, dir := testPolicy(t), t.TempDir()
	m := months(t)["a month by hand"]
	paths, err := WritePublic(dir, m, policy, []string{"docx", "html"})
	if err != nil || len(paths) != 2 || !strings.HasSuffix(paths[1], "huiyin-2026-10-public.html") {
		t.Fatalf("%v, %v", paths, err)
	}
	if _, err := WritePublic(dir, m, policy, []string{"json"}); err == nil {
		t.Error("all numbers were published")
	}
	quarter, err := BuildPeriod(t.Context(), handMade(), policy, mustPeriod(t, "2026-Q4"), Scope{}, shanghai("2027-01-05 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	unit, err := BuildPeriod(t.Context(), handMade(), policy, mustPeriod(t, "2026-10"), Scope{Unit: "gonglu"}, afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	doc := quarter.PublicPaper(policy)
	for _, block := range doc.Blocks {
		if table, ok := block.(paper.Table); ok {
			t.Errorf("less the months, %s tells what a month hides", table.Caption)
		}
	}
	days, err := BuildPeriod(t.Context(), handMade(), policy, mustPeriod(t, "2026-10-01..2026-10-07"), Scope{}, afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []*Month{days, unit, months(t)["a month in progress"]} {
		if _, err := WritePublic(dir, part, policy, []string{"html"}); err == nil {
			t.Errorf("%s %+v was published", part.Period, part.Scope)
		}
	}
}
