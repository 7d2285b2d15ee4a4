package workflow

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
)

// found lists what somebody finds.
func (b *bureau) found(actor ticket.Actor, f Filter) (ids []ticket.ID, total int) {
	b.t.Helper()
	page, err := b.desk.List(b.ctx, b.now, actor, f)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, t := range page.Tickets {
		ids = append(ids, t.ID)
	}
	return ids, page.Total
}

func saying(content string) func(*Opening) {
	return func(o *Opening) { o.Ticket.Content = content }
}

func (b *bureau) wantFound(claim string, actor ticket.Actor, f Filter, want ...ticket.ID) {
	b.t.Helper()
	got, total := b.found(actor, f)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) || total != len(want) {
		b.t.Errorf("%s: %v of %d, want %v", claim, got, total, want)
	}
}

func TestSearchByWords(t *testing.T) {
	b := newBureau(t)
	bridge := b.receive(saying("大桥收费口的栏杆一直不抬，车牌粤W·88991"))
	bus := b.receive(saying("K12路公交车在大桥站不停"))
	other := b.receive(saying("驾校退费"), func(o *Opening) {
		o.Ticket.SourceNo, o.Ticket.Place, o.Ticket.Title = "XF2026-77", "河口镇驾考中心", "学车"
		o.Ticket.Verdict.Entities = []ticket.Entity{{Kind: ticket.EntityLine, Text: "十二路", Value: "12路"}}
	})
	b.wantFound("a word of the content", annOperator, Filter{Text: "大桥"}, bridge, bus)
	b.wantFound("each of several words", annOperator, Filter{Text: "大桥 公交"}, bus)
	b.wantFound("a plate without its dot", annOperator, Filter{Text: "粤w88991"}, bridge)
	b.wantFound("a source number", annOperator, Filter{Text: "xf2026-77"}, other)
	b.wantFound("a place", annOperator, Filter{Text: "驾考中心"}, other)
	b.wantFound("the normal form of what the text names", annOperator, Filter{Text: "12路 驾校"}, other)
	b.wantFound("with a filter", annOperator, Filter{Text: "大桥", States: []ticket.State{ticket.Handling}})
	late := b.receive(saying("大桥又堵了"))
	b.wantFound("what came a moment ago", annOperator, Filter{Text: "大桥"}, bridge, bus, late)
	b.does(annOperator, late, ticket.StepDispatch)
	b.does(caoUnit, late, ticket.StepSign)
	b.wantFound("in the state of this moment", annOperator, Filter{Text: "大桥", States: []ticket.State{ticket.Handling}}, late)
	b.wantFound("a unit finds its own alone", caoUnit, Filter{Text: "大桥"}, late)
	b.wantFound("nothing of another unit", fangUnit, Filter{Text: "大桥"})
	b.does(guanWatch, late, ticket.StepUrge)
	b.wantFound("by a flag", guanWatch, Filter{With: catalogue.Urged}, late)
	b.does(caoUnit, late, ticket.StepContact)
	b.does(caoUnit, late, ticket.StepRequestExtension)
	b.wantFound("by a request that waits", guanWatch, Filter{With: catalogue.Asking, SortBy: SortDue}, late)
	b.does(guanWatch, late, ticket.StepGrantExtension)
	b.wantFound("no longer when it was granted", guanWatch, Filter{With: catalogue.Asking, SortBy: SortDue})
	b.wantFound("by the caller", annOperator, Filter{Caller: "00ff00ff00ff00ff"}, bridge, bus, other, late)
	b.wantFound("no caller of another fingerprint that begins alike", annOperator, Filter{Caller: ""}, bridge, bus, other, late)
}

func TestAClueCannotBeInferredFromASearch(t *testing.T) {
	b := newBureau(t)
	open := b.receive(saying("执法人员收钱放行"))
	clue := b.receive(saying("执法人员收钱放行"), func(o *Opening) { o.Ticket.Verdict.Clue = true })
	f := Filter{Text: "收钱"}
	b.wantFound("a leader sees one", jiangLeader, f, open)
	b.wantFound("an operator sees both while it is a suspicion", annOperator, f, open, clue)
	b.does(annOperator, clue, ticket.StepProposeHandOver)
	b.wantFound("then discipline alone", annOperator, f, open)
	b.wantFound("and discipline does", liangDiscip, f, open, clue)
	b.wantFound("and no filter counts it", guanWatch, Filter{Text: "收钱", Month: ticket.MonthOf(b.now)}, open)
}

func TestASearchThatWasNotToldOfChangesFindsThem(t *testing.T) {
	b := newBureau(t)
	first := b.receive(saying("甲桥"))
	b.wantFound("before", annOperator, Filter{Text: "桥"}, first)
	second := b.receive(saying("乙桥"))
	b.does(annOperator, second, ticket.StepDispatch)
	for p := range b.store.partitions { // the streams are trimmed before anybody looks
		if err := b.rdb.XTrimMaxLen(b.ctx, streamKey(p), 1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	b.wantFound("after", annOperator, Filter{Text: "桥"}, first, second)
	b.wantFound("in its state", annOperator, Filter{Text: "桥", States: []ticket.State{ticket.Dispatched}}, second)
	if differ, err := b.store.CheckCatalogue(b.ctx); err != nil || len(differ) > 0 {
		t.Errorf("the check finds %v %v", differ, err)
	}
	b.store.catalogued.Put([]catalogue.Entry{{Fact: ticket.Fact{ID: first, State: ticket.Closed, ReceivedAt: b.now}}})
	if differ, err := b.store.CheckCatalogue(b.ctx); err != nil || !slices.Equal(differ, []ticket.ID{first}) {
		t.Errorf("the check finds %v %v, want what was changed behind its back", differ, err)
	}
	b.wantFound("put right", annOperator, Filter{Text: "桥", States: []ticket.State{ticket.Received}}, first)
}

func TestPagesOfASearchHoldEachTicketOnce(t *testing.T) {
	b := newBureau(t)
	var all []ticket.ID
	for i := range 23 {
		title := "路灯不亮"
		if i%3 == 0 {
			title = "大桥路灯"
		}
		all = append(all, b.receive(saying("大桥上的灯"+strconv.Itoa(i)), func(o *Opening) { o.Ticket.Title = title }))
		b.now = b.now.Add(time.Hour * time.Duration(i%2))
	}
	for _, order := range []string{SortReceived, SortRelevant, SortDue} {
		f := Filter{Text: "大桥", SortBy: order, Limit: 5}
		var got []ticket.ID
		for page := (Page{Next: "start"}); page.Next != ""; f.Cursor = page.Next {
			var err error
			if page, err = b.desk.List(b.ctx, b.now, annOperator, f); err != nil {
				t.Fatal(err)
			}
			for _, hit := range page.Tickets {
				got = append(got, hit.ID)
			}
		}
		if order == SortRelevant {
			for i, id := range got[:8] {
				if b.get(id).Title != "大桥路灯" {
					t.Errorf("place %d by relevance is %q", i, b.get(id).Title)
				}
			}
		}
		slices.Sort(got)
		if want := slices.Sorted(slices.Values(all)); !slices.Equal(got, want) {
			t.Errorf("%s: %d on all pages, want each of %d once", order, len(got), len(want))
		}
	}
}
