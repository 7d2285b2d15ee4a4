package sample

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func several(seed uint64, n int) []Complaint {
	m := New(seed)
	at := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	var list []Complaint
	for i := range n {
		list = append(list, m.Complaint(at.Add(time.Duration(i)*time.Minute)))
	}
	return list
}

func TestTheSameSeedMakesTheSameComplaints(t *testing.T) {
	if diff := cmp.Diff(several(7, 200), several(7, 200)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(several(7, 5), several(8, 5)) {
		t.Error("two seeds make the same complaints")
	}
}

func TestComplaintsAreCompleteAndVaried(t *testing.T) {
	numbers, texts, categories := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range several(1, 5000) {
		if strings.ContainsAny(c.Title+c.Content, "{}") {
			t.Errorf("a word was not filled: %s", c.Content)
		}
		if c.Title == "" || c.Content == "" || c.Caller.Name == "" || c.County == "" {
			t.Errorf("incomplete: %+v", c)
		}
		if numbers[c.Channel+c.SourceNo] {
			t.Errorf("number twice: %s", c.SourceNo)
		}
		numbers[c.Channel+c.SourceNo] = true
		texts[c.Content] = true
		categories[c.Category] = true
	}
	if len(texts) < 4500 {
		t.Errorf("only %d texts of 5000 differ", len(texts))
	}
	for _, mt := range matters() {
		if !categories[mt.category] {
			t.Errorf("no complaint of %s", mt.category)
		}
	}
}
