package classify

import "huiyin/classify/segment"

// Segmenter cuts a cleaned text into words: it appends them to dst. It is safe
// for concurrent use. *segment.Dict is one.
type Segmenter interface {
	Cut(dst []segment.Token, text string, hmm bool) []segment.Token
}

// Dictionary makes a segmenter that knows the words of a lexicon, too, because
// they change how a text is cut. Every policy has its own segmenter; none is
// changed while others cut.
type Dictionary func(user []segment.Word) (Segmenter, error)
