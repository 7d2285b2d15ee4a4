// Package adjust learns from tickets that people have labelled what should
// change in a lexicon that is in force: which words should speak for or against
// which category, and how strongly. The rows that stand are taken as given; a
// change is a small addition to them that explains the labels better, as few
// rows as will do, each with the tickets behind it. What the changes are worth
// is measured on tickets that were left out of learning.
package adjust

import (
	"huiyin/classify"
)

// Case is a ticket with the category that people hold to be right.
type Case struct {
	ID             string // handed back as evidence
	Title, Content string // cleaned and redacted
	Label          string // code of a category
	Caller         string // who called, empty when unknown
	Corrected      bool   // a person chose another category than was proposed
}

// Options say what a change must have behind it.
type Options struct {
	Tickets     int     // tickets that are judged wrongly without it, copies of one text counted once
	Callers     int     // different callers whose tickets hold the word
	Share       float64 // of the tickets that hold the word, how many are of the category
	Caution     float64 // how many tickets' worth of doubt a row must overcome
	LeastWeight float64 // smaller changes are not worth a row
	MostWeight  float64 // beyond which no learned row goes
	Rows        int     // at most so many
	Folds       int     // over which the effect is measured
	Seed        uint64
}

// Row is a learned row of keywords.csv that should be added (Before is 0),
// changed, or removed (After is 0).
type Row struct {
	Word     string  `json:"word"`
	Category string  `json:"category"`
	Before   float64 `json:"before"`
	After    float64 `json:"after"`
	// Mended counts the tickets that hold the word, are judged wrongly now, and
	// that the change pulls to the right side; For and Against those of the
	// category, and of all others, that hold the word.
	Mended   int      `json:"mended"`
	For      int      `json:"for"`
	Against  int      `json:"against"`
	Callers  int      `json:"callers"`
	Evidence []string `json:"evidence,omitempty"` // IDs of tickets that it mends first
}

// Keyword is the row as the lexicon has it.
func (r Row) Keyword() classify.Keyword {
	return classify.Keyword{Word: r.Word, Category: r.Category, Weight: r.After, Learned: true}
}

// Keywords are the rows as the lexicon has them.
func Keywords(rows []Row) []classify.Keyword {
	list := make([]classify.Keyword, len(rows))
	for i, r := range rows {
		list[i] = r.Keyword()
	}
	return list
}

// Bench is a lexicon and labelled tickets, made ready for learning.
type Bench struct {
	base    *classify.Classifier
	options Options
	cases   []Case
	items   []item
	words   []word
	columns map[string]int // category -> its place in the policy
	codes   []string
	learned map[pair]float64 // weights of learned rows that stand
	byHand  map[pair]bool
}

// item is a case as it is learned from.
type item struct {
	label, judged int // places of categories
	group         int // nearly the same texts share one
	caller        string
	scores        classify.Scores
	words         []classify.Found
}

func (x *item) wrong() bool { return x.label != x.judged }

// word is a candidate, with the items that hold it.
type word struct {
	text  string
	items []use
}

type use struct {
	item  int
	times float64
}

// pair is a word and a category.
type pair struct{ word, category int }

// Rows learns from all cases.
func (b *Bench) Rows() []Row { return b.learn(nil) }

// Base is the classifier whose lexicon is to be changed.
func (b *Bench) Base() *classify.Classifier { return b.base }
