package tables_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"huiyin/tables"
)

func read(t *testing.T, name string) []map[string]string {
	t.Helper()
	raw, err := fs.ReadFile(tables.Default(), name)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, header := range rows[0] {
			m[header] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func files(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(tables.Default(), ".", func(name string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".csv") {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) < 20 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	return names
}

// An administrator who opens a file must find in its first line what it is for.
func TestEveryFileBeginsWithAChineseExplanation(t *testing.T) {
	for _, name := range files(t) {
		raw, err := fs.ReadFile(tables.Default(), name)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(raw) || bytes.Contains(raw, []byte("\r")) {
			t.Errorf("%s is not UTF-8 with plain line ends", name)
		}
		first, _, _ := strings.Cut(string(raw), "\n")
		han := 0
		for _, c := range first {
			if unicode.Is(unicode.Han, c) {
				han++
			}
		}
		if !strings.HasPrefix(first, "# ") || han < 8 {
			t.Errorf("%s begins with %q", name, first)
		}
	}
}

func TestEveryCategoryHasKeywordsCausesAndARoute(t *testing.T) {
	const least = 20
	words, causes, routes := map[string]int{}, map[string]int{}, map[string]int{}
	for _, row := range read(t, "keywords.csv") {
		if w, err := strconv.ParseFloat(row["权重"], 64); err == nil && w > 0 {
			words[row["类别"]]++
		}
	}
	for _, row := range read(t, "causes.csv") {
		causes[row["类别"]]++
	}
	for _, row := range read(t, "routes.csv") {
		if row["属地"] == "" && row["条件"] == "" {
			routes[row["类别"]]++
		}
	}
	for _, row := range read(t, "categories.csv") {
		code := row["编码"]
		if words[code] < least && code != "X03" {
			t.Errorf("%s %s has %d keywords, at least %d wanted", code, row["名称"], words[code], least)
		}
		if causes[code] != 1 || routes[code] != 1 {
			t.Errorf("%s %s has %d rows of causes and %d routes, one each wanted", code, row["名称"], causes[code], routes[code])
		}
	}
}

// A discipline clue must never reach a unit that could be the one complained about.
func TestSealedCategoriesGoToDisciplineInspection(t *testing.T) {
	lead := map[string]string{}
	for _, row := range read(t, "routes.csv") {
		lead[row["类别"]] = row["牵头"]
	}
	sealed := 0
	for _, row := range read(t, "categories.csv") {
		if row["密"] != "是" {
			continue
		}
		sealed++
		if lead[row["编码"]] != "jijian" {
			t.Errorf("%s is led by %s", row["编码"], lead[row["编码"]])
		}
	}
	if sealed != 2 {
		t.Errorf("%d sealed categories", sealed)
	}
}

func TestEveryGazetteerPlaceLiesInACountyOfAUnit(t *testing.T) {
	counties := map[string]bool{}
	for _, row := range read(t, "units.csv") {
		if row["性质"] == "县区" || row["性质"] == "功能区" {
			counties[row["县区"]] = true
		}
	}
	seen := map[string]bool{}
	for _, row := range read(t, "places.csv") {
		if !counties[row["县区"]] {
			t.Errorf("%s lies in %q, which no unit has", row["地名"], row["县区"])
		}
		if seen[row["地名"]] {
			t.Errorf("%s is listed twice", row["地名"])
		}
		seen[row["地名"]] = true
	}
	if len(counties) != 8 {
		t.Errorf("%d counties and zones", len(counties))
	}
}
