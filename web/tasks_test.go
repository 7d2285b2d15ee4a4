package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"huiyin/ticket"
)

// TestTheReplyIsJoinedFromWhatTheCoUnitsAnswered goes through the lead's page
// while a co-unit works, and after it has answered.
func TestTheReplyIsJoinedFromWhatTheCoUnitsAnswered(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "co", "gonglu", "category", "C01", "kind", "complaint", "reason", "听了录音")
	b.does("unit", id, ticket.StepSign)
	lead := b.as("unit")
	form := b.reply()
	form[slices.Index(form, "told_at")+1] = b.now().In(ticket.Shanghai).Format("2006-01-02 15:04")
	path := "/tickets/" + string(id)
	open := lead.get(path)
	open.has(t, http.StatusOK, "配合（", "个工作日，自", "不等配合单位的理由", "还没有办结：")
	if strings.Contains(open.body, "引用") {
		t.Error("there is nothing to take over yet")
	}
	lead.step(id, ticket.StepReply, form...).has(t, http.StatusUnprocessableEntity, "配合单位还没有办结", "可以先催办")
	b.does("unit2", id, ticket.StepCoReply, "reply", "路段归本中心养护，已补坑。")
	done := lead.get(path)
	done.has(t, http.StatusOK, "已完成", "办理情况", "路段归本中心养护，已补坑。", `data-test="quote"`)
	if strings.Contains(done.body, "不等配合单位的理由") {
		t.Error("all have answered, and it asks why not")
	}
	if a := lead.step(id, ticket.StepReply, form...); a.status != http.StatusSeeOther {
		t.Errorf("status %d\n%s", a.status, a.body)
	}
}

func TestACoUnitSeesTheTimeOfItsOwnTask(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "co", "gonglu", "category", "C01", "kind", "complaint", "reason", "听了录音")
	b.does("unit", id, ticket.StepSign)
	b.as("unit2").get("/mine?tab=handling").has(t, http.StatusOK, "配合剩")
	b.does("unit2", id, ticket.StepCoReply, "reply", "已查")
	if a := b.as("unit2").get("/mine?tab=handling"); strings.Contains(a.body, "配合剩") {
		t.Error("it has done its share, and its clock still runs")
	}
}
