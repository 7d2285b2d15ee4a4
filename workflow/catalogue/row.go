package catalogue

import (
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
)

// Flag is a fact beside the state by which tickets can be found.
type Flag uint32

// The flags.
const (
	Supervised Flag = 1 << iota
	Confidential
	Excluded
	Sample
	Auto      // dispatched by the service itself
	Extended  // its limit was extended
	Mediated  // settled by mediation
	Drawn     // is called back, or was
	Unreached // the caller could not be reached
	Risky     // risk words
	Returned  // a unit asked to return it
	Bounced   // a return was upheld
	Redone
	Urged
	Dissatisfied
	Unsolved
	Silent // the unit never contacted the caller
	Asking // a unit's request waits for a supervisor; its fact does not tell
	read   // its text is in the catalogue
)

// beside are the flags that no fact tells.
const beside = Asking | read

// FlagNames name the flags in addresses.
var FlagNames = map[string]Flag{
	"supervised": Supervised, "confidential": Confidential, "excluded": Excluded, "sample": Sample, "auto": Auto, "extended": Extended,
	"mediated": Mediated, "callback": Drawn, "unreached": Unreached, "risk": Risky, "returned": Returned, "bounced": Bounced,
	"redo": Redone, "urged": Urged, "dissatisfied": Dissatisfied, "unsolved": Unsolved, "silent": Silent, "asking": Asking,
}

func flagsOf(f *ticket.Fact) Flag {
	var flags Flag
	for _, c := range []struct {
		flag Flag
		set  bool
	}{
		{Supervised, f.Supervision != ticket.Unsupervised}, {Confidential, f.Confidential}, {Excluded, f.Excluded}, {Sample, f.Sample},
		{Auto, f.Auto}, {Extended, f.Extended}, {Mediated, f.Mediated}, {Drawn, f.CallbackDue || f.CalledBack}, {Unreached, f.Unreachable},
		{Risky, f.Risk}, {Returned, f.Returned}, {Bounced, f.Bounces > 0}, {Redone, f.Redos > 0}, {Urged, f.Urged > 0},
		{Dissatisfied, f.Satisfied == ticket.No}, {Unsolved, f.Solved == ticket.No}, {Silent, f.Replied && !f.Contacted},
	} {
		if c.set {
			flags |= c.flag
		}
	}
	return flags
}

// row is what lists and searches need of a ticket beside its text.
type row struct {
	id                                                    uint64
	received                                              int64 // Unix seconds
	caller                                                uint32
	flags                                                 Flag
	category, lead, county, state, channel, kind, urgency uint16
	secrecy                                               uint8
	co                                                    uint16 // units that help, as one word
}

// words numbers the few words that rows hold.
type words struct {
	number map[string]uint16
	word   []string
}

func (w *words) of(word string) uint16 {
	n, known := w.number[word]
	if !known {
		n = uint16(len(w.word))
		w.number[word], w.word = n, append(w.word, word)
	}
	return n
}

func (w *words) rowOf(f *ticket.Fact, secrecy ticket.Secrecy) row {
	return row{
		id: f.ID.Bits(), received: f.ReceivedAt.Unix(), caller: f.CallerKey, flags: flagsOf(f),
		category: w.of(f.Category), lead: w.of(f.Lead), county: w.of(f.County), state: w.of(string(f.State)),
		channel: w.of(string(f.Channel)), kind: w.of(string(f.Kind)), urgency: w.of(string(f.Urgency)),
		secrecy: uint8(secrecy),
	}
}

// between parts the units that help in one word.
const between = ";"

// tell writes what no fact tells.
func (w *words) tell(r *row, b *Beside) {
	if b == nil {
		return
	}
	r.flags &^= Asking
	if b.Asking {
		r.flags |= Asking
	}
	r.co = w.of(strings.Join(b.Co, between))
}

// Query says what is looked for. Zero values do not narrow, but of secrecy only
// the degrees named are found.
type Query struct {
	Secrecy    []ticket.Secrecy
	States     []ticket.State
	Unit       string                 // leads, or helps: code
	Helps      func(bits uint64) bool // asked instead while not all texts are read; nil: nobody helps
	Category   string
	Categories []string // any of these; nil: any at all
	County     string
	Channel    ticket.Channel
	Kind       ticket.Kind
	Urgency    ticket.Urgency
	From, To   time.Time // received, To exclusive
	With       Flag      // all of these
	Without    Flag      // none of these
	Caller     uint32    // ticket.CallerNumber of a fingerprint
	Words      []string  // all of these in the text
}

// test is a query in the numbers of the rows.
type test struct {
	secrecy                [4]bool
	states, categories, co oneOf
	equal                  []func(*row) bool
	from, to               int64
	with, without          Flag
	caller                 uint32
	lead                   uint16
	unit                   bool
	helps                  func(uint64) bool
}

// oneOf are words by number.
type oneOf []bool

func (o oneOf) add(w *words, word string) {
	if n, known := w.number[word]; known {
		o[n] = true
	}
}

// testOf makes a query ready; false when nothing can fit.
func (w *words) testOf(q *Query) (*test, bool) {
	t := &test{with: q.With, without: q.Without, caller: q.Caller, helps: q.Helps, from: -1 << 62, to: 1 << 62}
	for _, s := range q.Secrecy {
		t.secrecy[s&3] = true
	}
	possible := true
	number := func(word string) uint16 {
		n, known := w.number[word]
		possible = possible && known
		return n
	}
	exact := func(word string, of func(*row) uint16) {
		if word != "" {
			n := number(word)
			t.equal = append(t.equal, func(r *row) bool { return of(r) == n })
		}
	}
	exact(q.Category, func(r *row) uint16 { return r.category })
	exact(q.County, func(r *row) uint16 { return r.county })
	exact(string(q.Channel), func(r *row) uint16 { return r.channel })
	exact(string(q.Kind), func(r *row) uint16 { return r.kind })
	exact(string(q.Urgency), func(r *row) uint16 { return r.urgency })
	if len(q.States) > 0 {
		t.states = make(oneOf, len(w.word))
		for _, s := range q.States {
			t.states.add(w, string(s))
		}
	}
	if q.Categories != nil {
		t.categories = make(oneOf, len(w.word))
		for _, c := range q.Categories {
			t.categories.add(w, c)
		}
	}
	if q.Unit != "" {
		t.unit = true
		n, known := w.number[q.Unit]
		if !known {
			n = 1<<16 - 1 // it leads nothing, but may help
		}
		t.lead = n
		if t.helps == nil {
			t.co = make(oneOf, len(w.word))
			for n, word := range w.word {
				t.co[n] = slices.Contains(strings.Split(word, between), q.Unit)
			}
		}
	}
	if !q.From.IsZero() {
		t.from = q.From.Unix()
	}
	if !q.To.IsZero() {
		t.to = q.To.Unix()
	}
	return t, possible
}

func (t *test) fits(r *row) bool {
	if !t.secrecy[r.secrecy&3] || r.flags&t.with != t.with || r.flags&t.without != 0 || r.received < t.from || r.received >= t.to ||
		t.caller != 0 && r.caller != t.caller || t.states != nil && !t.states[r.state] || t.categories != nil && !t.categories[r.category] {
		return false
	}
	for _, is := range t.equal {
		if !is(r) {
			return false
		}
	}
	if t.unit && r.lead != t.lead {
		return t.co != nil && t.co[r.co] || t.helps != nil && t.helps(r.id)
	}
	return true
}
