package intake

import (
	"testing"

	"huiyin/intake/twins"
	"huiyin/tables"
	"huiyin/ticket"
)

// withTwins gives a line a book that was built.
func withTwins(t testing.TB, l *Line, store twins.Store) {
	t.Helper()
	policy, err := twins.LoadPolicy(tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	book := twins.NewBook(store, policy)
	if err := book.Build(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	l.UseTwins(book)
}

const (
	busStop  = "五路公交车早上七点半在柳林站没有停站就开走了，车上还有空位，站台上有十几个人在等，请查一查这个司机。"
	roadWork = "村口的公路挖开以后半个月没有人施工，晚上没有灯，已经有两辆电动车掉进坑里，请尽快处理。"
)

func TestImportTellsWhichRowsMayBeTheSameMatter(t *testing.T) {
	l, store := newLine(t)
	before := accept(t, l, Form{Channel: ticket.Channel12328, SourceNo: "B1", Content: busStop, CallerPhone: "19900001111"})[0]
	withTwins(t, l, store)
	file := writeFile(t, "rows.csv", "工单编号,标题,内容,来电号码\nX1,公交甩站,"+busStop+",199-0000-1111\nX2,修路,"+roadWork+",19900002222\nX3,修路,"+roadWork+"谢谢。,19900003333\n")
	checked := importFile(t, l, file, ImportOptions{Channel: ticket.Channel12345, Check: true})
	if checked.AgainRows != 1 || len(checked.Again) != 1 || checked.Again[0].SourceNo != "X1" || checked.Again[0].Twins[0].ID != before.ID {
		t.Errorf("checking found %+v", checked.Again)
	}
	sum := importFile(t, l, file, ImportOptions{Channel: ticket.Channel12345})
	if sum.Accepted != 3 || sum.AgainRows != 2 || len(sum.Again) != 2 {
		t.Fatalf("%d accepted, %d again: %+v", sum.Accepted, sum.AgainRows, sum.Again)
	}
	first, second := sum.Again[0], sum.Again[1]
	if first.Row != 2 || len(first.Twins) != 1 || first.Twins[0].ID != before.ID || !first.Twins[0].SameCaller {
		t.Errorf("the bus: %+v", first)
	}
	if second.Row != 4 || len(second.Twins) != 1 || second.Twins[0].SourceNo != "X2" || second.Twins[0].SameCaller || second.Twins[0].Alike < 0.7 {
		t.Errorf("the road, twice in the file: %+v", second)
	}
}

func TestADraftIsFoundByTextAndPhone(t *testing.T) {
	l, store := newLine(t)
	before := accept(t, l, Form{Channel: ticket.Channel12328, SourceNo: "B1", Content: busStop, CallerPhone: "19900001111"})[0]
	withTwins(t, l, store)
	draft, err := l.Draft(operator, Form{Channel: ticket.Channel12328, SourceNo: "new", Content: busStop, CallerPhone: "+8619900001111"})
	if err != nil || len(draft.Sealed) > 0 {
		t.Fatalf("%v, %d bytes of personal data", err, len(draft.Sealed))
	}
	found, err := l.Twins().Find(t.Context(), operator, &draft)
	if err != nil || len(found) != 1 || found[0].ID != before.ID || !found[0].SameCaller || found[0].Primary != before.ID {
		t.Errorf("%+v %v", found, err)
	}
	earlier, err := l.Twins().Caller(t.Context(), operator, draft.CallerKey, "")
	if err != nil || earlier.Count != 1 || earlier.Last[0].ID != before.ID {
		t.Errorf("%+v %v", earlier, err)
	}
}

func TestTheSameCallersSameWordsWaitForAPerson(t *testing.T) {
	l, store := newLine(t)
	sure := func(no, phone string) Form {
		return Form{Channel: ticket.Channel12328, SourceNo: no, Title: "出租车拒载", CallerPhone: phone,
			Content: "乘客在城东区迎晖大道打车，出租车司机听说路近就拒载，把人赶下车，要求处理。", Place: "迎晖大道", Area: "城东区"}
	}
	first := accept(t, l, sure("A1", "19900001111"))[0]
	if !first.Dispatched {
		t.Fatal("the service is not sure of the first one: the test shows nothing")
	}
	withTwins(t, l, store)
	results := accept(t, l, sure("A2", "19900001111"), sure("A3", "19900002222"))
	if results[0].Dispatched {
		t.Error("the same caller's second ticket was dispatched, too")
	}
	if !results[1].Dispatched {
		t.Error("another caller's ticket was held back")
	}
}
