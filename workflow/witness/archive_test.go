package witness

import (
	"testing"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/archive"
)

// TestATicketThatLeftForTheArchiveIsNotMissed lets one ticket leave the store
// as it should, and another one vanish.
func TestATicketThatLeftForTheArchiveIsNotMissed(t *testing.T) {
	b := newBureau(t)
	files := archive.In(t.TempDir())
	b.reopen(files)
	kept, gone, open := b.finished(), b.finished(), b.receive()
	b.root()
	b.now = b.now.AddDate(0, 2, 0)
	done, err := b.witness.Store.Archive(b.ctx, ticket.MonthOf(b.now))
	if err != nil || done.Tickets != 2 {
		t.Fatalf("archived %+v, %v", done, err)
	}
	b.sound()
	b.root()
	b.sound()
	b.rdb.Del(b.ctx, b.key(gone))
	b.reopen(files)
	breaches, _ := b.check()
	if !names(breaches, gone) || names(breaches, kept) || names(breaches, open) {
		t.Errorf("the roots miss %v", breaches)
	}
}

func (b *bureau) reopen(files *archive.Folder) {
	b.t.Helper()
	store, err := workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{Archive: files})
	if err != nil {
		b.t.Fatal(err)
	}
	b.desk, b.witness.Store = workflow.NewDesk(store, b.policy), store
}

// finished is a ticket that nobody works on any more.
func (b *bureau) finished() ticket.ID {
	b.t.Helper()
	b.made++
	opened, err := b.desk.Receive(b.ctx, b.now, []workflow.Opening{{Actor: operator, Ticket: ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: "DONE" + string(rune('0'+b.made)), Title: "有人拉客", Content: "火车站门口有黑车拉客。",
		Verdict: ticket.Verdict{Category: "B01", Kind: ticket.Complaint},
	}}})
	if err != nil || opened[0].Err != nil {
		b.t.Fatalf("receive: %v %v", err, opened[0].Err)
	}
	b.take(operator, opened[0].ID, ticket.StepReject, map[string]string{"ground": "J01", "reason": "已起诉", "legal_path": "请等判决"})
	return opened[0].ID
}
