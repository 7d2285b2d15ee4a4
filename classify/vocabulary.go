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

// census counts in how many samples words stand.
type census struct {
	number map[string]int32
	words  []counted
}

type counted struct {
	word   string
	phrase bool
	n      int32
	last   int32 // sample in which it was seen last
}

func (c *census) see(word string, sample int32, phrase bool) {
	word = match.Fold(word)
	i, known := c.number[word]
	if !known {
		i = int32(len(c.words))
		c.number[word] = i
		c.words = append(c.words, counted{word: word, phrase: phrase, last: -1})
	}
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
	c := &census{number: map[string]int32{}}
	var words []segment.Token
	var parts []int32
	for i, s := range samples {
		text := ticket.JoinText(s.Title, s.Content)
		words = cutter.Cut(words[:0], text, true)
		before := "" // the word just before, when it can begin a phrase
		for _, w := range words {
			word := text[w.Start:w.End]
			if isWord(word) {
				c.see(word, int32(i), false)
			}
			parts = dictionary.Sub(parts[:0], word)
			for _, id := range parts {
				c.see(dictionary.Word(id), int32(i), false)
			}
			han := isHanOnly(word)
			if n := utf8.RuneCountInString(before) + utf8.RuneCountInString(word); han && before != "" && n > minKeywordRunes && n <= phraseRunes {
				c.see(text[w.Start-len(before):w.End], int32(i), true)
			}
			before = ""
			if han {
				before = word
			}
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
