package workflow

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
	"huiyin/workflow/archive"
)

// archiving is a bureau with tickets in all states that has an archive, looked
// at two months later.
func archiving(t *testing.T) (*bureau, map[ticket.State]ticket.ID, string) {
	t.Helper()
	b, dir := newBureau(t), t.TempDir()
	ids := b.busy()
	b.store.archive = archive.In(dir)
	b.now = b.now.AddDate(0, 2, 0)
	return b, ids, dir
}

func (b *bureau) archives() ArchiveResult {
	b.t.Helper()
	done, err := b.store.Archive(b.ctx, ticket.MonthOf(b.now))
	if err != nil {
		b.t.Fatal(err)
	}
	return done
}

func TestAnArchivedTicketIsReadListedAndCheckedAsBefore(t *testing.T) {
	b, ids, _ := archiving(t)
	before := map[ticket.ID]ticket.Ticket{}
	for _, id := range ids {
		before[id] = b.get(id)
	}
	facts, err := b.store.Facts(b.ctx, ticket.MonthOf(wednesday))
	if err != nil {
		t.Fatal(err)
	}
	heads, err := b.store.ChainHeads(b.ctx, []ticket.ID{ids[ticket.Closed]})
	if err != nil {
		t.Fatal(err)
	}
	done := b.archives()
	if done.Tickets < 4 || done.Files != 1 || done.Bytes == 0 {
		t.Fatalf("archived %+v", done)
	}
	raw := b.raw(ids[ticket.Closed])
	if raw[shelfField] != "" || raw[sealedField] != "" || raw[bodyField] != "" {
		t.Errorf("the store still keeps what is archived: %d fields", len(raw))
	}
	for _, state := range []ticket.State{ticket.Handling, ticket.HandedOver, ticket.Merged} {
		if b.raw(ids[state])[archiveField] != "" {
			t.Errorf("a ticket that is %s was archived", state.Name())
		}
	}
	for state, id := range ids {
		if diff := cmp.Diff(before[id], b.get(id)); diff != "" {
			t.Errorf("%s reads otherwise:\n%s", state.Name(), diff)
		}
	}
	after, err := b.store.Facts(b.ctx, ticket.MonthOf(wednesday))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(facts, after); diff != "" {
		t.Errorf("the reports' facts changed:\n%s", diff)
	}
	if again, err := b.store.ChainHeads(b.ctx, []ticket.ID{ids[ticket.Closed]}); err != nil || !cmp.Equal(heads, again) {
		t.Errorf("a witness sees another chain (%v)", err)
	}
	page, err := b.desk.List(b.ctx, b.now, guanWatch, Filter{States: []ticket.State{ticket.Closed}})
	if err != nil || len(page.Tickets) == 0 || page.Tickets[0].Content == "" {
		t.Errorf("%d closed tickets listed, %v", len(page.Tickets), err)
	}
	if summary, breaches := b.fsck(); len(breaches) > 0 || summary.Tickets < len(ids) {
		t.Error(summary.Tickets, breaches)
	}
	if again := b.archives(); again.Tickets != 0 || again.Files != 0 {
		t.Errorf("archived once more: %+v", again)
	}
}

func TestASourceNumberOfTheArchiveIsNotReceivedAgain(t *testing.T) {
	b, ids, _ := archiving(t)
	b.archives()
	known := b.get(ids[ticket.Closed])
	opened, err := b.desk.Receive(b.ctx, b.now, []Opening{{Ticket: ticket.Ticket{
		Channel: known.Channel, SourceNo: known.SourceNo, Title: "又来一次", Content: "公交车不到站", CalledAt: b.now, ReceivedAt: b.now,
	}, Actor: annOperator, Request: "again"}})
	if err != nil || opened[0].Err != nil || !opened[0].Existing || opened[0].ID != known.ID {
		t.Errorf("%+v, %v", opened, err)
	}
}

func TestAnArchivedTicketCanBeTakenUpAgainAndKeepsItsCaller(t *testing.T) {
	b, ids, _ := archiving(t)
	id := ids[ticket.Closed]
	before := b.get(id)
	b.archives()
	b.store.recent = recent{} // as on another instance
	noted := b.does(jiangLeader, id, ticket.StepNote)
	redone := b.does(guanWatch, id, ticket.StepRedo)
	if len(noted.Events) != len(before.Events)+1 || redone.State.Info().Type == ticket.Final {
		t.Errorf("after a note %d events, after a redo %s", len(noted.Events), redone.State.Name())
	}
	if got := b.get(id); string(got.Sealed) != string(before.Sealed) || len(got.Sealed) == 0 {
		t.Errorf("the caller's data reads %q, was %q", got.Sealed, before.Sealed)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}

func TestFsckNamesTicketsWhoseArchiveIsGoneOrChanged(t *testing.T) {
	b, ids, dir := archiving(t)
	done := b.archives()
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	ref, err := archive.ParseRef(b.raw(ids[ticket.Closed])[archiveField])
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(nil), whole...)
	changed[ref.Offset+7]++
	for name, damage := range map[string]func() error{
		"a changed byte": func() error { return os.WriteFile(files[0], changed, 0o600) },
		"a cut file":     func() error { return os.WriteFile(files[0], whole[:ref.Offset], 0o600) },
		"a file gone":    func() error { return os.Remove(files[0]) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		b.store.archive = archive.In(dir)
		_, breaches := b.fsck()
		found := 0
		for _, br := range breaches {
			if br.Kind == "archive" && br.Ticket != "" {
				found++
			}
		}
		if found == 0 || name == "a file gone" && found != done.Tickets {
			t.Errorf("%s: %d of %d tickets named: %v", name, found, done.Tickets, breaches)
		}
		if err := os.WriteFile(files[0], whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.store.archive = archive.In(dir)
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("put back, and still: %v", breaches)
	}
}
