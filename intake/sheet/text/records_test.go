package text

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func readAll(t testing.TB, in string, sep rune) []Record {
	t.Helper()
	r := NewReader(strings.NewReader(in), sep)
	var all []Record
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		sep  rune
		want []Record
	}{
		"quoted fields keep separators, quotes and line ends": {"1,\"甲,乙\",\"他说\"\"好\"\"\n走了\"\n2,b,c\n", ',', []Record{
			{Line: 1, Row: 1, Fields: []string{"1", "甲,乙", "他说\"好\"\n走了"}}, {Line: 3, Row: 2, Fields: []string{"2", "b", "c"}}}},
		"a quote within a bare field is a letter":     {"1,3\"宽\n", ',', []Record{{Line: 1, Row: 1, Fields: []string{"1", "3\"宽"}}}},
		"text behind a closing quote is kept":         {"\"甲\"乙,2\n", ',', []Record{{Line: 1, Row: 1, Fields: []string{"甲乙", "2"}}}},
		"the Chinese comma separates where it should": {"编号，内容\n1，\"甲，乙\"\n", '，', []Record{{Line: 1, Row: 1, Fields: []string{"编号", "内容"}}, {Line: 2, Row: 2, Fields: []string{"1", "甲，乙"}}}},
		"the last line needs no end":                  {"a,b", ',', []Record{{Line: 1, Row: 1, Fields: []string{"a", "b"}}}},
		"carriage returns end lines too":              {"a,b\r\nc,\r\n", ',', []Record{{Line: 1, Row: 1, Fields: []string{"a", "b"}}, {Line: 2, Row: 2, Fields: []string{"c", ""}}}},
		"a quote without end costs one line only": {"1,\"坏了\n2,好\n3,好\n", ',', []Record{
			{Line: 1, Row: 1, Fields: []string{"1", "\"坏了"}, OpenQuote: true}, {Line: 2, Row: 2, Fields: []string{"2", "好"}}, {Line: 3, Row: 3, Fields: []string{"3", "好"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readAll(t, c.in, c.sep)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefusesALineWithoutEnd(t *testing.T) {
	r := NewReader(strings.NewReader(strings.Repeat("长", 5*maxRecord/3)), ',')
	if _, err := r.Read(); !errors.Is(err, ErrLine) {
		t.Errorf("got %v", err)
	}
}

// What the standard library writes is read back as it was.
func TestReadIsTheInverseOfTheStandardWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a中，"'\n,; \t]{0,6}`), 2, 4), 1, 5).Draw(t, "table")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		r := NewReader(&b, ',')
		for _, want := range table {
			record, err := r.Read()
			if err != nil || !slices.Equal(record.Fields, want) {
				t.Fatalf("got %q (%v), want %q", record.Fields, err, want)
			}
		}
	})
}

func TestSeparator(t *testing.T) {
	for name, c := range map[string]struct {
		sample string
		want   rune
	}{
		"comma":                            {"编号,内容\n1,路很烂\n2,公交不来；等了很久\n", ','},
		"tab, with commas in the text":     {"编号\t标题\t内容\n1\t公交\t等了,很久,很久\n2\t路\t坏了,没人修\n", '\t'},
		"semicolon":                        {"编号;内容\n1;你好，我要投诉\n2;你好，请问，谢谢\n", ';'},
		"the Chinese comma":                {"编号，标题，内容\n1，公交，太慢\n2，出租车，拒载\n", '，'},
		"comma, when the Chinese one":      {"编号,内容\n1,你好，我要投诉\n2,你好，师傅\n3,师傅，您好\n", ','},
		"bar":                              {"编号|内容\n1|路烂\n", '|'},
		"comma for a table of one column":  {"内容\n路烂\n公交不来\n", ','},
		"quoted line ends are no records":  {"编号\t内容\n1\t\"甲\n乙,丙\n丁,戊\"\n2\t\"甲\n乙,丙\"\n", '\t'},
		"a title line above does not mind": {"2026年4月工单\n编号,标题,内容\n1,a,b\n2,c,d\n", ','},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Separator(c.sample); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a,\"b\n\"\"c\",d\n\"x", ",")
	f.Add("1，\"甲，乙\"\n", "，")
	f.Fuzz(func(t *testing.T, in, sep string) {
		runes := []rune(sep)
		if len(runes) != 1 || runes[0] == '"' || runes[0] == '\n' || runes[0] == '\r' {
			return
		}
		last := 0
		for _, record := range readAll(t, in, runes[0]) {
			if len(record.Fields) == 0 || record.Line <= last {
				t.Fatalf("record %+v after line %d", record, last)
			}
			last = record.Line
		}
		_ = Separator(in)
	})
}
