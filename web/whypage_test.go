package web

import (
	"net/http"
	"strings"
	"testing"

	"huiyin/intake"
	"huiyin/ticket"
)

func TestAnOperatorAsksWhyAndWhyNot(t *testing.T) {
	b := newBureau(t)
	id := b.accept(intake.Form{Channel: ticket.Channel12345, SourceNo: "WHY1", CalledAt: b.now(), Content: "出租车司机不打表，一口价多收了五十元，态度也很差"})
	operator := b.as("operator")
	page := operator.get("/tickets/" + string(id))
	if !strings.Contains(page.body, "/tickets/"+string(id)+"/why") {
		t.Fatal("the ticket does not lead to its reasons")
	}
	why := operator.get("/tickets/" + string(id) + "/why?not=C01")
	for _, want := range []string{
		"C02 出租汽车乱收费、不打表", "得分最高", "打表", "这一类事项通常是投诉举报",
		"“出租汽车拒载、绕路、甩客”得", "分，比“出租汽车乱收费、不打表”少", "正文 1 次",
	} {
		if !strings.Contains(why.body, want) {
			t.Errorf("the reasons do not tell %q", want)
		}
	}
	undispatched := b.waiting(2)
	if got := b.as("unit").get("/tickets/" + string(undispatched) + "/why"); got.status != http.StatusNotFound && got.status != http.StatusForbidden {
		t.Errorf("a unit sees why of a ticket that is not its own: %d", got.status)
	}
}
