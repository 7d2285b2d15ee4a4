package reports

import (
	"cmp"
	"slices"

	"huiyin/reports/matter"
)

// askedAtOnce bounds how many words are asked about at once; a month of 200,000
// tickets has fewer that matter.
const askedAtOnce = 20_000

// naming tells which words can name a matter. It asks once, for the keywords of
// the matters and for the words that stand in enough tickets to be new ones;
// all others can.
func (p *Policy) naming(profiles []matter.Profile, counts map[string]int) func(string) bool {
	if p.Names == nil {
		return matter.Any
	}
	wanted := map[string]bool{}
	for i := range profiles {
		for _, w := range profiles[i].Words {
			wanted[w.Word] = true
		}
	}
	for word, n := range counts {
		if n >= p.Rules.NewWordLeast {
			wanted[word] = true
		}
	}
	words := sortedKeys(wanted)
	if len(words) > askedAtOnce {
		slices.SortStableFunc(words, func(x, y string) int { return cmp.Compare(counts[y], counts[x]) })
		words = words[:askedAtOnce]
	}
	refused := map[string]bool{}
	for i, can := range p.Names(words) {
		if !can {
			refused[words[i]] = true
		}
	}
	return func(word string) bool { return !refused[word] }
}
