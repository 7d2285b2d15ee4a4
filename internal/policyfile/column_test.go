package policyfile

import "testing"

func TestAColumnIsAddedOnceAndLeavesTheRowsAsTheyAre(t *testing.T) {
	s, err := ParseSheet("a.csv", []byte("# 说明\nk,v\na,1\n# 中间\n\"b,c\",2\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.AddColumn("w")
	s.AddColumn("w")
	if err := s.Set(1, []string{"b", "2", "新"}); err != nil {
		t.Fatal(err)
	}
	const want = "# 说明\nk,v,w\na,1\n# 中间\nb,2,新\n"
	if got := string(s.Bytes()); got != want {
		t.Errorf("it is\n%s", got)
	}
	if len(s.Rows[0].Cells) != 3 {
		t.Errorf("a row has %d cells", len(s.Rows[0].Cells))
	}
}
