package archive

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

func entry(n byte) Entry {
	t := &ticket.Ticket{ID: ticket.NewID(ticket.Channel12345, string('a'+rune(n)), 0), Channel: ticket.Channel12345, Title: "标题", ReceivedAt: time.Unix(1, 0)}
	return Entry{Ticket: t, Head: []byte{n}, Record: bytes.Repeat([]byte{n + 1}, 40), Sealed: []byte{n, n}}
}

func TestWhatIsWrittenIsReadByReference(t *testing.T) {
	f := In(t.TempDir())
	for _, n := range []byte{0, 1} { // two files of one month
		refs, err := f.Write("2026-01", []Entry{entry(n), entry(n + 10)})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []Entry{entry(n), entry(n + 10)} {
			ref, err := ParseRef(refs[i].String())
			if err != nil || ref != refs[i] {
				t.Fatalf("%q reads %+v, %v", refs[i], ref, err)
			}
			record, sealed, err := In(f.dir).Read(ref)
			if err != nil || !bytes.Equal(record, want.Record) || !bytes.Equal(sealed, want.Sealed) {
				t.Errorf("%v reads %v %v, %v", ref, record, sealed, err)
			}
		}
	}
}

func TestNoReferenceLeadsOutOfTheFolder(t *testing.T) {
	for _, text := range []string{"../../etc/passwd 1 1 1 0000000000000000", "/etc/passwd 1 1 1 0000000000000000", "a/b 1 1 1 0000000000000000"} {
		if ref, err := ParseRef(text); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q reads as %+v", text, ref)
		}
	}
}

func TestADamagedReferenceIsRefusedAndNeverPanics(t *testing.T) {
	f := In(t.TempDir())
	refs, err := f.Write("2026-01", []Entry{entry(0)})
	if err != nil {
		t.Fatal(err)
	}
	good := refs[0].String()
	rapid.Check(t, func(r *rapid.T) {
		raw := []byte(good)
		raw[rapid.IntRange(0, len(raw)-1).Draw(r, "at")] = rapid.Byte().Draw(r, "byte")
		if string(raw) == good {
			return
		}
		ref, err := ParseRef(string(raw))
		if err != nil || ref == refs[0] {
			return
		}
		if _, _, err := f.Read(ref); err == nil {
			r.Fatalf("%q reads as if it were %q", raw, good)
		}
	})
}
