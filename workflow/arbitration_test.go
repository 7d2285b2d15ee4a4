package workflow

import (
	"strings"
	"testing"
	"time"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
	"huiyin/workflow/rulings"
	"huiyin/workflow/versions"
)

// ruled is a ticket that two units threw back, with the ruling on it.
func (b *bureau) ruled(keep string) ticket.Ticket {
	b.t.Helper()
	id := b.reach(ticket.ReturnRequested)
	b.does(annOperator, id, ticket.StepUpholdReturn)
	b.does(annOperator, id, ticket.StepDispatch, "lead", "yunfu", "co", "", "reason", "改派")
	b.does(dengUnit, id, ticket.StepRequestReturn, "ground", "R02")
	b.does(annOperator, id, ticket.StepUpholdReturn)
	return b.does(guanWatch, id, ticket.StepArbitrate, "lead", "yunfu", "co", "zhidui", "basis", "出租汽车服务质量考核办法", "keep_rule", keep)
}

func (b *bureau) proposed(id ticket.ID) (rulings.Ruling, error) {
	b.t.Helper()
	p, err := proposals.NewPile(b.rdb).Get(b.ctx, proposals.Ruling, string(id))
	if err != nil {
		return rulings.Ruling{}, err
	}
	return rulings.From(&p)
}

