package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

func sure(o *Opening) { o.Ticket.Verdict.Auto = true }

func (b *bureau) open(openings ...Opening) []Opened {
	b.t.Helper()
	opened, err := b.desk.Receive(b.ctx, b.now, openings)
	if err != nil {
		b.t.Fatalf("receive: %v %s", err, refusal.Cause(err))
	}
	return opened
}

func TestATicketIsStoredAsItWasReceived(t *testing.T) {
	b := newBureau(t)
	o := complaint(1)
	o.Ticket.CalledAt = b.now.Add(-90 * 60e9)
	o.Ticket.Extra = map[string]string{"坐席": "12", "note": "yes"}
	o.Ticket.Subject, o.Ticket.Sample = "某出租公司", true
	id := b.open(o)[0].ID
	got := b.get(id)
	want := o.Ticket
	want.ID, want.ReceivedAt, want.CalledAt = id, instant(o.Ticket.CalledAt), instant(o.Ticket.CalledAt)
	want.SealSum = record.SealSum(want.Sealed)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(ticket.Ticket{}, "Progress", "Events"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if got.State != ticket.Received || got.Category != "C01" || got.Kind != ticket.Complaint || got.Version != 1 {
		t.Errorf("progress %+v", got.Progress)
	}
}

func TestATicketCountsWhenItWasToldButNeverAheadOfItsReceipt(t *testing.T) {
	b := newBureau(t)
	cases := []struct {
		name         string
		called, want time.Time
	}{
		{"told last month", b.now.AddDate(0, -1, 0), b.now.AddDate(0, -1, 0)},
		{"told at an unknown time", time.Time{}, b.now},
		{"told, by a clock that is ahead, tomorrow", b.now.Add(20 * time.Hour), b.now},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := complaint(100 + i)
			o.Ticket.CalledAt = c.called
			got := b.get(b.open(o)[0].ID)
			if !got.ReceivedAt.Equal(instant(c.want)) {
				t.Errorf("received %s, want %s", got.ReceivedAt, c.want)
			}
			if first := got.Events[0].At; !first.Equal(instant(b.now)) {
				t.Errorf("its history begins at %s, not at its receipt here", first)
			}
		})
	}
}

func TestTheSameSourceNumberIsTheSameTicket(t *testing.T) {
	b := newBureau(t)
	first := b.open(complaint(1))[0]
	b.does(annOperator, first.ID, ticket.StepDispatch)
	before := b.everything()
	again := complaint(1)
	again.Ticket.Content, again.Request = "换了一种说法", "another request"
	got := b.open(again, again)
	for _, o := range got {
		if o.ID != first.ID || !o.Existing || o.Dispatched {
			t.Errorf("received again: %+v", o)
		}
	}
	if diff := cmp.Diff(before, b.everything()); diff != "" {
		t.Error("receiving it again changed the store")
	}
	elsewhere := complaint(1)
	elsewhere.Ticket.Channel = ticket.Channel12328
	if o := b.open(elsewhere)[0]; o.Existing || o.ID == first.ID {
		t.Errorf("the same number of another channel is another ticket: %+v", o)
	}
}

func TestTheSameNumberTwiceInOneBatchIsOneTicket(t *testing.T) {
	b := newBureau(t)
	o, twin := complaint(1), complaint(1)
	twin.Request = "open-1-again"
	got := b.open(o, twin)
	if got[0].Existing || !got[1].Existing || got[0].ID != got[1].ID {
		t.Errorf("%+v", got)
	}
}

// TestACollisionOfIDsIsSurvived plants another source number under the ID that
// a new one will get.
func TestACollisionOfIDsIsSurvived(t *testing.T) {
	b := newBureau(t)
	wanted := ticket.NewID(ticket.Channel12345, "GD1", 0)
	other := b.open(complaint(2))[0].ID
	raw := b.raw(other)
	b.rdb.HSet(b.ctx, ticketKey(b.store.partition(wanted), wanted), raw)
	got := b.open(complaint(1), complaint(3))
	if got[0].Err != nil || got[0].ID != ticket.NewID(ticket.Channel12345, "GD1", 1) || got[1].Err != nil {
		t.Fatalf("%+v", got)
	}
	b.now = b.now.Add(time.Second)
	if again := b.open(complaint(1))[0]; !again.Existing || again.ID != got[0].ID {
		t.Errorf("received again: %+v", again)
	}
	if found, err := b.store.Find(b.ctx, ticket.Channel12345, "GD1"); err != nil || found != got[0].ID {
		t.Errorf("found by its number: %s, %v", found, err)
	}
}

