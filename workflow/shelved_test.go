package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/dict"
	"github.com/klauspost/compress/zstd"

	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/workflow/record"
)

// train makes the dictionary anew. It was used once: a store that was written
// with one dictionary cannot be read with another.
var train = flag.Bool("train", false, "make shelf.dict")

const shelfDictionarySum = "19f79c23c79167a6d36cd7afe6206feaac86e3180ade4beeade030b484ad9c02"

func TestTheShelfDictionaryIsTheOneThatStoresWereWrittenWith(t *testing.T) {
	if *train {
		trainShelf(t)
	}
	raw, err := os.ReadFile("record/shelf.dict")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != shelfDictionarySum {
		t.Errorf("shelf.dict is another, with sum %x: what is on the shelf can no longer be read", sum)
	}
}

// trainShelf learns how finished tickets read from made-up ones.
func trainShelf(t *testing.T) {
	b := newBureau(t)
	maker := sample.New(20260902)
	var texts [][]byte
	for n := range 1500 {
		c := maker.Complaint(b.now)
		o := complaint(n)
		o.Ticket.Title, o.Ticket.Content, o.Ticket.Place, o.Ticket.County, o.Ticket.Subject = c.Title, c.Content, c.Place, c.County, c.Subject
		o.Ticket.Verdict.Category, o.Ticket.Verdict.Entities, o.Ticket.Verdict.Hits = c.Category, nil, nil
		o.Ticket.CallerKey = fmt.Sprintf("%016x", sha256.Sum256([]byte(c.Caller.Phone)))[:16]
		sum := sha256.Sum256(fmt.Append(nil, n))
		o.Request = uuid(sum[:16])
		id := b.open(o)[0].ID
		s, err := b.store.load(b.ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			actor ticket.Actor
			step  ticket.Step
			to    ticket.State
		}{
			{annOperator, ticket.StepDispatch, ticket.Dispatched}, {caoUnit, ticket.StepSign, ticket.Handling}, {caoUnit, ticket.StepContact, ticket.Handling},
			{caoUnit, ticket.StepReply, ticket.Replied}, {benOperator, ticket.StepApproveReply, ticket.Callback}, {annOperator, ticket.StepCallback, ticket.Callback},
			{annOperator, ticket.StepRecordCallback, ticket.Closed},
		} {
			b.now = b.now.Add(time.Duration(n%97) * time.Minute)
			sum := sha256.Sum256(fmt.Append(nil, n, step.step))
			s, err = b.store.extend(b.desk.Policy(), s, []ticket.Event{{
				Seq: s.Version + 1, At: instant(b.now), Step: step.step, From: s.State, To: step.to, Actor: step.actor.ID, Name: step.actor.Name,
				Role: step.actor.Roles[0], Unit: step.actor.Unit, Request: uuid(sum[:16]), Fields: b.given(step.step),
			}})
			if err != nil {
				t.Fatal(err)
			}
		}
		texts = append(texts, record.Row(s.progress, s.body, s.history))
	}
	raw, err := dict.BuildZstdDict(texts, dict.Options{MaxDictSize: 24 << 10, HashBytes: 6, ZstdDictID: record.ShelfFormat, ZstdLevel: zstd.SpeedBestCompression})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("record/shelf.dict", raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func uuid(raw []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:16])
}

func TestAFinishedTicketLiesOnTheShelfUntilItIsTakenUp(t *testing.T) {
	b := newBureau(t)
	id := b.receive(func(o *Opening) {
		o.Ticket.Content = strings.Repeat("在长途汽车站出站口打车，司机拒载。", 12)
	})
	b.does(annOperator, id, ticket.StepDispatch)
	b.does(caoUnit, id, ticket.StepSign)
	b.does(caoUnit, id, ticket.StepReply)
	b.does(benOperator, id, ticket.StepApproveReply)
	open := b.get(id)
	b.does(annOperator, id, ticket.StepRecordCallback)
	raw := b.raw(id)
	if raw[shelfField] == "" || raw[bodyField] != "" || raw[eventField(1)] != "" {
		t.Fatalf("not on the shelf: %d fields", len(raw))
	}
	closed := b.get(id)
	if diff := cmp.Diff(open.Events, closed.Events[:len(open.Events)]); diff != "" {
		t.Errorf("the shelf changed the history:\n%s", diff)
	}
	b.does(jiangLeader, id, ticket.StepNote)
	if again := b.raw(id); again[shelfField] == "" || len(again) != len(raw) {
		t.Errorf("a note took it down: %d fields", len(again))
	}
	b.does(guanWatch, id, ticket.StepRedo)
	if up := b.raw(id); up[shelfField] != "" || up[bodyField] == "" || up[eventField(8)] == "" {
		t.Errorf("taken up again, but still on the shelf: %d fields", len(up))
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}
