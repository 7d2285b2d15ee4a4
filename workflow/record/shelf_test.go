package record

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatIsPutOnTheShelfComesDownAsItWas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(rt, "body")
		events := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 12).Draw(rt, "events")
		progress := rapid.SliceOf(rapid.Byte()).Draw(rt, "progress")
		gotProgress, gotBody, gotEvents, err := Unshelve(Shelve(progress, body, events))
		if err != nil || !bytes.Equal(progress, gotProgress) || !bytes.Equal(body, gotBody) || len(events) != len(gotEvents) {
			rt.Fatalf("%v: %d bytes of %d, %d events of %d", err, len(gotBody), len(body), len(gotEvents), len(events))
		}
		for i := range events {
			if !bytes.Equal(events[i], gotEvents[i]) {
				rt.Fatalf("event %d is another", i)
			}
		}
	})
}

func FuzzUnshelve(f *testing.F) {
	f.Add(Shelve([]byte("progress"), []byte("body"), [][]byte{[]byte("event")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if progress, body, events, err := Unshelve(b); err == nil {
			_, again, more, err := Unshelve(Shelve(progress, body, events))
			if err != nil || !bytes.Equal(body, again) || len(events) != len(more) {
				t.Fatalf("read once, but not twice: %v", err)
			}
		}
	})
}
