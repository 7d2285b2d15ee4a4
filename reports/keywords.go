package reports

import "strings"

// The keywords of a matter, and of how many of its titles they are extracted.
const (
	keywordsShown  = 6
	titlesForWords = 200
)

// extract gives the matters that the report lists their keywords: of masked
// titles, in which nobody is named.
func (r *textReader) extract(matters []ReadMatter, groups [][]int) {
	listed := min(r.policy.Rules.TopMatters, len(matters))
	if r.policy.Keywords == nil || listed == 0 {
		return
	}
	texts := make([]string, listed)
	for i, group := range groups[:listed] {
		titles := make([]string, 0, len(group))
		for _, n := range group[:min(titlesForWords, len(group))] {
			titles = append(titles, maskText(r.texts[n].title))
		}
		texts[i] = strings.Join(titles, "\n")
	}
	for i, words := range r.policy.Keywords(texts, keywordsShown) {
		matters[i].Keywords = words
	}
}
