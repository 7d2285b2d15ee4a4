package matter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiyin/ticket"
)

// keyWords and keyAnchors are how much of a profile its key holds.
const (
	keyWords   = 12
	keyAnchors = 3
)

// Key is a profile short enough to be kept with a problem, by which the same
// matter is known again in another month, and plain enough to be read:
// C01；station=高铁东站；拒载3.2、短途2.1. Plates are left out: they are of
// somebody.
func (p Profile) Key() string {
	cat := ""
	if len(p.Cats) > 0 {
		cat = p.Cats[0].Name
	}
	var anchors, words []string
	for _, a := range p.Anchors {
		if a.Kind != ticket.EntityPlate && len(anchors) < keyAnchors && plain(a.Name) {
			anchors = append(anchors, string(a.Kind)+"="+a.Name)
		}
	}
	for _, w := range p.Words {
		if len(words) < keyWords && plain(w.Word) && !endsInDigit(w.Word) {
			words = append(words, w.Word+strconv.FormatFloat(w.Weight, 'f', 1, 64))
		}
	}
	return cat + "；" + strings.Join(anchors, "、") + "；" + strings.Join(words, "、")
}

// plain: without the marks of a key.
func plain(s string) bool { return s != "" && !strings.ContainsAny(s, "；、=") }

func endsInDigit(s string) bool { c := s[len(s)-1]; return c >= '0' && c <= '9' || c == '.' }

// ParseKey is the inverse of Key, as far as a key tells.
func ParseKey(key string) (Profile, error) {
	parts := strings.Split(key, "；")
	if len(parts) != 3 || parts[0] == "" {
		return Profile{}, fmt.Errorf("matter key of %d parts", len(parts))
	}
	p := Profile{Cats: []Named{{Name: parts[0], Share: 1}}}
	for _, text := range fields(parts[1]) {
		kind, name, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return Profile{}, fmt.Errorf("matter key: thing without a name")
		}
		p.Anchors = append(p.Anchors, Named{Kind: ticket.EntityKind(kind), Name: name, Share: 1})
	}
	for _, text := range fields(parts[2]) {
		word := strings.TrimRight(text, "0123456789.")
		weight, err := strconv.ParseFloat(text[len(word):], 64)
		if err != nil || word == "" {
			return Profile{}, fmt.Errorf("matter key: word without a weight")
		}
		p.Words = append(p.Words, Weight{Word: word, Weight: weight})
	}
	return p, nil
}

func fields(list string) []string {
	return slices.DeleteFunc(strings.Split(list, "、"), func(s string) bool { return s == "" })
}

// Match is the one of some profiles that is the same matter as a key's, and how
// alike they are; -1 when none is as like as the line.
type Match struct {
	At   int
	Like float64
	// Doubtful: it is only a little more like than the line, or another is
	// nearly as like.
	Doubtful bool
}

// doubt is how much above the line, and above the second, leaves none.
const doubt = 0.1

// Find matches a profile with those of another month.
func (p Profile) Find(n int, at func(int) Profile, line float64) Match {
	best, second := Match{At: -1}, 0.0
	for i := range n {
		like := p.Like(at(i))
		switch {
		case like > best.Like:
			second = best.Like
			best = Match{At: i, Like: like}
		case like > second:
			second = like
		}
	}
	if best.At < 0 || best.Like < line {
		return Match{At: -1}
	}
	best.Doubtful = best.Like < line+doubt || second >= line && best.Like-second < doubt
	return best
}
