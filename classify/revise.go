package classify

import (
	"slices"

	"huiyin/classify/match"
	"huiyin/ticket"
)

// Revise gives a classifier whose lexicon has other learned rows. Each change
// stands in the place of the learned row of its word and category that counts
// anywhere; a change of weight 0 takes it away. Rows written by people stay, and
// override. Learned words are never words of the segmenter, so it is shared.
func (c *Classifier) Revise(changes []Keyword) *Classifier {
	revised := &Classifier{policy: c.policy, segmenter: c.segmenter, unjudged: c.unjudged, bias: c.bias}
	revised.lexicon = c.lexicon.revise(changes)
	revised.terms = gather(&revised.policy)
	revised.matcher = match.New(revised.terms.words)
	revised.scratches.New = func() any { return newScratch(revised) }
	return revised
}

func (l *Lexicon) revise(changes []Keyword) Lexicon {
	keyOf := func(k Keyword) keywordKey { return keywordKey{word: match.Fold(k.Word), category: k.Category} }
	changed := make(map[keywordKey]bool, len(changes))
	for _, k := range changes {
		changed[keyOf(k)] = true
	}
	byHand := map[keywordKey]bool{}
	next := Lexicon{Overridden: slices.Clone(l.Overridden)}
	for _, k := range l.Keywords {
		if !k.Learned {
			byHand[keyOf(k)] = true
		} else if k.Place == Anywhere && changed[keyOf(k)] {
			continue
		}
		next.Keywords = append(next.Keywords, k)
	}
	for _, k := range changes {
		k.Learned, k.Place = true, Anywhere
		switch {
		case k.Weight == 0:
		case byHand[keyOf(k)]:
			next.Overridden = append(next.Overridden, k)
		default:
			next.Keywords = append(next.Keywords, k)
		}
	}
	return next
}

// Finder finds words in texts as a classifier would find them as keywords. It
// is not safe for concurrent use.
type Finder struct {
	counter *Classifier
	scratch *scratch
}

// Finder makes a finder of cleaned words.
func (c *Classifier) Finder(words []string) *Finder {
	counter := finder(words, c.segmenter, c.settings.TitleFactor)
	return &Finder{counter, newScratch(counter)}
}

// Found is a word that stands in a text: its place in the list of the finder,
// and by what its weight would be multiplied (1 + ln of how often, the title
// counted more).
type Found struct {
	Word  int
	Times float64
}

// Find lists the words that stand in a cleaned text.
func (f *Finder) Find(title, content string) []Found {
	s := f.scratch
	f.counter.scan(s, ticket.JoinText(title, content), len(title), nil)
	list := make([]Found, 0, len(s.touched))
	for _, t := range s.touched {
		word := int(f.counter.terms.list[t].word)
		list = append(list, Found{word, f.counter.factor(s.counts[t], Anywhere)})
	}
	s.reset()
	return list
}

// Scores are what the keywords of a text add up to, before one is chosen.
type Scores struct {
	Values []float64 // by category, in the order of the policy
	Spoken []bool    // whether some keyword spoke for or against it
	Scale  float64   // by which scores are multiplied before they become confidence
	None   bool      // "cannot be judged" is an answer, of the score 0
}

// Scores adds up what the keywords of a cleaned text say.
func (c *Classifier) Scores(title, content string) Scores {
	s := c.scratches.Get().(*scratch)
	c.scan(s, ticket.JoinText(title, content), len(title), nil)
	c.add(s)
	scores := Scores{
		Values: slices.Clone(s.scores), Spoken: slices.Clone(s.spoken), None: c.unjudged >= 0,
		Scale: confidenceScale(c.settings.Temperature, c.settings.LengthPower, s.length),
	}
	s.reset()
	c.scratches.Put(s)
	return scores
}

// Vocabulary lists the words of the dictionary, and phrases of two of them,
// that stand in at least least of the texts. Words that the segmenter only
// guesses are left out: most of them are names.
func Vocabulary(samples []Sample, least int) ([]string, error) {
	dictionary, err := plainSegmenter()
	if err != nil {
		return nil, err
	}
	words := candidates(samples, dictionary, dictionary, least)
	return slices.DeleteFunc(words, func(w string) bool {
		if _, known := dictionary.Find(w); known {
			return false
		}
		parts := dictionary.Cut(nil, w, true)
		return len(parts) != 2 || parts[0].ID < 0 || parts[1].ID < 0
	}), nil
}
