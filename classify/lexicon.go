package classify

import (
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"huiyin/classify/match"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const (
	keywordsFile    = "keywords.csv"
	minKeywordRunes = 2
	maxKeywordRunes = 20
	maxWeight       = 1000
)

var keywordColumns = []string{"关键词", "类别", "权重", "来源", "位置", "例外", "说明"}

// Place says in which part of a ticket a keyword counts.
type Place uint8

// The places of a keyword.
const (
	Anywhere Place = iota
	InTitle
	InContent
)

func (p Place) holds(title bool) bool {
	return p == Anywhere || (p == InTitle) == title
}

// Keyword is a row of keywords.csv: what finding a word says about a category.
type Keyword struct {
	Word     string // cleaned
	Category string
	Weight   float64
	Learned  bool
	Place    Place
	Not      []string // not counted inside one of these words
	Note     string
	Line     int
}

// Lexicon is the table of keywords as it counts: learned rows that a hand row
// overrides are left out.
type Lexicon struct {
	Keywords   []Keyword
	Overridden []Keyword
}

// Conflict is a keyword that speaks strongly for several categories.
type Conflict struct {
	Word string
	Rows []Keyword
}

type keywordKey struct {
	word, category string
	place          Place
}

func readLexicon(fsys fs.FS, categories ticket.Categories) (Lexicon, policyfile.Faults) {
	table := policyfile.Read(fsys, keywordsFile, keywordColumns, nil)
	known := make(map[string]string, len(categories))
	for _, c := range categories {
		known[c.Code] = c.Code
	}
	rows := make([]Keyword, 0, len(table.Rows))
	lines := [2]map[keywordKey]int{make(map[keywordKey]int, len(table.Rows)), {}}
	byHand := map[keywordKey]bool{}
	for _, row := range table.Rows {
		k := readKeyword(row, known)
		key := keywordKey{match.Fold(k.Word), k.Category, k.Place}
		of := lines[source(k.Learned)]
		if line, twice := of[key]; twice {
			row.Fault("关键词", "“%s”在类别 %s 里与第%d行重复", k.Word, k.Category, line)
		}
		of[key] = row.Line
		if !k.Learned {
			byHand[keywordKey{word: key.word, category: k.Category}] = true
		}
		rows = append(rows, k)
	}
	lexicon := Lexicon{Keywords: make([]Keyword, 0, len(rows))}
	for _, k := range rows {
		if k.Learned && byHand[keywordKey{word: match.Fold(k.Word), category: k.Category}] {
			lexicon.Overridden = append(lexicon.Overridden, k)
			continue
		}
		lexicon.Keywords = append(lexicon.Keywords, k)
	}
	return lexicon, table.Faults
}

func source(learned bool) int {
	if learned {
		return 0
	}
	return 1
}

func readKeyword(row policyfile.Row, known map[string]string) Keyword {
	k := Keyword{
		Word:   readWord(row),
		Weight: readNumber(row, "权重", -maxWeight, maxWeight),
		Place:  readPlace(row),
		Note:   row.Get("说明"),
		Line:   row.Line,
	}
	k.Not = readExceptions(row, k.Word)
	code, found := known[row.Get("类别")]
	if !found {
		row.Fault("类别", "没有类别“%s”", row.Get("类别"))
	}
	k.Category = code
	switch row.Get("来源") {
	case "", "人工":
	case "学习":
		k.Learned = true
	default:
		row.Fault("来源", "“%s”应填 人工 或 学习", row.Get("来源"))
	}
	return k
}

// readWord reads a keyword the way texts are read: cleaned, so that a word
// typed in full width or traditional characters is found all the same.
func readWord(row policyfile.Row) string {
	word := strings.TrimSpace(Clean(row.Get("关键词")))
	switch n := utf8.RuneCountInString(word); {
	case n == 0:
		row.Fault("关键词", "关键词不能空")
	case n < minKeywordRunes:
		row.Fault("关键词", "“%s”只有一个字，容易误中，至少要两个字", word)
	case n > maxKeywordRunes:
		row.Fault("关键词", "“%s”有%d个字，最多%d个字", word, n, maxKeywordRunes)
	case strings.Contains(word, "\n"):
		row.Fault("关键词", "关键词里不能换行")
	}
	return word
}

var placeNames = [...]string{Anywhere: "", InTitle: "标题", InContent: "正文"}

func (p Place) name() string { return placeNames[p] }

func readPlace(row policyfile.Row) Place {
	place := slices.Index(placeNames[:], row.Get("位置"))
	if place < 0 {
		row.Fault("位置", "“%s”应空着，或填 标题、正文", row.Get("位置"))
		return Anywhere
	}
	return Place(place)
}

func readExceptions(row policyfile.Row, word string) []string {
	var not []string
	for _, cell := range row.List("例外") {
		except := strings.TrimSpace(Clean(cell))
		folded := match.Fold(except)
		if word == "" {
			continue
		}
		if !strings.Contains(folded, match.Fold(word)) || len(folded) == len(word) {
			row.Fault("例外", "例外“%s”应是包含“%s”的更长的词", except, word)
			continue
		}
		not = append(not, except)
	}
	return not
}

// Conflicts lists the keywords whose weight reaches the line in two or more
// categories, in the order of the words.
func (l *Lexicon) Conflicts(line float64) []Conflict {
	strong := map[string][]Keyword{}
	for _, k := range l.Keywords {
		if k.Weight >= line {
			strong[match.Fold(k.Word)] = append(strong[match.Fold(k.Word)], k)
		}
	}
	var conflicts []Conflict
	for _, rows := range strong {
		if !sameCategory(rows) {
			conflicts = append(conflicts, Conflict{Word: rows[0].Word, Rows: rows})
		}
	}
	sort.Slice(conflicts, func(i, j int) bool { return conflicts[i].Word < conflicts[j].Word })
	return conflicts
}

// Notes are sentences about keywords.csv that its keepers should read: no
// ticket is ever judged to be of a category for which no keyword speaks.
// ticket.Unjudged needs none.
func (c *Classifier) Notes() []string {
	spoken := map[string]bool{ticket.Unjudged: true}
	for _, k := range c.lexicon.Keywords {
		spoken[k.Category] = spoken[k.Category] || k.Weight > 0
	}
	var notes []string
	for _, category := range c.categories {
		if !spoken[category.Code] {
			notes = append(notes, fmt.Sprintf("类别 %s %s 一个关键词也没有，不会有工单判到它；请给它写二十个左右，也可以把原类别里说这件事的词改过来", category.Code, category.Name))
		}
	}
	return notes
}

func sameCategory(rows []Keyword) bool {
	for _, k := range rows[1:] {
		if k.Category != rows[0].Category {
			return false
		}
	}
	return true
}
