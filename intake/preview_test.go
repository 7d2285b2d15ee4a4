package intake

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

const strange = "九月转来件,,,,\n编码,情况说明,谁,手机号码,备注栏\nA1,五路公交车甩站请处理，我的电话19900001111,苏小禾,19900002222,加急\nA2,路灯不亮,李大力,19900003333,\n"

func TestPreviewTellsHowColumnsAreUnderstood(t *testing.T) {
	l, _ := newLine(t)
	file := writeFile(t, "strange.csv", strange)
	p, err := l.Preview(file, ImportOptions{Channel: ticket.Channel12345})
	if err != nil {
		t.Fatal(err)
	}
	if p.Found || p.HeaderRow != 2 {
		t.Errorf("found %v in row %d", p.Found, p.HeaderRow)
	}
	got := map[string]string{}
	for _, c := range p.Columns {
		got[c.Header] = c.Field
	}
	if diff := cmp.Diff(map[string]string{"编码": "", "情况说明": "", "谁": "", "手机号码": "contact", "备注栏": ""}, got); diff != "" {
		t.Error(diff)
	}
	said := map[string]string{"编码": "ticket_no", "情况说明": "content", "谁": "caller_name", "手机号码": "caller_phone"}
	p, err = l.Preview(file, ImportOptions{Channel: ticket.Channel12345, Columns: said})
	if err != nil || !p.Found {
		t.Fatalf("%v, found %v", err, p.Found)
	}
	examples := map[string][]string{}
	for _, c := range p.Columns {
		examples[c.Header] = c.Examples
	}
	want := map[string][]string{
		"编码": {"A1", "A2"}, "情况说明": {"五路公交车甩站请处理，我的电话199****1111", "路灯不亮"},
		"谁": {"苏**", "李**"}, "手机号码": {"199****2222", "199****3333"}, "备注栏": {"加急"},
	}
	if diff := cmp.Diff(want, examples); diff != "" {
		t.Errorf("examples that tell no more than they should:\n%s", diff)
	}
}

func TestAColumnThatSomebodyNamesIsImported(t *testing.T) {
	l, store := newLine(t)
	file := writeFile(t, "strange.csv", strange)
	if _, err := l.Import(t.Context(), now, operator, file, ImportOptions{Channel: ticket.Channel12345}); !errors.Is(err, ticket.ErrInvalid) {
		t.Fatalf("without a word: %v", err)
	}
	said := map[string]string{"编码": "ticket_no", "情况说明": "content", "谁": "caller_name", "手机号码": ""}
	sum := importFile(t, l, file, ImportOptions{Channel: ticket.Channel12345, Columns: said})
	if sum.Accepted != 2 {
		t.Fatalf("%+v", sum)
	}
	got := stored(t, store, ticket.Channel12345, "A1")
	caller, err := l.Caller(&got)
	if err != nil || caller.Name != "苏小禾" || got.Extra["备注栏"] != "加急" || caller.Phone != "" {
		t.Errorf("%v %+v %v", err, caller, got.Extra)
	}
	if _, err := l.Import(t.Context(), now, operator, file, ImportOptions{Channel: ticket.Channel12345, Columns: map[string]string{"编码": "nothing"}}); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("a field that is none: %v", err)
	}
}
