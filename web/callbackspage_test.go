package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
)

// calledBack brings a ticket to where its caller is to be called.
func (b *bureau) calledBack(no int) ticket.ID {
	b.t.Helper()
	id := b.waiting(no)
	b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "category", "A02", "kind", "complaint", "reason", "听了录音")
	b.does("unit", id, ticket.StepSign)
	b.does("unit", id, ticket.StepReply, b.reply()...)
	b.does("operator2", id, ticket.StepApproveReply)
	if got := b.ticket(id).State; got != ticket.Callback {
		b.t.Fatalf("it is %s", got)
	}
	return id
}

func TestTheCallListSaysWhyAndHowOftenAndPutsTodaysTriesLast(t *testing.T) {
	b := newBureau(t)
	first, second := b.calledBack(1), b.calledBack(2)
	page := b.as("operator").get("/callbacks")
	page.has(t, http.StatusOK, "逐件回访", "还没有拨", "上个月还没有抽样")
	b.does("operator", first, ticket.StepCallback, "at", b.now().Format(time.RFC3339), "reached", "no")
	page = b.as("operator").get("/callbacks")
	page.has(t, http.StatusOK, "1 次没接通", "改日再拨")
	if strings.Index(page.body, string(first)) < strings.Index(page.body, string(second)) {
		t.Error("who did not answer today stands before who was not called yet")
	}
	b.wait(24 * time.Hour)
	page = b.as("operator").get("/callbacks")
	if strings.Contains(page.body, "改日再拨") {
		t.Error("the next day is another day")
	}
}

func TestTheDrawIsShownWithItsSeed(t *testing.T) {
	b := newBureau(t)
	b.calledBack(1)
	b.wait(31 * 24 * time.Hour)
	seed := int64(4711)
	_, err := b.desk.DrawCallbacks(b.ctx, b.now(), ticket.Service, ticket.MonthOf(b.now()).Add(-1), &seed)
	b.check(err)
	b.as("operator").get("/callbacks").has(t, http.StatusOK, "随机种子", "4711", "huiyin draw 2026-10 --seed 4711")
}
