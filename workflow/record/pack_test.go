package record

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

func TestEveryWordOfTheTableHasANumber(t *testing.T) {
	known := func(list *words, what, word string) {
		t.Helper()
		if _, ok := list.code[word]; !ok {
			t.Errorf("%s %q has no number", what, word)
		}
	}
	for _, s := range ticket.States {
		known(stateWords, "state", string(s.State))
		for _, c := range s.Clocks {
			known(clockWords, "clock", string(c))
		}
	}
	for i := range steps.Transitions {
		known(stepWords, "step", string(steps.Transitions[i].Step))
		for _, f := range steps.Transitions[i].Fields {
			known(fieldWords, "field", f.Name)
		}
	}
	for _, c := range ticket.Channels {
		known(channelWords, "channel", string(c))
	}
	for _, k := range ticket.Kinds {
		known(kindWords, "kind", string(k))
	}
	for _, r := range append(ticket.Roles, ticket.System) {
		known(roleWords, "role", string(r))
	}
	for name := range steps.Requests {
		known(pendingWords, "request", name)
		known(pendingWords, "request", steps.By(name))
	}
	if len(stateWords.list) > 16 || len(channelWords.list) > 8 || len(kindWords.list) > 8 {
		t.Error("a word does not fit a fact any more")
	}
}

func anyTime(rt *rapid.T, name string) time.Time {
	if rapid.Bool().Draw(rt, name+" unset") {
		return time.Time{}
	}
	return time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(rt, name)).UTC()
}

func anyEvent(rt *rapid.T) ticket.Event {
	return ticket.Event{
		At: anyTime(rt, "at"), Step: ticket.Step(rapid.SampledFrom(append([]string{"new step"}, stepWords.list...)).Draw(rt, "step")),
		From: ticket.State(rapid.SampledFrom(stateWords.list).Draw(rt, "from")), To: ticket.State(rapid.SampledFrom(append([]string{"new"}, stateWords.list...)).Draw(rt, "to")),
		Actor: rapid.String().Draw(rt, "actor"), Name: rapid.String().Draw(rt, "name"), Role: ticket.Operator, Unit: rapid.String().Draw(rt, "unit"),
		Request: rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
			rapid.StringMatching(`[0-9a-fA-F]{1,40}`)).Draw(rt, "request"),
		Asked:  rapid.Uint32Max(1<<askedBits-1).Draw(rt, "asked"),
		Fields: rapid.MapOf(rapid.OneOf(rapid.String(), rapid.SampledFrom(fieldWords.list)), rapid.OneOf(rapid.String(), rapid.SampledFrom(valueWords.list))).Draw(rt, "fields"),
	}
}

func TestAnEventReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := anyEvent(rt)
		b := PackEvent(&e)
		got, err := UnpackEvent(b)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(e, got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
		if again := PackEvent(&got); !bytes.Equal(b, again) {
			rt.Fatal("packed twice, two forms")
		}
	})
}