func TestASureVerdictIsDispatchedInTheSameInstant(t *testing.T) {
	cases := []struct {
		name       string
		change     func(*Opening)
		dispatched bool
	}{
		{"a sure verdict", sure, true},
		{"an unsure one waits for a person", func(o *Opening) {}, false},
		{"without a lead it waits", func(o *Opening) { sure(o); o.Ticket.Verdict.Lead = "" }, false},
		{"to an unknown unit it waits", func(o *Opening) { sure(o); o.Ticket.Verdict.Lead = "nobody" }, false},
		{"an external unit is a person's decision", func(o *Opening) { sure(o); o.Ticket.Verdict.Lead = "waibu-jiaojing" }, false},
		{"a clue waits for discipline", func(o *Opening) { sure(o); o.Ticket.Verdict.Clue = true }, false},
		{"a clue category, too", func(o *Opening) { sure(o); o.Ticket.Verdict.Category = "A06" }, false},
		{"a confidential one never goes to the accused", func(o *Opening) {
			sure(o)
			o.Ticket.Confidential, o.Ticket.Subject = true, "执法支队"
		}, false},
		{"a form that says another category waits", func(o *Opening) { sure(o); o.Ticket.Category = "C02" }, false},
	}
	b := newBureau(t)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := complaint(100 + i)
			c.change(&o)
			got := b.open(o)[0]
			read := b.get(got.ID)
			if got.Dispatched != c.dispatched || (read.State == ticket.Dispatched) != c.dispatched {
				t.Fatalf("dispatched %v, state %s", got.Dispatched, read.State)
			}
			if e := read.Events[len(read.Events)-1]; c.dispatched && (e.Step != ticket.StepDispatch || e.Role != ticket.System || !read.Auto || read.Lead != "zhidui") {
				t.Errorf("the service's own dispatch: %+v", e)
			}
		})
	}
}

func TestWhatIsWrongWithAnOpening(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Opening)
		want   string
	}{
		{"no source number", func(o *Opening) { o.Ticket.SourceNo = " " }, "受理：来源编号不能为空"},
		{"no content", func(o *Opening) { o.Ticket.Content = "" }, "受理：内容不能为空"},
		{"content of a megabyte", func(o *Opening) { o.Ticket.Content = strings.Repeat("长", 400000) }, "受理：内容太长"},
		{"broken text", func(o *Opening) { o.Ticket.Title = "\xff\xfe" }, "受理：标题里有无法识别的字符"},
		{"no channel", func(o *Opening) { o.Ticket.Channel = "fax" }, "受理：没有这个渠道"},
		{"a penalty case", func(o *Opening) { o.Ticket.Channel = ticket.ChannelCase }, "受理：处罚案件只抽取回访，不作为工单受理"},
		{"a unit receives nothing", func(o *Opening) { o.Actor = caoUnit }, "“受理”由话务与分派办理"},
		{"a complaint answered on the phone", func(o *Opening) { o.Answer = "知道了" }, "投诉举报和执法类诉求不能即时答复办结，请分派承办单位"},
	}
	b := newBureau(t)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bad := complaint(2 * i)
			c.change(&bad)
			got := b.open(bad, complaint(2*i+1))
			var r *ticket.Refusal
			if !errors.As(got[0].Err, &r) || r.Message != c.want {
				t.Errorf("got %v, want %s", got[0].Err, c.want)
			}
			if got[1].Err != nil {
				t.Errorf("the next opening suffers for it: %v", got[1].Err)
			}
		})
	}
}

func TestAConsultationAnsweredOnThePhoneIsDone(t *testing.T) {
	b := newBureau(t)
	o := complaint(1)
	consult(&o)
	o.Answer = "六点到二十二点。"
	got := b.get(b.open(o)[0].ID)
	if got.State != ticket.Answered || got.Events[1].Fields["answer"] != o.Answer || got.Events[1].Actor != "an" {
		t.Errorf("%s by %s: %v", got.State, got.Events[1].Actor, got.Events[1].Fields)
	}
}

func TestABigBatchIsReceivedWhole(t *testing.T) {
	b := newBureau(t)
	var openings []Opening
	for i := range 3*receiveBatch + 7 {
		openings = append(openings, complaint(i))
	}
	opened := b.open(openings...)
	var ids []ticket.ID
	for _, o := range opened {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != len(openings) {
		t.Errorf("%d tickets of %d", n, len(openings))
	}
	facts, err := b.store.Facts(b.ctx, "2026-09")
	if err != nil || len(facts) != len(openings) {
		t.Errorf("%d facts, %v", len(facts), err)
	}
	if summary, breaches := b.fsck(); len(breaches) > 0 || summary.Tickets != len(openings) {
		t.Errorf("%+v %v", summary, breaches)
	}
	if err := b.rdb.ScriptFlush(b.ctx).Err(); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Second)
	for _, o := range b.open(openings...) {
		if !o.Existing || o.Err != nil {
			t.Fatalf("after the server forgot its scripts: %+v", o)
		}
	}
}
