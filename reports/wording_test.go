package reports

import "testing"

func TestCountsAreReadAsTheyAre(t *testing.T) {
	for name, c := range map[string]struct {
		counts []Count
		want   string
	}{
		"names and numbers stand side by side":                  {[]Count{{Name: "城东区", Count: 6}, {Name: "经开区", Count: 5}}, "城东区6件、经开区5件"},
		"the number does not run into a masked plate":           {[]Count{{Name: "甲A***76", Count: 1}}, "甲A***76（1件）"},
		"the number does not run into a line that has a letter": {[]Count{{Name: "B3路", Count: 3}, {Name: "G328", Count: 2}}, "B3路3件、G328（2件）"},
		"names with a 、 of their own are told apart":            {[]Count{{Name: "候车久、班次少", Count: 8}, {Name: "黑车", Count: 6}}, "候车久、班次少8件；黑车6件"},
		"a list that counts nothing is empty":                   {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := countsText(c.counts); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestARiseFromNothingIsSaidOnce(t *testing.T) {
	by := Compared{Word: "环比", Earlier: "上月"}
	if got, want := (Style{Decimals: 2}).Clause(by, Change{Now: 3, Known: true}), "环比增加3件（上月为0）"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
