package classify

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiyin/classify/match"
	"huiyin/classify/segment"
	"huiyin/ticket"
)

const (
	// phraseRunes bounds a phrase: two words that follow each other.
	phraseRunes = 8
	// phraseFactor is how many times more messages must hold a phrase than a
	// word: there are many more phrases, and most of them are chance.
	phraseFactor = 2
)

// newWords is about how many words and phrases a message adds to those of
// thousands of others.
const newWords = 50

// census counts in how many samples words stand.
type census struct {
	number  map[string]int32
	words   []counted
	byID    []int32          // dictionary id -> 1 + number, so that most words need no look-up by text
	phrases map[uint64]int32 // two dictionary ids -> number
}

type counted struct {
	word   string
	phrase bool
	n      int32
	last   int32 // sample in which it was seen last
}

// find gives the number of a word.
func (c *census) find(word string) int32 {
	word = match.Fold(word)
	i, known := c.number[word]
	if !known {
		i = int32(len(c.words))
		c.number[word] = i
		c.words = append(c.words, counted{word: word, phrase: true, last: -1})
	}
	return i
}

// see counts a word; id is its dictionary id, or -1.
func (c *census) see(word string, id, sample int32) {
	if id < 0 {
		c.count(c.find(word), sample, false)
		return
	}
	if c.byID[id] == 0 {
		c.byID[id] = 1 + c.find(word)
	}
	c.count(c.byID[id]-1, sample, false)
}

// seePhrase counts two words that follow each other.
func (c *census) seePhrase(text string, first, second segment.Token, sample int32) {
	phrase := text[first.Start:second.End]
	if first.ID < 0 || second.ID < 0 {
		c.count(c.find(phrase), sample, true)
		return
	}
	pair := uint64(first.ID)<<32 | uint64(second.ID)
	i, known := c.phrases[pair]
	if !known {
		i = c.find(phrase)
		c.phrases[pair] = i
	}
	c.count(i, sample, true)
}

func (c *census) count(i, sample int32, phrase bool) {
	w := &c.words[i]
	w.phrase = w.phrase && phrase
	if w.last != sample {
		w.last = sample
		w.n++
	}
}

// candidates are the words that could become keywords: the words of the
// samples, the shorter words of the dictionary inside them, and phrases of two
// words. They must stand in at least least samples.
func candidates(samples []Sample, cutter Segmenter, dictionary *segment.Dict, least int) []string {
	c := &census{
		number: make(map[string]int32, newWords*len(samples)), byID: make([]int32, dictionary.Len()),
		phrases: make(map[uint64]int32, newWords*len(samples)),
	}
	var words []segment.Token
	var parts []int32
	for i, s := range samples {
		text := ticket.JoinText(s.Title, s.Content)
		words = cutter.Cut(words[:0], text, true)
		before := segment.Token{Start: -1} // the word just before, when it can begin a phrase
		for _, w := range words {
			word := text[w.Start:w.End]
			if isWord(word) {
				c.see(word, w.ID, int32(i))
			}
			parts = dictionary.Sub(parts[:0], word)
			for _, id := range parts {
				c.see(dictionary.Word(id), id, int32(i))
			}
			if !isHanOnly(word) {
				before.Start = -1
				continue
			}
			if before.Start >= 0 {
				n := utf8.RuneCountInString(text[before.Start:w.End])
				if n > minKeywordRunes && n <= phraseRunes {
					c.seePhrase(text, before, w, int32(i))
				}
			}
			before = w
		}
	}
	return c.frequent(least)
}

func (c *census) frequent(least int) []string {
	var list []string
	for _, w := range c.words {
		need := least
		if w.phrase {
			need *= phraseFactor
		}
		if int(w.n) >= need {
			list = append(list, strings.Clone(w.word))
		}
	}
	slices.Sort(list)
	return list
}

// isWord leaves out what no person would accept as a keyword.
func isWord(word string) bool {
	n := utf8.RuneCountInString(word)
	return n >= minKeywordRunes && n <= maxKeywordRunes && strings.ContainsFunc(word, unicode.IsLetter) &&
		!strings.ContainsFunc(word, unicode.IsSpace)
}

func isHanOnly(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return !isHan(r) })
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }
