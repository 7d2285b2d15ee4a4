package matter

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestAMatterIsKnownAgainInAnotherMonthByItsKey(t *testing.T) {
	month := func(n int) []Profile {
		docs := crowd(append(append(times(n, "D03", "l3路", passing...), times(9, "D03", "l5路", passing...)...), times(8, "D02", "l3路", hot...)...))
		corpus := New(docs, DefaultOptions())
		var out []Profile
		for _, g := range corpus.Find() {
			if len(g) >= 5 {
				out = append(out, corpus.Profile(g))
			}
		}
		return out
	}
	first, later := month(20), month(12)
	key := first[0].Key()
	p, err := ParseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(key, p.Key()); diff != "" {
		t.Errorf("the key does not read as it is written:\n%s", diff)
	}
	m := p.Find(len(later), func(i int) Profile { return later[i] }, DefaultOptions().Merge)
	if m.At < 0 || m.Doubtful || later[m.At].Anchors[0].Name != "3路" {
		t.Fatalf("%+v of %+v", m, later)
	}
	if first[0].Title(Any) != later[m.At].Title(Any) {
		t.Errorf("%s was taken for %s", first[0].Title(Any), later[m.At].Title(Any))
	}
	other := Profile{Cats: p.Cats, Words: p.Words, Anchors: []Named{{Kind: ticket.EntityLine, Name: "99路", Share: 1}}}
	if m := other.Find(len(later), func(i int) Profile { return later[i] }, DefaultOptions().Merge); m.At >= 0 {
		t.Errorf("another line was matched: %+v", m)
	}
}

func TestAMatchThatTwoMattersCouldBeIsDoubtful(t *testing.T) {
	p := Profile{Cats: []Named{{Name: "D03", Share: 1}}, Words: []Weight{{Word: "甩站", Weight: 2}, {Word: "司机", Weight: 1}}}
	near := Profile{Cats: p.Cats, Words: []Weight{{Word: "甩站", Weight: 2}, {Word: "司机", Weight: 1}}}
	list := []Profile{near, {Cats: p.Cats, Words: []Weight{{Word: "甩站", Weight: 2}, {Word: "司机", Weight: 0.9}}}}
	if m := p.Find(2, func(i int) Profile { return list[i] }, 0.3); m.At != 0 || !m.Doubtful {
		t.Errorf("%+v", m)
	}
	if m := p.Find(1, func(i int) Profile { return list[i] }, 0.3); m.Doubtful {
		t.Errorf("the only one is no doubt: %+v", m)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("C01；station=高铁东站；拒载3.2、短途2.1")
	f.Add("；；")
	f.Fuzz(func(t *testing.T, key string) {
		p, err := ParseKey(key)
		if err != nil {
			return
		}
		if again, err := ParseKey(p.Key()); err != nil || again.Key() != p.Key() {
			t.Errorf("%q reads as %q, then %v", key, p.Key(), err)
		}
	})
}
