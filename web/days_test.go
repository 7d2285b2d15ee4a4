package web

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	browse "huiyin/internal/browser"
	"huiyin/ticket"
)

// disputed brings a ticket to where two units have each returned it.
func (b *bureau) disputed(no int) ticket.ID {
	id := b.waiting(no)
	for _, unit := range []struct{ login, code string }{{"unit", "yunfu"}, {"unit2", "gonglu"}} {
		b.does("operator", id, ticket.StepDispatch, "lead", unit.code, "category", "C01", "kind", "complaint", "reason", "听了录音")
		b.does(unit.login, id, ticket.StepRequestReturn, "ground", "R01", "basis", "三定规定", "reason", "职责不符")
		b.does("operator", id, ticket.StepUpholdReturn, "reason", "同意")
	}
	if got := b.ticket(id).State; got != ticket.Arbitration {
		b.t.Fatalf("after two returns it is %s", got)
	}
	return id
}

// TestDaysOfThoseAboveInABrowser takes a supervisor, the discipline inspection,
// and an auditor from their home to what they are there for.
func TestDaysOfThoseAboveInABrowser(t *testing.T) {
	b := newBureau(t)
	dispute, slow := b.disputed(1), b.dispatched(2, "yunfu")
	b.does("unit", slow, ticket.StepSign)
	b.does("unit", slow, ticket.StepRequestExtension, "days", "3", "reason", "要等检测结果")
	f := complaint(3)
	f.Title, f.Content = "举报收钱放行", "举报交通执法人员收受货车司机的红包好处费，收钱放行，给钱就不查，是内外勾结的保护伞。"
	clue := b.accept(f)
	address := b.served()

	supervisor := b.operatorAt(address, "supervisor", "/")
	supervisor.Submit("nav-supervise")
	supervisor.Submit("tab-arbitration")
	supervisor.Submit("open-RX0001")
	supervisor.Unfold("arbitrate")
	supervisor.Choose("arbitrate-lead", "yunfu")
	supervisor.Write("arbitrate-basis", "三定规定明确由运服中心负责")
	supervisor.Submit("do-arbitrate")
	b.until(dispute, ticket.Dispatched)
	supervisor.Open("/supervision?tab=requests")
	supervisor.Submit("open-RX0002")
	supervisor.Unfold("grant_extension")
	supervisor.Submit("do-grant_extension")
	supervisor.UntilText("notice", "已完成：同意延期")
	supervisor.Open("/tickets/" + string(slow))
	supervisor.Unfold("urge")
	supervisor.Write("urge-reason", "请抓紧")
	supervisor.Submit("do-urge")
	supervisor.UntilText("notice", "已完成：催办")
	if got := b.ticket(slow); !got.Extended || got.Urged != 1 {
		t.Errorf("extended %v, urged %d", got.Extended, got.Urged)
	}

	inspector := b.operatorAt(address, "discipline", "/")
	inspector.UntilText("card-clues", "1")
	inspector.Submit("nav-shield")
	inspector.Submit("open-RX0003")
	inspector.Unfold("hand_over")
	inspector.Write("hand_over-receipt", "纪收〔2026〕1号")
	inspector.Submit("do-hand_over")
	b.until(clue, ticket.HandedOver)
	inspector.Open("/tickets/" + string(clue))
	inspector.Click("open-reveal")
	inspector.Write("reveal-reason", "联系举报人核实")
	inspector.Click("reveal")
	inspector.UntilText("caller", "13900001234")

	auditor := b.operatorAt(address, "auditor", "/")
	auditor.UntilText("card-reveals", "1")
	auditor.Submit("nav-audit")
	page := browse.Find[string](auditor, `document.querySelector('main').innerText`)
	for _, want := range []string{"梁纪检", "查看来电人信息", string(clue), "联系举报人核实"} {
		if !strings.Contains(page, want) {
			t.Errorf("the auditor does not see %q:\n%s", want, page)
		}
	}
	auditor.Open("/tickets/" + string(clue))
	if text := browse.Find[string](auditor, `document.body.innerText`); strings.Contains(text, "红包") {
		t.Error("the auditor reads a clue")
	}
}

// TestAPageOutlivesARestartOfTheService writes half a reply, has the service
// stopped and started, and sends it; the live figures come back by themselves.
func TestAPageOutlivesARestartOfTheService(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("unit", id, ticket.StepSign)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.check(err)
	serve := func(l net.Listener) (stop func()) {
		server, done := b.server, make(chan error, 1)
		go func() { done <- server.Serve(l) }()
		return func() { b.check(errors.Join(server.Shutdown(context.Background()), <-done)) }
	}
	stop := serve(l)
	address := l.Addr().String()
	operator := b.operatorAt("http://"+address, "operator", "/me")
	unit := b.operatorAt("http://"+address, "unit", "/tickets/"+string(id))
	unit.Unfold("contact")
	unit.Click("contact-way-phone")
	unit.Write("contact-outcome", "通话到一半，服务重启了")
	stop()
	b.server = must(New(b.server.Options))
	for range 100 { // the port is given back in a moment
		if l, err = net.Listen("tcp", address); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.check(err)
	t.Cleanup(serve(l))
	unit.Submit("do-contact")
	unit.UntilText("notice", "已完成：首次联系")
	b.waiting(2)
	operator.UntilText("nav-queue", "1")
}
