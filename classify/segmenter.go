package classify

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
)

// Segmenter cuts a cleaned text into words: it appends them to dst. It is safe
// for concurrent use. *segment.Dict is one.
type Segmenter interface {
	Cut(dst []segment.Token, text string, hmm bool) []segment.Token
}

// Dictionary makes a segmenter that knows the given words, too. Every policy
// has its own; none is changed while others cut.
type Dictionary func(user []segment.Word) (Segmenter, error)

// wordFreq is the frequency that a lexicon's word gets in the dictionary:
// enough to be cut as one word, not so much that it tears its neighbours
// (车费 with a million would make 停车费 into 停 and 车费).
const wordFreq = 2000

// plainSegmenter has no words but the dictionary's own; all policies that need
// no others share it.
var plainSegmenter = sync.OnceValues(func() (*segment.Dict, error) { return dict.Segmenter(nil) })

// pureGo is the dictionary that is used when none is given.
func pureGo(user []segment.Word) (Segmenter, error) {
	if len(user) == 0 {
		return plainSegmenter()
	}
	return dict.Segmenter(user)
}

// segmenter makes the segmenter of a policy with these words of people's.
func segmenter(dictionary Dictionary, words []string) (Segmenter, error) {
	user, err := lacking(words)
	if err != nil {
		return nil, err
	}
	if dictionary == nil {
		dictionary = pureGo
	}
	return dictionary(user)
}

// lacking are the two-character words that the dictionary does not have, or has
// as so rare that it would give them to their neighbours (黑车站 as 黑 and 车站).
// Longer words need no help: they are found whatever the cut.
func lacking(words []string) ([]segment.Word, error) {
	wanted := map[string]bool{}
	for _, w := range words {
		if utf8.RuneCountInString(w) == minKeywordRunes {
			wanted[w] = true
		}
	}
	raw, err := dict.Read(dict.Words)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(raw)) {
		word, rest, _ := strings.Cut(line, " ")
		if wanted[word] {
			freq, _, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(freq)
			wanted[word] = err == nil && n < wordFreq
		}
	}
	var user []segment.Word
	for _, w := range words {
		if wanted[w] {
			user = append(user, segment.Word{Text: w, Freq: wordFreq})
			wanted[w] = false
		}
	}
	return user, nil
}
