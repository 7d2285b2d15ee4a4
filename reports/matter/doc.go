// Package matter finds the matters of a month: groups of complaints about the
// same thing. A complaint is a vector of weighted words; those that are alike
// and name a common place, line, road, plate or company belong together. All of
// it depends on the complaints and their order alone.
package matter

import (
	"strings"

	"huiyin/ticket"
)

// Doc is a complaint as it is compared. Docs are given in the order of receipt.
type Doc struct {
	Category string
	Anchors  []Anchor // what it names, different ones
	Words    []Word   // in the order of the text; a word may come again
}

// Anchor is a named thing that keeps complaints of different things apart.
type Anchor struct {
	Kind ticket.EntityKind
	Name string
}

// Word is a word of a text with what it says of the subject: 1 and more. At is
// where it stands.
type Word struct {
	Text   string
	Weight float64
	At     int
}

// Options are the thresholds.
type Options struct {
	Similarity float64 // a complaint joins a matter that is so like it, 0…1
	Merge      float64 // two groups so alike are one
	Common     float64 // a word or anchor in more than this share of all says nothing
}

// DefaultOptions are those of the default policy.
func DefaultOptions() Options { return Options{Similarity: 0.35, Merge: 0.30, Common: 0.15} }

// exclusive are the kinds of which a matter has one: two lines, two companies,
// two stations are two matters, even on the same road.
var exclusive = map[ticket.EntityKind]bool{ticket.EntityLine: true, ticket.EntityCompany: true, ticket.EntityStation: true, ticket.EntityToll: true}

// Anchoring reports whether an entity of the kind tells matters apart.
func Anchoring(kind ticket.EntityKind) bool {
	switch kind {
	case ticket.EntityPlate, ticket.EntityLine, ticket.EntityRoad, ticket.EntityStation,
		ticket.EntityToll, ticket.EntityCompany, ticket.EntityPlace:
		return true
	}
	return false
}

// inName reports whether a word is a part of what the complaint names.
func inName(word string, anchors []Anchor) bool {
	for _, a := range anchors {
		if strings.Contains(a.Name, word) {
			return true
		}
	}
	return false
}

// Cut tells the words of a ticket's title and content, each with its weight and
// where it stands in ticket.JoinText of the two.
type Cut func(title, content string, each func(word string, weight float64, at int))

// DocOf is what a ticket is compared by. Without a cut its words are the
// keywords that its verdict keeps.
func DocOf(t *ticket.Ticket, category string, cut Cut) Doc {
	d := Doc{Category: category, Anchors: anchorsOf(t)}
	if cut == nil {
		for _, h := range t.Verdict.Hits {
			d.Words = append(d.Words, Word{h.Keyword, 1 + min(max(h.Weight, 0), 2)/2, h.Start})
		}
		return d
	}
	cut(t.Title, t.Content, func(word string, weight float64, at int) {
		d.Words = append(d.Words, Word{word, weight, at})
	})
	return d
}

func anchorsOf(t *ticket.Ticket) []Anchor {
	var out []Anchor
	seen := map[Anchor]bool{}
	for _, e := range t.Verdict.Entities {
		a := Anchor{e.Kind, e.Norm()}
		if !Anchoring(e.Kind) || seen[a] || e.Kind == ticket.EntityPlace && wholeCounty(e) {
			continue
		}
		seen[a] = true
		out = append(out, a)
	}
	return out
}

// wholeCounty: a county is where half of the complaints come from.
func wholeCounty(e ticket.Entity) bool {
	return e.County != "" && (strings.HasPrefix(e.Norm(), e.County) || strings.HasPrefix(e.County, e.Norm()))
}
