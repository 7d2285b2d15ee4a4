package policyfile

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"huiyin/tables"
)

const small = "# 说明一\n# 说明二，有“引号”\n编码,名称,备注\nA01,甲,\n# 第二组\n\nB01,\"乙,丙\",x\nB02,丁,\"两\n行\"\n# 完\n"

func sheet(t testing.TB, text string) *Sheet {
	t.Helper()
	s, err := ParseSheet("a.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASheetThatNobodyEditsStaysByteForByte(t *testing.T) {
	if got := string(sheet(t, small).Bytes()); got != small {
		t.Errorf("became\n%s", cmp.Diff(small, got))
	}
	err := fs.WalkDir(tables.Default(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(tables.Default(), name)
		if err != nil {
			return err
		}
		if got := string(sheet(t, string(raw)).Bytes()); got != string(raw) {
			t.Errorf("%s became\n%s", name, cmp.Diff(string(raw), got))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRowsOfASheetStandAtTheLinesThatFaultsName(t *testing.T) {
	s := sheet(t, small)
	lines := strings.Split(small, "\n")
	for _, r := range s.Rows {
		if !strings.HasPrefix(lines[r.Line-1], r.Cells[0]) {
			t.Errorf("%v is said to stand at line %d: %q", r.Cells, r.Line, lines[r.Line-1])
		}
	}
	if got := []int{s.Rows[0].Line, s.Rows[1].Line, s.Rows[2].Line}; !cmp.Equal(got, []int{4, 7, 8}) {
		t.Errorf("lines %v", got)
	}
}

func TestEditsTouchOneRowAndKeepTheComments(t *testing.T) {
	for _, c := range []struct {
		claim string
		edit  func(*Sheet) error
		want  string
	}{
		{"a changed row stays in its place", func(s *Sheet) error { return s.Set(1, []string{"B01", "戊", "己\n庚"}) },
			strings.Replace(small, "B01,\"乙,丙\",x", "B01,戊,己 庚", 1)},
		{"a new row stands under the comment of the row below it", func(s *Sheet) error { return s.Insert(1, []string{"B00", "新"}) },
			strings.Replace(small, "B01,", "B00,新,\nB01,", 1)},
		{"a new row at the end stands before the last comment", func(s *Sheet) error { return s.Insert(3, []string{"C01", "末", ""}) },
			strings.Replace(small, "# 完", "C01,末,\n# 完", 1)},
		{"a deleted row leaves its comment", func(s *Sheet) error { s.Delete(1); return nil },
			strings.Replace(small, "B01,\"乙,丙\",x\n", "", 1)},
	} {
		t.Run(c.claim, func(t *testing.T) {
			s := sheet(t, small)
			if err := c.edit(s); err != nil {
				t.Fatal(err)
			}
			if got := string(s.Bytes()); got != c.want {
				t.Error(cmp.Diff(c.want, got))
			}
		})
	}
	for _, cells := range [][]string{{"#A", "b", "c"}, {"", " ", ""}} {
		if err := sheet(t, small).Set(0, cells); err == nil {
			t.Errorf("row %q was taken", cells)
		}
	}
}

func TestARowThatChangedSinceIsNotFound(t *testing.T) {
	s := sheet(t, small)
	mark := s.Rows[1].Mark()
	if s.Find(7, mark) != 1 {
		t.Error("the row is not found")
	}
	if err := s.Set(1, []string{"B01", "戊", ""}); err != nil {
		t.Fatal(err)
	}
	if s.Find(7, mark) != -1 {
		t.Error("a row that was changed is found by its old state")
	}
}

func TestAFileBackFromASpreadsheetProgramIsTheSameTable(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(small)
	if err != nil {
		t.Fatal(err)
	}
	excel := strings.NewReplacer("# 说明一\n", "# 说明一,,\r\n", "# 说明二，有“引号”\n", "\"# 说明二，有“引号”\",,\r\n", "\n", "\r\n").Replace(small)
	for claim, text := range map[string]string{
		"with a byte order mark": "\xef\xbb\xbf" + small, "with CRLF": strings.ReplaceAll(small, "\n", "\r\n"), "in GB18030": gb,
		"with comments quoted and padded":   excel,
		"with the columns in another order": "名称,编码,备注\n甲,A01,\n\"乙,丙\",B01,x\n丁,B02,\"两\n行\"\n",
	} {
		t.Run(claim, func(t *testing.T) {
			before := sheet(t, small)
			after, err := before.Receive(sheet(t, text))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := after.Comments(), before.Comments(); !cmp.Equal(got, want) {
				t.Errorf("comments %q", got)
			}
			again := sheet(t, string(after.Bytes()))
			for i, r := range again.Rows {
				if want := strings.Join(strings.Fields(strings.Join(before.Rows[i].Cells, "|")), " "); strings.Join(r.Cells, "|") != want {
					t.Errorf("row %d is %q, want %q", i, r.Cells, want)
				}
			}
		})
	}
	for claim, text := range map[string]string{"a column is missing": "编码,名称\nA01,甲\n", "a column is new": "编码,名称,备注,又\nA01,甲,,\n", "a column stands twice": "编码,名称,备注,备注\nA01,甲,,\n"} {
		if _, err := sheet(t, small).Receive(sheet(t, text)); err == nil || !strings.Contains(err.Error(), "表头应为：编码,名称,备注") {
			t.Errorf("%s: %v", claim, err)
		}
	}
	for _, text := range []string{"", "# 只有说明\n", "a,b\n\"x,y\n", "\xff\xfe\x00\x01\x80"} {
		if s, err := ParseSheet("a.csv", []byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, s)
		}
	}
}

func TestAComparisonTellsWhatChanged(t *testing.T) {
	for _, c := range []struct {
		claim string
		after string
		want  Comparison
	}{
		{"nothing", small, Comparison{}},
		{"a cell", strings.Replace(small, "A01,甲,", "A01,甲,新", 1), Comparison{Changed: []Change{{4, []string{"A01", "甲", ""}, []string{"A01", "甲", "新"}}}}},
		{"a row that came", strings.Replace(small, "# 完", "C01,末,\n# 完", 1), Comparison{Added: []Change{{Line: 10, After: []string{"C01", "末", ""}}}}},
		{"a row that went", strings.Replace(small, "A01,甲,\n", "", 1), Comparison{Removed: []Change{{Line: 4, Before: []string{"A01", "甲", ""}}}}},
		{"an explanation", strings.Replace(small, "# 完", "# 完了", 1), Comparison{Notes: true}},
		{"the order", "# 说明一\n# 说明二，有“引号”\n编码,名称,备注\nB01,\"乙,丙\",x\n# 第二组\nA01,甲,\nB02,丁,\"两\n行\"\n# 完\n", Comparison{Reordered: true}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got := Compare(sheet(t, small), sheet(t, c.after))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if got.Same() != (c.claim == "nothing") {
				t.Error("Same says the contrary")
			}
		})
	}
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestMyChangesComeThroughSomebodyElses makes random edits on both sides of a
// file: what only I changed stands in the end, what only the other changed too.
func TestMyChangesComeThroughSomebodyElses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := sheet2(t, "k,v\n"+"a,1\nb,2\nc,3\nd,4\ne,5\n")
		mine, theirs := sheet2(t, string(base.Bytes())), sheet2(t, string(base.Bytes()))
		myRows := rapid.SliceOfDistinct(rapid.IntRange(0, 2), func(i int) int { return i }).Draw(t, "mine")
		for _, i := range myRows {
			must(t, mine.Set(i, []string{base.Rows[i].Cells[0], "我"}))
		}
		must(t, mine.Insert(3, []string{"n", "新"}))
		for _, i := range rapid.SliceOfDistinct(rapid.IntRange(3, 4), func(i int) int { return i }).Draw(t, "theirs") {
			must(t, theirs.Set(i, []string{base.Rows[i].Cells[0], "他"}))
		}
		mine = sheet2(t, string(mine.Bytes()))
		if left := Compare(base, mine).Replay(mine, theirs); len(left) != 0 {
			t.Fatalf("no place for %v", left)
		}
		got := string(theirs.Bytes())
		for _, i := range myRows {
			if !strings.Contains(got, base.Rows[i].Cells[0]+",我\n") {
				t.Fatalf("my row %d is lost:\n%s", i, got)
			}
		}
		if !strings.Contains(got, "\nn,新\nd,") {
			t.Fatalf("my new row is not after c:\n%s", got)
		}
		if strings.Count(got, "\n") != 7 {
			t.Fatalf("rows were lost or doubled:\n%s", got)
		}
	})
	base, mine, theirs := sheet(t, "k,v,w\na,1,x\n"), sheet(t, "k,v,w\na,2,x\n"), sheet(t, "k,v,w\na,3,x\n")
	if left := Compare(base, mine).Replay(mine, theirs); len(left) != 1 || !strings.Contains(string(theirs.Bytes()), "a,3,x") {
		t.Errorf("a row that both changed is not handed back: %v\n%s", left, theirs.Bytes())
	}
}

func sheet2(t *rapid.T, text string) *Sheet {
	s, err := ParseSheet("a.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func FuzzASheetReadsItsOwnWriting(f *testing.F) {
	f.Add(small)
	f.Add("a,b\r\n\"#x\",1\r\n,,\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSheet("a.csv", []byte(text))
		if err != nil {
			return
		}
		again, err := ParseSheet("a.csv", s.Bytes())
		if err != nil {
			t.Fatalf("%q is written as %q and not read again: %v", text, s.Bytes(), err)
		}
		if len(again.Rows) != len(s.Rows) {
			t.Fatalf("%q: %d rows, read again %d", text, len(s.Rows), len(again.Rows))
		}
	})
}
