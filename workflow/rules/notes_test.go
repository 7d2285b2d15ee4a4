package rules

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

// edited is the default policy with one file changed.
func edited(t *testing.T, file string, change func(line string) string) *Policy {
	t.Helper()
	folder := fstest.MapFS{}
	names, err := fs.Glob(tables.Default(), "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(tables.Default(), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			var kept strings.Builder
			for line := range strings.Lines(string(text)) {
				kept.WriteString(change(line))
			}
			text = []byte(kept.String())
		}
		folder[name] = &fstest.MapFile{Data: text}
	}
	p, err := Load(folder, ruletest.Categories(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAKeeperIsRemindedOfWhatAPolicyLacks(t *testing.T) {
	same := func(line string) string { return line }
	without := func(year string) func(string) string {
		return func(line string) string {
			if strings.HasPrefix(line, year) {
				return ""
			}
			return line
		}
	}
	drawn := func(line string) string {
		return strings.Replace(line, "A*,,,逐件,100%,3,1", "A*,,,抽取,10%,3,1", 1)
	}
	for _, c := range []struct {
		claim, file string
		change      func(string) string
		today       ticket.Date
		want        []string
	}{
		{"the default policy lacks nothing", "calendar.csv", same, "2026-11-22", nil},
		{"a year in between", "calendar.csv", without("2024"), "2026-11-22", []string{"calendar.csv:缺少 2024 年"}},
		{"this year", "calendar.csv", without("2026"), "2026-11-22", []string{"calendar.csv:缺少 2026 年"}},
		{"the next year, when it is announced", "calendar.csv", same, "2026-12-01", []string{"calendar.csv:缺少 2027 年"}},
		{"enforcement that is only drawn", "callback.csv", drawn, "2026-11-22", []string{"callback.csv:按这一行，执法类的"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			notes := edited(t, c.file, c.change).Notes(c.today)
			if len(notes) != len(c.want) {
				t.Fatalf("%+v", notes)
			}
			for i, n := range notes {
				if got := fmt.Sprintf("%s:%s", n.File, n.Text); !strings.HasPrefix(got, c.want[i]) {
					t.Errorf("%s, want %s", got, c.want[i])
				}
			}
		})
	}
}
