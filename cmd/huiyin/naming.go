package main

import (
	"strings"
	"sync"
	"unicode/utf8"

	"huiyin/classify/adjust"
	"huiyin/classify/jieba"
)

// speech knows of the words that reports met whether they can name a matter.
// The library is asked about new ones only, and let go at once: it takes 110 MB,
// and a month's words are nearly all known.
type speech struct {
	mu    sync.Mutex
	names map[string]bool
}

var spoken speech

// maxSpoken words are remembered; then it starts anew.
const maxSpoken = 200_000

// can tells of each word whether it can name a matter. Without gojieba all can.
func (s *speech) can(words []string) []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil || len(s.names) > maxSpoken {
		s.names = make(map[string]bool, len(words))
	}
	var unknown []string
	for _, w := range words {
		if _, known := s.names[w]; !known {
			unknown = append(unknown, w)
		}
	}
	s.ask(unknown)
	can := make([]bool, len(words))
	for i, w := range words {
		can[i] = s.names[w]
	}
	return can
}

func (s *speech) ask(words []string) {
	if len(words) == 0 {
		return
	}
	lib, err := jieba.New(nil)
	if err == nil {
		defer lib.Close()
	}
	for _, w := range words {
		s.names[w] = err != nil || namesThing(lib.Tag(w))
	}
}

// namesThing: a word names a matter when it is, or has in it, a thing, a doing
// or a set phrase. What the dictionary does not know may be the name of one.
func namesThing(words []jieba.Tagged) bool {
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w.Word)
		switch {
		case strings.HasPrefix(w.Tag, "nr") && adjust.Surname(first):
			// A person; the library takes 拉客 for one, too.
		case w.Tag == "an", w.Tag == "x", w.Tag == "eng", strings.ContainsAny(w.Tag[:min(1, len(w.Tag))], "nvilj"):
			return true
		}
	}
	return len(words) == 0
}
