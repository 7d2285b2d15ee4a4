package aof

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func encode(words ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	return b.String()
}

func TestOnlyAnEndWithoutWholeRecordsBehindDamageIsTorn(t *testing.T) {
	set, multi, exec := encode("SET", "k", "值"), encode("MULTI"), encode("EXEC")
	cases := []struct {
		name, rest string
		want       bool
	}{
		{"nothing", "", true},
		{"zeros", strings.Repeat("\x00", 4096), true},
		{"a piece of a record", set[:len(set)-4], true},
		{"a piece of a record and zeros", set[:9] + strings.Repeat("\x00", 100), true},
		{"a transaction without its end", multi + set + set, true},
		{"a transaction without its end, torn", multi + set + set[:5] + "\x00\x00", true},
		{"a complete transaction", multi + set + exec, false},
		{"zeros between records", "\x00\x00\x00\x00\r\n" + set, false},
		{"a length that is wrong", strings.Replace(set, "$3", "$300", 1) + set, false},
		{"text that looks like a record, torn", encode("SET", "k", "x\r\n*1\r\ny")[:20], true},
	}
	for _, c := range cases {
		if got := Torn([]byte(c.rest)); got != c.want {
			t.Errorf("%s: Torn = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAnyCutOfOneRecordIsTorn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[^\r\n]{0,30}`), 1, 6).Draw(t, "words")
		record := encode(words...)
		cut := rapid.IntRange(0, len(record)-1).Draw(t, "cut")
		zeros := rapid.IntRange(0, 50).Draw(t, "zeros")
		if !Torn([]byte(record[:cut] + strings.Repeat("\x00", zeros))) {
			t.Fatal("a cut record does not count as torn")
		}
	})
}

func FuzzTorn(f *testing.F) {
	f.Add([]byte(encode("SET", "a", "b")))
	f.Add([]byte("*99999999\r\n$-1\r\n"))
	f.Fuzz(func(_ *testing.T, rest []byte) { Torn(rest) })
}
