package sample

import (
	"encoding/csv"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"huiyin/tables"
	"huiyin/ticket"
)

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

func several(seed uint64, n int) []Complaint {
	m := New(seed)
	var list []Complaint
	for i := range n {
		list = append(list, m.Complaint(october.Add(time.Duration(i)*10*time.Minute)))
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

func TestComplaintsAreComplete(t *testing.T) {
	numbers := map[string]bool{}
	for _, c := range several(1, 5000) {
		if strings.ContainsAny(c.Title+c.Content+c.Place, "{}[]") {
			t.Errorf("a word was not filled: %s %s", c.Title, c.Content)
		}
		if c.Title == "" || c.Content == "" || c.Caller.Name == "" || !ticket.IsPhone(c.Caller.Phone) || !ticket.Channel(c.Channel).Valid() {
			t.Errorf("incomplete: %+v", c)
		}
		if numbers[c.Channel+c.SourceNo] {
			t.Errorf("number twice: %s", c.SourceNo)
		}
		numbers[c.Channel+c.SourceNo] = true
	}
}

func TestComplaintsAreVaried(t *testing.T) {
	all := several(1, 10000)
	texts, callers, categories, groups := map[string]bool{}, map[string]int{}, map[string]int{}, map[string][]Complaint{}
	var lengths []int
	for _, c := range all {
		texts[c.Content] = true
		callers[c.Caller.Phone]++
		categories[c.Category]++
		lengths = append(lengths, utf8.RuneCountInString(c.Content))
		if c.Group != "" {
			groups[c.Group] = append(groups[c.Group], c)
		}
	}
	if len(texts) < 9700 {
		t.Errorf("only %d texts of 10000 differ", len(texts))
	}
	slices.Sort(lengths)
	if lengths[500] > 60 || lengths[9500] < 180 || lengths[9999] > 450 {
		t.Errorf("lengths: 5%% below %d, 5%% above %d, longest %d", lengths[500], lengths[9500], lengths[9999])
	}
	for _, mt := range matters() {
		if categories[mt.category] == 0 {
			t.Errorf("no complaint of %s", mt.category)
		}
	}
	if often := callers[slices.MaxFunc(all, func(a, b Complaint) int { return callers[a.Caller.Phone] - callers[b.Caller.Phone] }).Caller.Phone]; often < 20 {
		t.Errorf("nobody called more than %d times", often)
	}
	if len(groups) < 20 {
		t.Errorf("%d group events", len(groups))
	}
	for name, g := range groups {
		if slices.ContainsFunc(g, func(c Complaint) bool { return c.Category != g[0].Category || c.County != g[0].County }) {
			t.Errorf("group %s is not of one matter in one place", name)
		}
	}
}

func TestEveryCategoryAndPlaceIsOfTheDefaultPolicy(t *testing.T) {
	has := func(file string, column int) map[string]bool {
		raw, err := fs.ReadFile(tables.Default(), file)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(string(raw)))
		r.Comment, r.FieldsPerRecord = '#', -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, row := range rows[1:] {
			found[row[column]] = true
		}
		return found
	}
	categories, told := has("categories.csv", 0), map[string]bool{}
	for _, mt := range matters() {
		told[mt.category] = true
		if !categories[mt.category] {
			t.Errorf("there is no category %s", mt.category)
		}
		if len(mt.titles) == 0 || len(mt.events) < 2 || len(mt.asks) < 2 {
			t.Errorf("%s has too few sentences", mt.category)
		}
	}
	for code := range categories {
		if !told[code] {
			t.Errorf("no matter is of category %s", code)
		}
	}
	places := has("places.csv", 0)
	for _, c := range counties {
		for _, place := range slices.Concat(c.towns, c.roads, c.stations, c.tolls, c.quays) {
			if !places[place] {
				t.Errorf("places.csv does not know %s", place)
			}
		}
	}
}

// Matters have their season: taxis at the holidays, potholes in the rains.
func TestMattersHaveTheirSeason(t *testing.T) {
	count := func(category string, month time.Month) int {
		m, n := New(5), 0
		at := time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC)
		for i := range 4000 {
			if m.Complaint(at.Add(time.Duration(i)*10*time.Minute)).Category == category {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		category     string
		often, quiet time.Month
	}{{"I02", 7, 2}, {"L03", 1, 6}, {"C02", 2, 4}} {
		if often, quiet := count(c.category, c.often), count(c.category, c.quiet); often < 3*quiet/2 {
			t.Errorf("%s: %d in %v, %d in %v", c.category, often, c.often, quiet, c.quiet)
		}
	}
}

func TestAnswer(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	different := map[Reply]bool{}
	for range 200 {
		for _, found := range []Situation{Proven, Partly, Unproven} {
			for _, category := range []string{"A01", "D02", "X03"} {
				r := Answer(rng, category, found)
				if r.Facts == "" || r.Handling == "" || r.Basis == "" || r.Public == "" || strings.ContainsAny(r.Facts+r.Handling, "[]") {
					t.Fatalf("%s %s: %+v", category, found, r)
				}
				different[r] = true
			}
		}
	}
	if len(different) < 60 {
		t.Errorf("only %d replies differ", len(different))
	}
	if Opinion(rng, true) == "" || Opinion(rng, false) == "" {
		t.Error("a caller says nothing")
	}
}

func TestWriteXlsx(t *testing.T) {
	for _, name := range LayoutNames() {
		path := filepath.Join(t.TempDir(), name+".xlsx")
		if err := WriteXlsx(t.Context(), path, name, 1, 20, october, october.AddDate(0, 1, 0)); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil || len(rows) < 21 {
			t.Errorf("%s: %d rows (%v)", name, len(rows), err)
		}
	}
	if err := WriteXlsx(t.Context(), "x", "没有", 1, 1, october, october); err == nil {
		t.Error("an unknown layout was written")
	}
}
