package intake

import (
	"strings"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cases"
)

// caseTable is a list of closed cases with everything that goes wrong in one.
const caseTable = "案件编号,案由,违法事实,当事人,联系电话,承办单位,结案日期\n" +
	"示交罚〔2026〕1号,未取得许可擅自从事班车客运,当事人贾某某电话17000000001在站前载客,贾某某,17000000001,执法支队,2026-10-08\n" +
	"示交罚〔2026〕2号,超限运输,,易某某,17000000002,执法支队,2026-10-09\n" +
	"示交罚〔2026〕2号,超限运输,,易某某,17000000002,执法支队,2026-10-09\n" +
	"示交罚〔2026〕3号,超限运输,,丙某某,,没有这个单位,2026-10-09\n" +
	"示交罚〔2026〕4号,超限运输,,丁某某,,执法支队,\n" +
	",超限运输,,戊某某,,执法支队,2026-10-09\n" +
	"示交罚〔2026〕6号,,,己某某,,执法支队,2026-10-09\n"

func TestCasesAreImportedApartFromTickets(t *testing.T) {
	line, _ := newLine(t)
	rdb := redisd.ForTest(t)
	store, err := workflow.OpenStore(t.Context(), rdb, workflow.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cabinet := cases.New(rdb, store, line.desk.Policy)
	line.UseCases(cabinet)
	later := time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)
	path := writeFile(t, "案件.csv", caseTable)
	check, err := line.Import(t.Context(), later, ticket.Service, path, ImportOptions{Channel: ticket.ChannelCase, Check: true})
	if err != nil || check.Accepted != 2 {
		t.Fatalf("check: %+v %v", check, err)
	}
	got, err := line.Import(t.Context(), later, ticket.Service, path, ImportOptions{Channel: ticket.ChannelCase})
	if err != nil || got.Read != 7 || got.Accepted != 2 || got.Duplicates != 1 || got.Rejected != 4 {
		t.Fatalf("%+v %v", got, err)
	}
	for i, want := range []string{"承办单位“没有这个单位”不在单位目录里", "结案日期是空的", "案件编号是空的", "案由是空的"} {
		if !strings.Contains(got.Reasons[i], want) || strings.Contains(got.Reasons[i], "工单") || strings.Contains(got.Reasons[i], "来电") {
			t.Errorf("row refused with %q, want %q", got.Reasons[i], want)
		}
	}
	again, err := line.Import(t.Context(), later, ticket.Service, path, ImportOptions{Channel: ticket.ChannelCase})
	if err != nil || again.Accepted != 0 || again.Duplicates != 3 {
		t.Errorf("imported again: %+v %v", again, err)
	}
	e, err := cabinet.Entry(t.Context(), ticket.Service, string(cases.IDOf("示交罚〔2026〕1号")))
	if err != nil {
		t.Fatal(err)
	}
	if facts := cases.Facts(&e); strings.Contains(facts, "17000000001") || strings.Contains(facts, "贾某某") {
		t.Errorf("personal data lies open: %q", facts)
	}
	if p := cases.Of(&e); p.Unit != "zhidui" || ticket.DateOf(p.ClosedAt) != "2026-10-08" {
		t.Errorf("%+v", p)
	}
	sealed, err := cabinet.Sealed(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	party, err := line.Party(sealed, cases.Number(&e))
	if err != nil || party.Contact != "17000000001" || party.Name != "贾某某" {
		t.Errorf("party %+v, %v", party, err)
	}
	facts, err := line.desk.Store().Facts(t.Context(), "2026-10")
	if err != nil || len(facts) != 0 {
		t.Errorf("%d cases count as tickets, %v", len(facts), err)
	}
}