func TestProgressReadsAsItWasWritten(t *testing.T) {
	limits := []ticket.Limit{{}, {N: 5, Unit: ticket.LimitWorkdays}, {Unit: ticket.LimitNow}, {N: 30, Unit: ticket.LimitMinutes}}
	rapid.Check(t, func(rt *rapid.T) {
		flag := func(name string) bool { return rapid.Bool().Draw(rt, name) }
		tri := func(name string) ticket.Tri {
			return rapid.SampledFrom([]ticket.Tri{ticket.Unknown, ticket.Yes, ticket.No}).Draw(rt, name)
		}
		want := ticket.Ticket{ReceivedAt: time.UnixMilli(1.8e12).UTC(), County: "城东区", Progress: ticket.Progress{
			State: ticket.Handling, Kind: ticket.Help, Category: "B01", Lead: rapid.String().Draw(rt, "lead"), Co: []string{"yunfu", "临时"},
			Urgency: ticket.Critical, Supervision: ticket.SupervisionRed,
			Confidential: flag("confidential"), Auto: flag("auto"), Extended: flag("extended"), Final: flag("final"),
			Excluded: flag("excluded"), CallbackDue: flag("callback"), Mediated: flag("mediated"),
			Responded: tri("responded"), Solved: tri("solved"), Satisfied: tri("satisfied"), Substantiated: tri("substantiated"),
			DispatchedAt: anyTime(rt, "dispatched"), RepliedAt: anyTime(rt, "replied"), ClosedAt: anyTime(rt, "closed"),
			Bounces: 3, Redos: 2, Attempts: 7, Urged: 300, Pending: map[string]string{"extension": "5", "extension.by": "cao"},
			Dues: []ticket.Due{{
				Clock: ticket.ClockClose, From: anyTime(rt, "from"), Limit: rapid.SampledFrom(limits).Draw(rt, "limit"), Extra: rapid.SampledFrom(limits).Draw(rt, "extra"),
				At: anyTime(rt, "due"), MetAt: anyTime(rt, "met"), Paused: 36 * time.Hour, Guessed: flag("guessed"),
			}},
			Tasks: []ticket.Task{{Unit: "yunfu", Task: "核实", GivenAt: anyTime(rt, "given"), DoneAt: anyTime(rt, "done"), Reply: "好"}},
		}}
		if flag("merged") {
			want.Primary = ticket.NewID(ticket.Channel12345, "1", 0)
		}
		got := ticket.Ticket{ReceivedAt: want.ReceivedAt}
		if err := UnpackProgress(PackProgress(&want), &got); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// numbering is a dictionary that knows a few words.
type numbering map[string]uint64

func (n numbering) Of(word string) uint64 { return n[word] }

func (n numbering) Word(number uint64) (string, bool) {
	for word, have := range n {
		if have == number {
			return word, true
		}
	}
	return "", number == 0
}

func TestAFactReadsAsItWasWritten(t *testing.T) {
	codes := numbering{"zhidui": 1<<12 - 1, "城东区": 1<<12 - 2}
	rapid.Check(t, func(rt *rapid.T) {
		received := rapid.Int64Range(1.7e9, 1.9e9).Draw(rt, "received")
		later := func(name string) time.Time {
			if rapid.Bool().Draw(rt, name+" unset") {
				return time.Time{}
			}
			return time.Unix(received+rapid.Int64Range(0, 1e8).Draw(rt, name), 0).UTC()
		}
		small := func(name string) int { return rapid.IntRange(0, 15).Draw(rt, name) }
		want := ticket.Fact{
			ID: ticket.NewID(ticket.Channel12328, rapid.String().Draw(rt, "no"), 0), Channel: rapid.SampledFrom(ticket.Channels).Draw(rt, "channel"),
			Kind: rapid.SampledFrom(ticket.Kinds).Draw(rt, "kind"), Category: rapid.SampledFrom([]string{"", "A01", "M07", "Z99"}).Draw(rt, "category"),
			Lead: rapid.SampledFrom([]string{"", "zhidui"}).Draw(rt, "lead"), County: rapid.SampledFrom([]string{"", "城东区"}).Draw(rt, "county"),
			State: rapid.SampledFrom(ticket.States).Draw(rt, "state").State, CoUnits: small("co"), CallerKey: rapid.Uint32().Draw(rt, "caller"),
			ReceivedAt: time.Unix(received, 0).UTC(), CloseDue: later("due"), MetAt: later("met"), ClosedAt: later("closed"),
			WorkMinutes: rapid.IntRange(0, 65535).Draw(rt, "minutes"), Urgency: ticket.Urgent, Supervision: ticket.SupervisionYellow,
			Bounces: small("bounces"), Redos: small("redos"), Urged: small("urged"), Returned: rapid.Bool().Draw(rt, "returned"),
			Responded: ticket.Yes, Solved: ticket.No, Satisfied: ticket.Unknown, Substantiated: ticket.No,
		}
		for i, f := range factFlags(&want) {
			*f = rapid.Bool().Draw(rt, "flag "+string(rune('a'+i)))
		}
		secrecy := rapid.SampledFrom([]ticket.Secrecy{ticket.Visible, ticket.Clue, ticket.Secret}).Draw(rt, "secrecy")
		b := PackFact(codes, want, secrecy)
		got, gotSecrecy, unknown, err := UnpackFact(codes, b, ticket.MonthOf(want.ReceivedAt).Start())
		if err != nil || unknown || len(b) != FactSize || gotSecrecy != secrecy {
			rt.Fatalf("%v, unknown %v, %d bytes, secrecy %d", err, unknown, len(b), gotSecrecy)
		}
		if want.MetAt.Equal(want.CloseDue) || want.ClosedAt.Equal(want.CloseDue) {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestAFactKeepsOnTimeWithinOneSecond(t *testing.T) {
	codes := numbering{}
	received := time.UnixMilli(1788312600123).UTC()
	due := received.Add(time.Hour)
	for _, late := range []time.Duration{-400 * time.Millisecond, -time.Millisecond, 0, time.Millisecond, 400 * time.Millisecond} {
		f := ticket.Fact{ID: ticket.NewID("12345", "1", 0), State: ticket.Closed, ReceivedAt: received, CloseDue: due, MetAt: due.Add(late), ClosedAt: due.Add(time.Hour)}
		got, _, _, err := UnpackFact(codes, PackFact(codes, f, ticket.Visible), ticket.MonthOf(received).Start())
		if err != nil {
			t.Fatal(err)
		}
		want, _ := f.OnTime(due)
		if have, known := got.OnTime(due); !known || have != want {
			t.Errorf("%s after the limit: on time %v, want %v", late, have, want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	e := ticket.Event{At: epoch, Step: ticket.StepReply, From: ticket.Handling, To: ticket.Replied, Request: "ff", Fields: map[string]string{"facts": "事实"}}
	f.Add(PackEvent(&e))
	t := ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: "GD1", ReceivedAt: epoch.AddDate(6, 8, 1), CalledAt: epoch.AddDate(6, 8, 1),
		Title: "出租车司机拒载", Content: "在火车站东广场打车，车牌苏A12345。", County: "城东区", CallerKey: "00ff00ff00ff00ff",
		Verdict: ticket.Verdict{
			Category: "C01", Kind: ticket.Complaint, Confidence: 0.91, Lead: "zhidui", Co: []string{"yunfu"},
			Hits:     []ticket.Hit{{Keyword: "拒载", Category: "C01", Weight: 2.5, Start: 5, End: 7}},
			Entities: []ticket.Entity{{Kind: ticket.EntityPlate, Text: "苏A12345", Start: 19, End: 26}},
			Risks:    []ticket.Risk{{Name: "群体", Level: ticket.Urgent, Words: []string{"多次"}}},
		},
	}
	f.Add(PackBody(&t))
	t.Dues = []ticket.Due{{Clock: ticket.ClockClose, At: t.ReceivedAt}}
	f.Add(PackProgress(&t))
	f.Add(PackChange(ticket.Received, &t, 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := UnpackEvent(b); err == nil {
			if again, err := UnpackEvent(PackEvent(&e)); err != nil || !cmp.Equal(e, again, cmpopts.EquateEmpty()) {
				t.Fatalf("an event that was read is not read again: %v", err)
			}
		}
		var body, progress ticket.Ticket
		_ = UnpackBody(b, &body)
		_ = UnpackProgress(b, &progress)
		_, _ = UnpackChange(b)
	})
}

func TestADigestTellsRequestsApart(t *testing.T) {
	given := []map[string]string{
		nil, {"reason": "a"}, {"reason": "b"}, {"note": "a"}, {"reason": "a", "note": "b"}, {"reason": "b", "note": "a"}, {"reason": "anote", "b": ""}, {"reaso": "na"},
	}
	seen := map[uint32]map[string]string{}
	for _, fields := range given {
		sum := Asked(fields)
		if other, ok := seen[sum]; ok || sum == 0 || sum>>askedBits != 0 {
			t.Errorf("%v has digest %d, as has %v", fields, sum, other)
		}
		seen[sum] = fields
	}
	if Asked(map[string]string{"reason": "a", "note": ""}) != Asked(map[string]string{"reason": "a"}) {
		t.Error("an empty field makes another request")
	}
}
