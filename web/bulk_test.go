package web

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"huiyin/ticket"
)

func TestBulkUrgeAsksForAReasonAndNamesWhatCouldNot(t *testing.T) {
	b := newBureau(t)
	var ticked []string
	var ids []ticket.ID
	for i := range 3 {
		id := b.dispatched(i, "yunfu")
		ids = append(ids, id)
		ticked = append(ticked, string(id)+":"+strconv.FormatInt(b.ticket(id).Version, 10))
	}
	b.does("unit", ids[2], ticket.StepSign)
	w := b.as("supervisor")
	urge := func(reason string, which []string) answer {
		return w.post("/supervision/urge?tab=soon", url.Values{"ticket": which, "reason": {reason}})
	}
	urge("", ticked).has(t, http.StatusConflict, "请写明催办的理由")
	if b.ticket(ids[0]).Urged != 0 {
		t.Fatal("urged without a reason")
	}
	urge("明天到期", ticked).has(t, http.StatusConflict, "催办了 2 件，有 1 件没有催办", "RX0002", "明天到期")
	for i, want := range []int{1, 1, 0} {
		if got := b.ticket(ids[i]).Urged; got != want {
			t.Errorf("ticket %d was urged %d times, want %d", i, got, want)
		}
	}
	if a := urge("明天到期", ticked[:2]); a.header.Get("Location") != "/supervision?tab=soon&urged=2" {
		t.Errorf("the same ticks again: %d %s", a.status, a.header.Get("Location"))
	}
	b.as("unit").post("/supervision/urge", url.Values{"ticket": ticked, "reason": {"x"}}).has(t, http.StatusForbidden)
}