// published is the policy after a ruling was put into the tables.
func published(t *testing.T, draft *versions.Draft) *rules.Policy {
	t.Helper()
	folder, err := draft.Folder()
	if err != nil {
		t.Fatal(err)
	}
	p, err := rules.Load(folder, ruletest.Categories(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestARulingThatIsKeptRoutesTheNextTicketOfItsKind(t *testing.T) {
	b := newBureau(t)
	got := b.ruled("yes")
	if got.State != ticket.Dispatched || got.Lead != "yunfu" {
		t.Fatalf("the ruling binds its own ticket at once: %s with %s", got.State, got.Lead)
	}
	r, err := b.proposed(got.ID)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := versions.NewDraft(0, tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Amend(draft.Files, b.now, rulings.Terms{Months: 12}); err != nil {
		t.Fatal(err)
	}
	p := published(t, draft)
	same := ticket.Ticket{County: "城东区", Content: "司机拒载", ReceivedAt: b.now, Progress: ticket.Progress{Category: "C01"}}
	route := p.Route(&same)
	for _, want := range []string{"裁定规则第裁1条", "管督办裁定", string(got.ID), "属地城东区", "依据：出租汽车服务质量考核办法"} {
		if !strings.Contains(route.Rule, want) {
			t.Errorf("the rule that decided does not say %q: %s", want, route.Rule)
		}
	}
	if route.Lead != "yunfu" || strings.Join(route.Co, " ") != "zhidui" {
		t.Errorf("it goes to %s with %v", route.Lead, route.Co)
	}
	before := defaultPolicy(t).Route(&same)
	for name, other := range map[string]ticket.Ticket{
		"another county":            {County: "城西区", Content: "司机拒载", ReceivedAt: b.now, Progress: same.Progress},
		"a year and a day later":    {County: "城东区", Content: "司机拒载", ReceivedAt: b.now.AddDate(1, 0, 1), Progress: same.Progress},
		"nobody knows where it was": {Content: "司机拒载", ReceivedAt: b.now, Progress: same.Progress},
	} {
		if route := p.Route(&other); route.Lead != before.Lead {
			t.Errorf("%s: it goes to %s by %s", name, route.Lead, route.Rule)
		}
	}
	if notes := p.RouteNotes(ticket.DateOf(b.now)); len(notes) > 0 {
		t.Errorf("of a ruling in force there is nothing to say: %+v", notes)
	}
	if notes := p.RouteNotes(ticket.DateOf(b.now.AddDate(2, 0, 0))); len(notes) != 1 || !strings.Contains(notes[0].Text, "到期") {
		t.Errorf("a ruling that has run out is not named: %+v", notes)
	}
}

func TestARulingIsProposedOnlyWhenItShallBeKept(t *testing.T) {
	b := newBureau(t)
	for _, keep := range []string{"no", ""} {
		if got := b.ruled(keep); got.Lead != "yunfu" {
			t.Fatalf("lead %s", got.Lead)
		} else if _, err := b.proposed(got.ID); err == nil {
			t.Errorf("keep_rule=%q is proposed", keep)
		}
	}
}

func TestARulingThatTheServiceDiedOverIsFound(t *testing.T) {
	b := newBureau(t)
	got := b.ruled("yes")
	if err := b.rdb.Del(b.ctx, "{policy}:proposals").Err(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		n, err := b.desk.CollectRulings(b.ctx, []ticket.Month{ticket.MonthOf(got.ReceivedAt)})
		if err != nil || n != want {
			t.Errorf("round %d collected %d, %v", i+1, n, err)
		}
	}
	if _, err := b.proposed(got.ID); err != nil {
		t.Error(err)
	}
}

func TestALaterRulingTakesTheEarlierOnesPlace(t *testing.T) {
	draft, err := versions.NewDraft(0, tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	now := wednesday
	put := func(r rulings.Ruling, terms rulings.Terms) []string {
		t.Helper()
		replaced, err := r.Amend(draft.Files, now, terms)
		if err != nil {
			t.Fatal(err)
		}
		return replaced
	}
	first := rulings.Ruling{Ticket: "0000000000A0", Category: "I02", County: "城东区", Lead: "gonglu", Basis: "公路法", Name: "甲", At: now, Named: []rulings.Condition{"实体:道路=G104"}}
	second, third := first, first
	second.Ticket, second.Lead = "0000000000B0", "zhidui"
	third.Ticket = "0000000000C0"
	put(first, rulings.Terms{})
	if again := put(first, rulings.Terms{}); len(again) > 0 || strings.Count(draft.Files["routes.csv"], "0000000000A0") != 1 {
		t.Errorf("the same ruling twice: replaced %v", again)
	}
	if replaced := put(second, rulings.Terms{}); len(replaced) != 1 || replaced[0] != "裁1" || strings.Contains(draft.Files["routes.csv"], "0000000000A0") {
		t.Errorf("replaced %v", replaced)
	}
	put(third, rulings.Terms{Narrowed: third.Named})
	p := published(t, draft)
	road := ticket.Ticket{County: "城东区", Progress: ticket.Progress{Category: "I02"}, Verdict: ticket.Verdict{Entities: []ticket.Entity{{Kind: ticket.EntityRoad, Text: "G104"}}}}
	if got := p.Route(&road); got.Lead != "gonglu" || !strings.Contains(got.Rule, "写到“G104”") {
		t.Errorf("the narrower ruling above: %s by %s", got.Lead, got.Rule)
	}
	if got := p.Route(&ticket.Ticket{County: "城东区", Progress: road.Progress}); got.Lead != "zhidui" {
		t.Errorf("the wider one below: %s by %s", got.Lead, got.Rule)
	}
	if _, err := first.Amend(draft.Files, now, rulings.Terms{Narrowed: []rulings.Condition{"词=别的"}}); err == nil {
		t.Error("a condition that the ticket does not name is taken")
	}
}

func TestRowsThatAreNeverReachedAreNamed(t *testing.T) {
	if notes := defaultPolicy(t).RouteNotes("2026-09-02"); len(notes) > 0 {
		t.Fatalf("in the default policy: %+v", notes)
	}
	for _, c := range []struct{ claim, row, want string }{
		{"a ruling below the row that it contradicts", "裁9,I02,城东区,,zhidui,,条例,,裁定,", "永远用不到"},
		{"a row of the directory below a wider one", "900,I02,,词=坑,gonglu,,条例,,,", "永远用不到"},
		{"a ruling of the past", "裁9,I02,城东区,,zhidui,,条例,,裁定,2025-01-01", "已于2025-01-01到期"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			draft, err := versions.NewDraft(0, tables.Default())
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(draft.Files["routes.csv"], "依据,说明\n", "依据,说明,来源,到期\n", 1)
			draft.Files["routes.csv"] = text + c.row + "\n"
			notes := published(t, draft).RouteNotes("2026-09-02")
			if len(notes) != 1 || !strings.Contains(notes[0].Text, c.want) || notes[0].Line != strings.Count(text, "\n")+1 {
				t.Errorf("%+v", notes)
			}
		})
	}
}

func TestOriginAndTermOfARowAreChecked(t *testing.T) {
	draft, err := versions.NewDraft(0, tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	draft.Files["routes.csv"] = strings.Replace(draft.Files["routes.csv"], "依据,说明\n", "依据,说明,来源,到期\n裁1,I02,,,zhidui,,,,听说,明年\n", 1)
	folder, err := draft.Folder()
	if err != nil {
		t.Fatal(err)
	}
	_, err = rules.Load(folder, ruletest.Categories(t, folder))
	for _, want := range []string{"“听说”应空着，或填 裁定", "“明年”应写成 2027-11-30"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestARulingIsInForceToItsLastDay(t *testing.T) {
	last := rulings.Terms{Months: 24}.Until(time.Date(2026, 11, 3, 17, 0, 0, 0, time.UTC)) // 1:00 on the 4th in Shanghai
	if last != "2028-11-04" {
		t.Errorf("until %s", last)
	}
	if (rulings.Terms{}).Until(wednesday) != "" {
		t.Error("no term is no end")
	}
}
